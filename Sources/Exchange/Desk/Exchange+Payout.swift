// SPDX-License-Identifier: Apache-2.0
package import Ledger
internal import Market

/// Payouts.
extension Exchange {
    /// Pays everything a pool owes into its contributors' accounts.
    ///
    /// - Returns: how many people were paid and how much in all.
    package func payOut(_ pool: String) throws -> (people: Int, total: Amount) {
        let lines = try state.due(in: pool)
        guard !lines.isEmpty, let total = lines.map(\.amount).total() else {
            throw MarketError.nothingToPay
        }
        try record([.paidOut(pool: pool, total: total)])
        return (lines.count, total)
    }
}
