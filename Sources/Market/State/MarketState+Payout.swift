// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Fields
package import Identity
package import Ledger
package import Settlement

/// Payouts: what was declared becomes money in hidden accounts, batch by batch, and back out of them.
extension MarketState {
    /// What a pool owes its contributors in whole micro-units now, as far as one batch pays it.
    ///
    /// - Throws: ``MarketError/noPool(_:)``.
    package func due(in name: String) throws(MarketError) -> [Payout] {
        guard var register = pools[name]?.register else { throw .noPool(name) }
        return register.materialise(limit: HiddenAccounts.mostHolders)
    }

    /// The key that signs for a hidden account; nil where it belongs to nobody.
    package func hiddenKey(of index: Int) -> PartyID? {
        hiddenKeys.record(at: index - HiddenAccounts.first)?.key
    }

    /// How many hidden accounts belong to somebody.
    package var hiddenCount: Int { hiddenKeys.count }

    /// Which hidden account somebody's account is linked to, unreadable; nil for nobody's.
    package func link(of account: AccountID) -> AccountLink? {
        links[Digest(of: account.bytes)]?.link
    }

    /// The first batch that is not proven yet; nil where all are.
    package var pendingBatch: BatchState? { batches.record(at: settledBatches) }

    /// All batches that are not proven yet, in order.
    package var pendingBatches: [BatchState] {
        (settledBatches..<batches.count).compactMap { batches.record(at: $0) }
    }

    mutating func open(_ keys: [PartyID]) throws(MarketError) {
        guard hiddenKeys.count + keys.count <= (1 << BalanceTree.mostDepth) - HiddenAccounts.first
        else { throw .hidden("there is no room for more accounts") }
        let names = keys.map { Digest(of: $0.publicKey) }
        guard Set(names).count == keys.count, names.allSatisfy({ hiddenKeys[$0] == nil }) else {
            throw .hidden("a key signs for one account, and it has one")
        }
        for (name, key) in zip(names, keys) {
            hiddenKeys[name] = HiddenAccount(
                key: key, index: HiddenAccounts.first + hiddenKeys.count)
        }
    }

    mutating func link(_ some: [Change.Link]) throws(MarketError) {
        let names = some.map { Digest(of: Accounts.party($0.party).bytes) }
        // Whoever may be linked twice could be paid to another account than her own.
        guard Set(names).count == some.count, names.allSatisfy({ links[$0] == nil }) else {
            throw .hidden("a pseudonym is linked to one account, once")
        }
        guard some.allSatisfy({ Accounts.isParty(Accounts.party($0.party), in: books) }) else {
            throw .hidden("only who has an account is linked")
        }
        for (name, link) in zip(names, some) { links[name] = LinkState(link: link.link) }
    }

    mutating func payOut(
        _ name: String, _ total: Amount, _ index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        guard var pool = pools[name] else { throw .noPool(name) }
        let lines = pool.register.materialise(limit: HiddenAccounts.mostHolders)
        guard !lines.isEmpty else { throw .nothingToPay }
        guard lines.map(\.amount).total() == total else { throw .totalDiffers }
        var record = Record(hash: HiddenAccounts.hash)
        for line in lines {
            guard let link = link(of: line.holder) else {
                throw .hidden("\(line.holder) is not linked to an account yet")
            }
            guard record.append(link, weight: UInt64(line.amount.microunits)) else {
                throw .totalDiffers
            }
        }
        let revenue = Accounts.revenue(of: name)
        let batch = try batch(.payout(pool: name), total, record, holders: lines.count, index)
        try require(room: total, crediting: Accounts.hidden)
        try move(
            [Leg(debit: revenue, credit: Accounts.hidden, amount: total, reason: .payout)],
            as: "payout", index: index, &effects)
        effects.payouts = lines
        pools[name] = pool
        batches[batch.id] = batch
    }

    mutating func draw(_ draw: Draw, _ index: UInt64) throws(MarketError) {
        guard let key = hiddenKey(of: draw.account) else {
            throw .hidden("account \(draw.account) belongs to nobody")
        }
        guard let node, draw.verify(by: key, on: node) else {
            throw .badSignature(of: "draw")
        }
        // The same signed wish is honoured once.
        let name = Digest(of: draw.signature.bytes)
        guard draw.amount > .zero, !draws.contains(name) else {
            throw .hidden("nothing, or what was drawn already")
        }
        guard
            !pendingBatches.contains(where: {
                if case .draw(draw.account, _) = $0.kind { true } else { false }
            })
        else { throw .hidden("account \(draw.account) has a draw that is not proven yet") }
        let batch = try batch(
            .draw(draw.account, request: name), draw.amount, Record(hash: HiddenAccounts.hash),
            holders: 0, index)
        draws.insert(name)
        batches[batch.id] = batch
    }

    /// The next batch.
    private func batch(
        _ kind: BatchState.Kind, _ amount: Amount, _ record: Record, holders: Int,
        _ index: UInt64
    ) throws(MarketError) -> BatchState {
        guard let node else { throw .notFounded }
        return BatchState(
            number: batches.count, of: node, kind: kind, amount: amount, record: record,
            holders: holders, depth: HiddenAccounts.depth(for: hiddenKeys.count), index: index)
    }

    /// Takes a batch as proven. Whether the proof holds, its reader checks: the state knows its digest.
    mutating func settle(
        _ id: Digest, to root: StateDigest, proof: Digest, data: Digest, _ index: UInt64,
        _ effects: inout Effects
    ) throws(MarketError) {
        guard var batch = pendingBatch, batch.id == id else {
            throw .hidden("batches are proven in order, each once")
        }
        var grown = hidden
        grown.grow(to: batch.depth)
        if case .draw = batch.kind {
            let leg = Leg(
                debit: Accounts.hidden, credit: Accounts.world, amount: batch.amount,
                reason: .withdrawal)
            try move([leg], as: "draw", index: index, &effects)
        }
        batch.settled = BatchState.Settled(
            oldRoot: grown.root, newRoot: root, proof: proof, data: data, index: index)
        grown.root = root
        hidden = grown
        batches[id] = batch
        settledBatches += 1
    }
}
