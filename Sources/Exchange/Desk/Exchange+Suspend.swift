// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
package import Market

/// Suspensions: who is neither read nor paid in a pool, her appeal, and what the operator decides.
extension Exchange {
    /// A contributor's pseudonym in a pool, by the name of a party of this exchange or of somebody in custody.
    ///
    /// - Throws: for a name that nobody here has, and a key that its passphrase does not open.
    package func pseudonym(
        of name: String, in pool: String, passphrase: String? = nil
    ) throws -> PartyID {
        guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
        return try knownKey(of: name, passphrase: passphrase)
            .pseudonym(for: Exchange.poolContext(pool)).id
    }

    /// Suspends a contributor from the next study on.
    ///
    /// - Parameters:
    ///   - party: her pseudonym in the pool, as the journal names her.
    ///   - reason: why, in a line that everybody can read.
    package func suspend(_ party: PartyID, in pool: String, because reason: String) throws {
        try record([.suspended(pool: pool, party: party, .other, reason: reason)])
    }

    /// Asks the operator to look at a suspension again.
    package func appeal(_ key: SigningKey, in pool: String) throws {
        let pseudonym = key.pseudonym(for: Exchange.poolContext(pool))
        try record([.appealed(Appeal(in: pool, at: now, on: node.id, by: pseudonym))])
    }

    /// Lifts a suspension, or stays by it after an appeal.
    package func settleSuspension(of party: PartyID, in pool: String, lifting: Bool) throws {
        try record([.decided(pool: pool, party: party, lifted: lifting)])
    }

    /// Where a party is suspended now, and why, by the pools' names.
    package func suspensions(of key: SigningKey) -> [(pool: String, suspension: Suspension)] {
        state.pools.keys.sorted().compactMap { pool in
            suspension(of: key, in: pool).map { (pool, $0) }
        }
    }

    /// The machine-readable form of where a party is suspended.
    func suspensionsJSON(of key: SigningKey) -> JSON {
        .array(
            suspensions(of: key).map { pool, suspension in
                [
                    "pool": .string(pool), "code": .string(suspension.code.rawValue),
                    "reason": .string(suspension.words),
                    "since": .integer(Int64(clamping: suspension.since)),
                    "appealed": .bool(suspension.appealed != nil),
                    "upheld": .bool(suspension.isUpheld),
                ]
            })
    }

    /// Why a party is suspended in a pool; nil when she is not.
    package func suspension(of key: SigningKey, in pool: String) -> Suspension? {
        state.pools[pool]?.suspensions[key.pseudonym(for: Exchange.poolContext(pool)).id]
    }
}

extension MarketState.PoolState {
    /// The machine-readable form of its suspensions, from the oldest.
    package var suspensionsJSON: JSON {
        .array(
            suspended.map { party, suspension in
                [
                    "party": .string(party.did), "code": .string(suspension.code.rawValue),
                    "reason": suspension.reason.map { .string($0) } ?? .null,
                    "since": .integer(Int64(clamping: suspension.since)),
                    "appealed": suspension.appealed.map { .integer(Int64(clamping: $0)) } ?? .null,
                    "upheld": .bool(suspension.isUpheld),
                ]
            })
    }
}
