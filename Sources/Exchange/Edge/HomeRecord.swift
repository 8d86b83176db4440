// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
internal import Edge
internal import Identity
internal import Storage

/// What was spent of a contributor's privacy with one node, kept in her own folder. Every write is durable before it
/// returns, and nothing here takes anything back.
package struct HomeRecord: SpentRecord {
    let home: EdgeHome
    let node: PartyID

    package func usage(in pool: String) throws -> Usage {
        guard let bytes = try home.store.mark(name(pool)) else { return Usage() }
        let json = try JSON(parsing: bytes)
        guard let spent = json["spent"]?.string.flatMap(UInt64.init),
            let studies = json["studies"]?.integer.flatMap(UInt32.init(exactly:))
        else { throw damaged }
        return Usage(
            studies: studies, spent: spent,
            withdrawn: try json["withdrawn"].map { value in
                guard let time = value.string.flatMap(Timestamp.init) else { throw damaged }
                return time
            })
    }

    package func hasBegun(_ order: Digest) throws -> Bool {
        try home.store.mark(orderName(order)) != nil
    }

    package func begin(_ order: Digest, in pool: String, spending rho: UInt64) throws {
        guard try !hasBegun(order) else { throw EdgeRefusal.begunBefore }
        var usage = try usage(in: pool)
        let (spent, overflow) = usage.spent.addingReportingOverflow(rho)
        usage.spent = overflow ? .max : spent
        usage.studies += 1
        try home.write([.mark(orderName(order), [1]), try mark(usage, in: pool)])
    }

    /// Takes the node's word where it has counted more: what it has here may come from an older copy of the folder.
    package func raise(_ pool: String, to spent: UInt64, studies: UInt32) throws {
        var usage = try usage(in: pool)
        guard spent > usage.spent || studies > usage.studies else { return }
        (usage.spent, usage.studies) = (max(spent, usage.spent), max(studies, usage.studies))
        try home.write([try mark(usage, in: pool)])
    }

    /// What is kept of a pool.
    func mark(_ usage: Usage, in pool: String) throws -> Note {
        var members: [String: JSON] = [
            "spent": .string(String(usage.spent)), "studies": .integer(Int64(usage.studies)),
        ]
        members["withdrawn"] = usage.withdrawn.map { .string($0.description) }
        return .mark(name(pool), try JSON.object(members).signable())
    }

    private func name(_ pool: String) -> String { "edge/spent/" + home.name(node, pool) }

    private func orderName(_ order: Digest) -> String {
        "edge/begun/" + Digest(of: home.owner.id.publicKey, order.bytes).hex
    }

    private var damaged: ExchangeError {
        .refused(
            "the record of what was spent is damaged; nothing is given before it is whole again")
    }
}
