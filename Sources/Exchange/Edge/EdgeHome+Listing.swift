// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
internal import Identity
internal import Market

extension EdgeHome {
    /// What she granted to, what this machine counted, and what the node says of her where it can be reached: a list with an
    /// object for each pool.
    ///
    /// - Throws: where what is kept here is damaged.
    package func listing(by link: EdgeLink) async throws -> JSON {
        var items: [JSON] = []
        for member in try members() {
            let name = member.offer.name
            let usage = try record(of: member.node).usage(in: name)
            let standing = try? await link.standing(in: name, as: key(of: member.node, name))
            items.append([
                "pool": .string(name), "node": .string(member.url),
                "party": .string(member.grant.grant.party.did),
                "spent": .string(String(usage.spent)), "studies": .integer(Int64(usage.studies)),
                "in_force": .bool(usage.withdrawn == nil), "standing": standing ?? .null,
            ])
        }
        return .array(items)
    }
}
