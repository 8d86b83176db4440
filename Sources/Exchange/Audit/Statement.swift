// SPDX-License-Identifier: Apache-2.0
internal import Storage
internal import Consent
package import Canon
package import Identity
internal import Ledger
internal import Market

/// One line of a party's statement, with its reason in words.
package struct StatementEntry: Sendable {
    package let index: UInt64
    package let time: Timestamp
    /// What the line is about, such as "sale_share".
    package let code: String
    /// Why, in words.
    package let reason: String
    /// Micro-units; negative for money that left.
    package let microunits: Int64
}

/// Statements: what a party earned and spent, line by line.
extension Exchange {
    /// Every line of a party's accounts, her pseudonyms' included, from the journal.
    ///
    /// Shares of sales stand with the study they come from, as they accrue; payouts move what
    /// accrued into the account and are listed for the account's own sum.
    ///
    /// - Cost: a replay of the journal.
    package func statement(of key: SigningKey) throws -> [StatementEntry] {
        var watcher = StatementWatcher(
            accounts: Set(accounts(of: key).map { Accounts.party($0.id) }))
        try store.read(from: 0) { first, lines in
            for (offset, line) in lines.enumerated() {
                try watcher.take(line.leaf, at: first + UInt64(offset))
            }
        }
        return watcher.lines
    }
}

/// Replays the journal and notes what touches some accounts.
private struct StatementWatcher {
    let accounts: Set<AccountID>
    private var state = MarketState()
    private(set) var lines: [StatementEntry] = []

    init(accounts: Set<AccountID>) { self.accounts = accounts }

    mutating func take(_ leaf: [UInt8], at index: UInt64) throws {
        let entry = try Entry(leaf: leaf)
        guard entry.kind != Block.kind else { return }
        let change = try Change(kind: entry.kind, body: entry.body)
        guard case .committed(let id, _) = change, let order = state.orders[id]?.order else {
            try note(
                state.apply(change, at: entry.time, index: index, grantChecked: true), entry.time,
                change)
            return
        }
        let pool = order.quote.quote.pool
        let before = claims(in: pool)
        try note(
            state.apply(change, at: entry.time, index: index, grantChecked: true), entry.time,
            change)
        let gained = claims(in: pool) - before
        guard gained > 0 else { return }
        lines.append(
            StatementEntry(
                index: index, time: entry.time, code: Reason.saleShare.code,
                reason: "share of study \(id.short) on \(pool) for "
                    + "\(order.quote.quote.purpose.label), sold at "
                    + "\(order.quote.quote.price ?? .zero)", microunits: gained))
    }

    private func claims(in pool: String) -> Int64 {
        accounts.reduce(0) { $0 + (state.pools[pool]?.register.claim(of: $1).microunits ?? 0) }
    }

    private mutating func note(_ effects: Effects, _ time: Timestamp, _ change: Change) {
        for reply in effects.replies {
            for line in StatementLine.lines(for: reply, at: time)
            where accounts.contains(line.account) {
                // What a payout moves was listed when it accrued.
                if case .paidOut(let pool, _) = change {
                    lines.append(
                        StatementEntry(
                            index: line.index, time: time, code: Reason.payout.code,
                            reason: "payout of \(pool): \(Amount.text(line.microunits)) moved into "
                                + "the account", microunits: 0))
                } else {
                    lines.append(
                        StatementEntry(
                            index: line.index, time: time, code: line.reason.code,
                            reason: change.words, microunits: line.microunits))
                }
            }
        }
    }
}

extension Change {
    /// What happened, for a statement.
    fileprivate var words: String {
        switch self {
        case .deposited: "money came in"
        case .cashedOut: "paid out to the outside"
        case .ordered(let order): "price of order \(order.id.short) on hold"
        case .committed(let order, _): "order \(order.short) answered"
        case .failed(let order, let reason): "order \(order.short) not answered: \(reason.rawValue)"
        default: kind
        }
    }
}
