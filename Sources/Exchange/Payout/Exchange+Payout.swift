// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Fields
internal import Identity
package import Ledger
internal import Market
internal import Settlement
internal import Storage

/// Payouts: what pools owe goes to hidden accounts in batches, which are proven afterwards.
extension Exchange {
    /// Pays everything a pool owes into its contributors' hidden accounts, as batches that are pending until
    /// they are proven: see ``provePending(progress:)``.
    ///
    /// Whoever has no hidden account yet gets a free one, by chance, and her pseudonym a link to it. Accounts
    /// are opened ahead, in blocks, so that nobody sees when somebody new came.
    ///
    /// - Returns: how many people are paid and how much in all.
    package func payOut(_ pool: String) throws -> (people: Int, total: Amount) {
        var (people, paid) = (0, Amount.zero)
        while true {
            let due = try state.due(in: pool)
            guard !due.isEmpty, let total = due.map(\.amount).total() else { break }
            try payOut(due, total, of: pool)
            people += due.count
            paid = paid.adding(total) ?? paid
        }
        guard people > 0 else { throw MarketError.nothingToPay }
        return (people, paid)
    }

    /// Begins one batch.
    private func payOut(_ due: [Ledger.Payout], _ total: Amount, of pool: String) throws {
        var book = try hiddenBook()
        let people = try parties(of: due, in: pool)
        let known = book.indices
        let opened = assign(people.map(\.owner), in: &book)
        let lines = try zip(due, people).map { payout, person in
            guard let index = book.indices[person.owner] else {
                throw ExchangeError.refused("somebody has no hidden account; nothing was paid out")
            }
            return BatchLines.Line(
                index: index, party: person.party, amount: UInt64(payout.amount.microunits))
        }
        var changes = Exchange.parts(opened.compactMap { book.key(of: $0)?.id })
            .map { Change.accountsOpened($0) }
        let links = lines.filter { state.link(of: Accounts.party($0.party)) == nil }.map {
            Change.Link(
                party: $0.party,
                link: AccountLink(
                    to: $0.index, salt: book.linkSalt(of: $0.index, to: $0.party),
                    hash: HiddenAccounts.hash))
        }
        changes += Exchange.parts(links).map { .linked($0) }
        let notes =
            book.indices.filter { known[$0.key] == nil }.map { owner, index in
                Note.mark(Exchange.ownerMark(index), owner.publicKey)
            } + [.mark(Exchange.linesMark(state.batches.count), BatchLines(lines).bytes)]
        try record(changes + [.paidOut(pool: pool, total: total)], notes: notes)
        self.book = book
    }

    /// Gives accounts to those who have none, and opens more where too few are free.
    ///
    /// - Returns: the accounts that are to be opened.
    private func assign(_ owners: [PartyID], in book: inout HiddenBook) -> Range<Int> {
        var generator = surroundings.generator
        var missing: [PartyID] = []
        var seen: Set<PartyID> = []
        for owner in owners where book.indices[owner] == nil && seen.insert(owner).inserted {
            missing.append(owner)
        }
        let start = book.holdings.count
        let free = book.free.count
        if missing.count > free {
            let block = Exchange.accountsAtOnce
            book.open((missing.count - free + block) / block * block)
        }
        for (owner, index) in zip(missing, book.free.shuffled(using: &generator)) {
            book.assign(index, to: owner)
        }
        return start..<book.holdings.count
    }

    /// How many accounts are opened at once: from how many are open, nobody can tell how many are somebody's.
    private static let accountsAtOnce = 64

    /// Whose accounts these are: the pseudonyms and the owners behind them.
    private func parties(
        of due: [Ledger.Payout], in pool: String
    ) throws -> [(party: PartyID, owner: PartyID)] {
        var known: [AccountID: (PartyID, PartyID)] = [:]
        for (party, owner) in try store.owners() { known[Accounts.party(party)] = (party, owner) }
        return try due.map { payout in
            guard let person = known[payout.holder] else {
                throw ExchangeError.refused(
                    "it is not known here whose account \(payout.holder) is; run `dividend doctor`")
            }
            return person
        }
    }

    /// So many that the entry's leaf fits a log tile.
    private static func parts<Item>(_ items: [Item]) -> [[Item]] {
        stride(from: 0, to: items.count, by: 256).map {
            Array(items[$0..<min($0 + 256, items.count)])
        }
    }

    /// The least that is taken out of a hidden account, but for all that is there, in micro-units: each draw
    /// costs a proof that everybody checks.
    private static let leastDraw: Int64 = 10_000

    /// Takes money out of a party's hidden account, to the outside world: a batch, to be proven.
    ///
    /// - Returns: how much is taken, at most `most`; zero when she has none there.
    func draw(_ owner: PartyID, most: Amount) throws -> Amount {
        let book = try hiddenBook()
        guard let index = book.indices[owner], let key = book.key(of: index) else { return .zero }
        let left = try hiddenMoney(of: owner).available
        guard let amount = Amount(microunits: min(left, most.microunits)), amount > .zero else {
            return .zero
        }
        guard amount.microunits == left || amount.microunits >= Exchange.leastDraw else {
            throw ExchangeError.refused(
                "the least to take out is \(Amount.text(Exchange.leastDraw)), or all there is: "
                    + "\(Amount.text(left))")
        }
        try record([.drawn(Draw(amount, from: index, at: now, on: node.id, by: key))])
        return amount
    }
}
