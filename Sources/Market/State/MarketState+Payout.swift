// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Ledger

/// Payouts: what was declared becomes money in accounts.
extension MarketState {
    /// What a pool owes its contributors in whole micro-units now.
    ///
    /// - Throws: ``MarketError/noPool(_:)``.
    package func due(in name: String) throws(MarketError) -> [Payout] {
        guard var register = pools[name]?.register else { throw .noPool(name) }
        return register.materialise(limit: .max)
    }

    mutating func payOut(
        _ name: String, _ total: Amount, _ index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        guard var pool = pools[name] else { throw .noPool(name) }
        let lines = pool.register.materialise(limit: .max)
        guard !lines.isEmpty else { throw .nothingToPay }
        guard lines.map(\.amount).total() == total else { throw .totalDiffers }
        let revenue = Accounts.revenue(of: name)
        for line in lines { try require(room: line.amount, crediting: line.holder) }
        let legs = lines.map {
            Leg(debit: revenue, credit: $0.holder, amount: $0.amount, reason: .payout)
        }
        for start in stride(from: 0, to: legs.count, by: Leg.most) {
            let part = Array(legs[start..<min(start + Leg.most, legs.count)])
            try move(part, as: "payout/\(start)", index: index, &effects)
        }
        pools[name] = pool
    }
}
