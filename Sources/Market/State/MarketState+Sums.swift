// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Ledger

/// The sums that must hold after every change: an auditor's second look, by another way than the
/// rules that keep them.
extension MarketState {
    /// What does not add up; nil when everything does. Cost: one look at each account and holder.
    package var imbalance: String? {
        var sum = Int128(0)
        for account in books.allAccounts() {
            sum += Int128(account.balance.posted)
            if account.id != Accounts.world, account.balance.available < 0 {
                return "account \(account.id) has less than nothing"
            }
        }
        guard sum == 0 else { return "debits and credits differ by \(sum) micro-units" }
        var hidden = Int128(0)
        for (_, batch) in batches.all {
            switch batch.kind {
            case .payout: hidden += Int128(batch.amount.microunits)
            case .draw where batch.settled != nil: hidden -= Int128(batch.amount.microunits)
            case .draw: break
            }
        }
        guard Int128(books.balance(of: Accounts.hidden)?.posted ?? 0) == hidden else {
            return "hidden accounts do not have what batches brought them, \(hidden) micro-units"
        }
        for name in pools.keys.sorted() {
            guard let pool = pools[name] else { continue }
            let register = pool.register
            guard register.isConserved, register.declared == pool.declared else {
                return "the shares of pool \(name) do not add up to its dividends"
            }
            let owed = pool.declared.microunits - register.paid.microunits
            guard books.balance(of: Accounts.revenue(of: name))?.posted == owed else {
                return "pool \(name) does not have what it owes, \(owed) micro-units"
            }
        }
        return nil
    }
}
