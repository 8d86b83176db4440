// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Ledger
internal import Market
internal import Privacy
internal import Storage

/// That a contributor's rows were read to draw her shares: by days, or by value.
package struct ShareDraw: Sendable {
    /// The index of the journal's entry.
    package let index: UInt64
    /// The pool.
    package let pool: String
    /// When.
    package let time: Timestamp
    /// What it cost her, with the model that shares by value are measured by; in units of 2^-40 of ρ.
    package let rho: UInt64
    /// The shares that were drawn.
    package let shares: UInt64

    /// What it cost her, at 1e-7.
    package var epsilon: String {
        ExactDecimal("1e-7").map { Rho(units: rho).epsilon(at: $0).description } ?? "-"
    }

    /// The machine-readable form.
    package var json: JSON {
        [
            "entry": .integer(Int64(clamping: index)), "pool": .string(pool),
            "time": .string(time.description), "epsilon": .string(epsilon), "delta": "1e-7",
            "shares": .string(String(shares)),
        ]
    }
}

extension Exchange {
    /// Every draw that read a contributor's rows, from the oldest.
    ///
    /// - Cost: a look at the rows of her accounts, and one at the entry of each draw.
    package func draws(of key: SigningKey) throws -> [ShareDraw] {
        try followStatements()
        var draws: [ShareDraw] = []
        for pool in state.pools.keys {
            let party = key.pseudonym(for: Exchange.poolContext(pool)).id
            for row in try store.statement(of: Accounts.party(party)) {
                guard case .shares(let shares) = row.event,
                    let leaf = try store.leaf(at: row.entry), let entry = try? Entry(leaf: leaf),
                    case .sharesSet(_, _, let rho, _)? = try? Change(
                        kind: entry.kind, body: entry.body), rho > 0
                else { continue }
                draws.append(
                    ShareDraw(
                        index: row.entry, pool: pool, time: entry.time, rho: rho, shares: shares))
            }
        }
        return draws.sorted { $0.index < $1.index }
    }
}
