// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Fields
package import Identity
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
        let lines = zip(due, people).map { payout, person in
            BatchLines.Line(
                // Everybody has an account by now.
                index: book.indices[person.owner] ?? 0, party: person.party,
                amount: UInt64(payout.amount.microunits))
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
        guard amount.microunits == left || amount.microunits >= HiddenAccounts.leastDraw else {
            throw ExchangeError.refused(
                "the least to take out is \(Amount.text(HiddenAccounts.leastDraw)), or all there is: "
                    + "\(Amount.text(left))")
        }
        try record([.drawn(Draw(amount, from: index, at: now, on: node.id, by: key))])
        return amount
    }

    /// What a party has in her hidden account: what she can take out, and what is on its way there.
    func hiddenMoney(of owner: PartyID) throws -> (available: Int64, pending: Int64) {
        let book = try hiddenBook()
        guard let index = book.indices[owner] else { return (0, 0) }
        var available = Int64(book.holdings[index].balance)
        var pending: Int64 = 0
        for batch in state.pendingBatches {
            switch batch.kind {
            case .draw(index, _): available -= batch.amount.microunits
            case .draw: break
            case .payout:
                pending += try pendingAmounts(of: batch.number)[index] ?? 0
            }
        }
        return (available, pending)
    }

    /// What a party can show of her hidden account, to anybody and offline.
    ///
    /// - Throws: before anything she got is proven and signed.
    package func balanceReceipt(of key: SigningKey) throws -> BalanceReceipt {
        let book = try hiddenBook()
        guard let index = book.indices[key.id], let last = book.holdings[index].batch,
            let settled = state.batches.record(at: state.settledBatches - 1)?.settled
        else {
            throw ExchangeError.unknown(
                what: "receipt", name: "balance", hint: "nothing was paid to her yet that is proven"
            )
        }
        guard let entry = try leaf(at: Int(settled.index)) else {
            throw ExchangeError.refused("entry \(settled.index) is lost; run `dividend doctor`")
        }
        return BalanceReceipt(
            index: index,
            leaf: BalanceLeaf(
                balance: book.holdings[index].balance, salt: book.salt(of: index, batch: last)),
            path: book.tree.path(of: index), entry: entry,
            proof: try proof(of: Int(settled.index)), node: node.id)
    }

    /// What opens a party's hidden account to herself: its index, its reading key, what it holds, and the salts
    /// that show each of her pseudonyms linked to it and to no other; nil where she has none.
    func hiddenOpenings(of key: SigningKey) throws -> JSON? {
        let book = try hiddenBook()
        guard let index = book.indices[key.id] else { return nil }
        let links = state.pools.keys.sorted().compactMap { pool -> JSON? in
            let party = key.pseudonym(for: Exchange.poolContext(pool)).id
            guard let link = state.link(of: Accounts.party(party)) else { return nil }
            let salt = book.linkSalt(of: index, to: party)
            let mine = AccountLink(to: index, salt: salt, hash: HiddenAccounts.hash)
            return [
                "pool": .string(pool), "party": .string(party.did),
                "link": .string(Hex.encode(link.elements.flatMap(\.bytes))),
                "salt": .string(Hex.encode(salt.flatMap(\.bytes))), "is_hers": .bool(link == mine),
            ]
        }
        return [
            "account": .integer(Int64(index)),
            "balance": .string(String(book.holdings[index].balance)),
            "reading_key": .string(Hex.encode(book.readingKey(of: index))), "links": .array(links),
        ]
    }

    /// What the node knows of the hidden accounts; read once.
    func hiddenBook() throws -> HiddenBook {
        if let book { return book }
        var book = HiddenBook(node: node)
        book.open(state.hiddenCount)
        for (name, bytes) in try store.marks(beginning: Exchange.ownerPrefix) {
            guard let owner = PartyID(publicKey: bytes),
                let index = Int(name.dropFirst(Exchange.ownerPrefix.count)),
                book.holdings.indices.contains(index)
            else {
                throw ExchangeError.refused("the owner of a hidden account, \(name), is damaged")
            }
            book.assign(index, to: owner)
        }
        if let kept = try store.mark(Exchange.holdingsMark) {
            try book.restore(kept, depth: state.hidden.depth)
        }
        guard book.batches == state.settledBatches, book.tree.root == state.hidden.root else {
            throw ExchangeError.refused(
                "what is kept here of the hidden accounts is not the journal's; bring back the newest "
                    + "exchange.sqlite")
        }
        self.book = book
        return book
    }

    /// What a pending batch pays to which account; read once.
    private func pendingAmounts(of batch: Int) throws -> [Int: Int64] {
        if let known = pendingAmounts[batch] { return known }
        let amounts = Dictionary(
            try lines(of: batch).map { ($0.index, Int64($0.amount)) }, uniquingKeysWith: +)
        pendingAmounts = pendingAmounts.filter { $0.key >= state.settledBatches }
        pendingAmounts[batch] = amounts
        return amounts
    }

    /// Whom a batch pays.
    func lines(of batch: Int) throws -> [BatchLines.Line] {
        try store.mark(Exchange.linesMark(batch)).map { try BatchLines($0).lines } ?? []
    }

    private static let ownerPrefix = "hidden/owner/"
    /// The name under which an account's owner is kept.
    private static func ownerMark(_ index: Int) -> String { ownerPrefix + "\(index)" }
    /// The name under which it is kept what accounts hold.
    static let holdingsMark = "hidden/holdings"
    /// The name under which it is kept whom a batch pays.
    static func linesMark(_ batch: Int) -> String { "hidden/lines/\(batch)" }
    /// The name under which a batch's proof is kept.
    static func proofMark(_ batch: Int) -> String { "hidden/proof/\(batch)" }
}
