// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Fields
package import Identity
internal import Ledger
internal import Market
internal import Settlement
internal import Storage

/// Hidden accounts as their owners see them, and what the node keeps of them.
extension Exchange {
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
                "link": .string(Hex.encode(link.digest.bytes)),
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

    static let ownerPrefix = "hidden/owner/"
    /// The name under which an account's owner is kept.
    static func ownerMark(_ index: Int) -> String { ownerPrefix + "\(index)" }
    /// The name under which it is kept what accounts hold.
    static let holdingsMark = "hidden/holdings"
    /// The name under which it is kept whom a batch pays.
    static func linesMark(_ batch: Int) -> String { "hidden/lines/\(batch)" }
    /// The name under which a batch's proof is kept.
    static func proofMark(_ batch: Int) -> String { "hidden/proof/\(batch)" }
}
