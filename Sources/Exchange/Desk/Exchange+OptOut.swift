// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Storage

/// What browsers say with `Sec-GPC: 1` (Global Privacy Control, W3C): kept for the party alone, as the
/// proof of what was respected.
extension Exchange {
    /// When a party's browser first said it, and which grants she meant in spite of it.
    package struct OptOut: Hashable, Sendable {
        package let first: Timestamp
        package let despite: [Digest]

        /// The machine-readable form.
        package var json: JSON {
            [
                "first": .string(first.description),
                "despite": .array(despite.map { .string($0.hex) }),
            ]
        }
    }

    /// What is known of a party's signal; nil when her browser never sent one.
    package func optOut(of party: String) throws -> OptOut? {
        guard let bytes = try store.mark(Exchange.optOutMark(party)) else { return nil }
        let json = try JSON(parsing: bytes)
        guard let first = json["first"]?.string.flatMap(Timestamp.init) else { return nil }
        let despite = json["despite"]?.array?.compactMap { $0.string.flatMap(Digest.init(hex:)) }
        return OptOut(first: first, despite: despite ?? [])
    }

    /// Keeps that a party's browser sent the signal.
    ///
    /// - Parameter grant: the grant that she meant in spite of it.
    package func recordOptOut(of party: String, despite grant: Digest? = nil) throws {
        let known = try optOut(of: party)
        guard known == nil || grant != nil else { return }
        let value = OptOut(
            first: known?.first ?? now, despite: (known?.despite ?? []) + (grant.map { [$0] } ?? [])
        )
        try keep([.mark(Exchange.optOutMark(party), try value.json.signable())])
    }

    private static func optOutMark(_ party: String) -> String { "opt-out/" + party }
}
