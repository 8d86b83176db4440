// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Consent
internal import Ledger
internal import Market
internal import Storage

/// One line of a party's statement, with its reason in words.
package struct StatementEntry: Sendable {
    package let index: UInt64
    package let time: Timestamp
    /// What the line is about, such as "sale_share".
    package let code: String
    /// Why.
    package let detail: StatementDetail
    /// Micro-units; negative for money that left.
    package let microunits: Int64

    /// Why, in English words.
    package var reason: String { detail.words }

    /// The machine-readable form.
    package var json: JSON {
        [
            "index": .integer(Int64(index)), "time": .string(time.description),
            "code": .string(code), "reason": .string(reason),
            "amount": .string(String(microunits)),
        ]
    }
}

/// Statements: what a party earned and spent, line by line.
extension Exchange {
    /// Every line of a party's accounts, her pseudonyms' included.
    ///
    /// Shares of sales stand with the study they come from, as they accrue; payouts move what
    /// accrued into the account and are listed without an amount. So the lines add up to what she
    /// can spend and what pools owe her.
    ///
    /// - Cost: a look at the rows of her accounts, and one at each study of her pools.
    package func statement(of key: SigningKey) throws -> [StatementEntry] {
        try followStatements()
        var lines: [StatementEntry] = []
        let book = try hiddenBook()
        let pools: [String?] = [nil] + state.pools.keys.sorted()
        for pool in pools {
            let party = pool.map { key.pseudonym(for: Exchange.poolContext($0)).id } ?? key.id
            let rows = try store.statement(of: Accounts.party(party))
            for row in rows {
                if let line = try line(row) { lines.append(line) }
            }
            if pool == nil, let index = book.indices[party], let key = book.key(of: index) {
                let drawn = try store.statement(of: Accounts.party(key.id))
                for row in drawn {
                    if let line = try line(row) { lines.append(line) }
                }
            }
            if let pool { lines += shares(of: party, in: pool, rows: rows) }
        }
        return lines.sorted { ($0.index, $0.code) < ($1.index, $1.code) }
    }

    /// Brings the rows of all accounts up to the journal's end.
    func followStatements() throws {
        if try store.statementSize() != UInt64(head.log.size) { try makeStatements() }
    }

    private func line(_ row: StatementRow) throws -> StatementEntry? {
        guard case .money(let microunits, let reason) = row.event,
            let leaf = try store.leaf(at: row.entry)
        else { return nil }
        let entry = try Entry(leaf: leaf)
        let change = try Change(kind: entry.kind, body: entry.body)
        // What a payout moves was listed when it accrued.
        if case .paidOut(let pool, _) = change {
            let isPending = state.pendingBatches.contains { $0.index == row.entry }
            return StatementEntry(
                index: row.entry, time: entry.time, code: Reason.payout.code,
                detail: isPending
                    ? .moving(microunits, pool: pool) : .moved(microunits, pool: pool),
                microunits: 0)
        }
        return StatementEntry(
            index: row.entry, time: entry.time, code: reason.code,
            detail: StatementDetail(change), microunits: microunits)
    }

    /// What each study of a pool brought a contributor: her shares times what a share got, where
    /// she was one of the cohort.
    private func shares(
        of party: PartyID, in pool: String, rows: [StatementRow]
    ) -> [StatementEntry] {
        let grants = (0..<state.consent.count).filter { state.consent.party(at: $0) == party }
        guard !grants.isEmpty else { return [] }
        var changes = rows.compactMap { row -> (entry: UInt64, shares: UInt64)? in
            if case .shares(let count) = row.event { (row.entry, count) } else { nil }
        }[...]
        var shares: UInt64 = 1
        var accrued: UInt128 = 0
        var lines: [StatementEntry] = []
        for (id, dividend, detail) in dividends(of: pool, to: party) {
            guard let answered = state.orders[id] else { continue }
            // What a model brings that is let goes to the people of all its trainings.
            var paid = [answered]
            if case .rent = detail { paid = state.trainings(of: answered) }
            guard
                grants.contains(where: { grant in
                    paid.contains { $0.cohort.contains(grant) && !$0.left.contains(grant) }
                })
            else { continue }
            while let change = changes.first, change.entry < dividend.index {
                shares = change.shares
                changes.removeFirst()
            }
            let before = accrued >> 64
            accrued += UInt128(shares) * dividend.raise
            lines.append(
                StatementEntry(
                    index: dividend.index, time: dividend.time, code: Reason.saleShare.code,
                    detail: detail, microunits: Int64(accrued >> 64 - before)))
        }
        return lines.filter { $0.microunits > 0 }
    }

    /// What a pool declared, in order: for its answers, and for predictions of models that were made from it while a
    /// contributor was not suspended.
    private func dividends(
        of pool: String, to party: PartyID
    ) -> [(order: Digest, dividend: MarketState.Dividend, detail: StatementDetail)] {
        let answers = (state.pools[pool]?.answered ?? []).compactMap { id in
            state.orders[id].flatMap { answered in
                answered.dividend.map { dividend in
                    let quote = answered.order.quote.quote
                    return (
                        id, dividend,
                        StatementDetail.share(
                            of: id, pool: pool, purpose: quote.purpose, price: quote.price ?? .zero)
                    )
                }
            }
        }
        let calls = state.calls.all.compactMap { _, call in
            state.orders[call.order]?.order.quote.quote.pool == pool
                && !call.suspended.contains(party)
                ? (call.order, call.dividend, StatementDetail.rent(of: call.order, pool: pool))
                : nil
        }
        return (answers + calls).sorted { $0.1.index < $1.1.index }
    }

    /// Makes the rows of all accounts again, from the journal.
    private func makeStatements() throws {
        var state = MarketState()
        var rows: [StatementRow] = []
        try store.read(from: 0) { first, lines in
            for (offset, line) in lines.enumerated() {
                let index = first + UInt64(offset)
                let entry = try Entry(leaf: line.leaf)
                guard entry.kind != Block.kind else { continue }
                let change = try Change(kind: entry.kind, body: entry.body)
                let effects = try state.apply(
                    change, at: entry.time, index: index, grantChecked: true)
                rows += StatementRow.rows(of: change, effects, at: index, in: state)
            }
        }
        try store.replaceStatement(rows, to: UInt64(head.log.size))
    }
}

extension StatementRow {
    /// What a change that was applied changed in the accounts of parties.
    static func rows(
        of change: Change, _ effects: Effects, at index: UInt64, in state: MarketState
    ) -> [StatementRow] {
        if case .sharesSet(_, _, _, let shares) = change {
            return shares.map {
                StatementRow(
                    account: Accounts.party($0.party), entry: index, event: .shares($0.shares))
            }
        }
        if case .drawn(let draw) = change {
            guard let key = state.hiddenKey(of: draw.account) else { return [] }
            return [
                StatementRow(
                    account: Accounts.party(key), entry: index,
                    event: .money(-draw.amount.microunits, .withdrawal))
            ]
        }
        let payouts = effects.payouts.map {
            StatementRow(
                account: $0.holder, entry: index, event: .money($0.amount.microunits, .payout))
        }
        return payouts
            + effects.replies.flatMap { StatementLine.lines(for: $0, at: state.time) }
            .filter { Accounts.isParty($0.account, in: state.books) }
            .map {
                StatementRow(
                    account: $0.account, entry: index, event: .money($0.microunits, $0.reason))
            }
    }
}
