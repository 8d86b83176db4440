// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
internal import Identity
package import Ledger

/// What a change did to the money.
package struct Effects: Sendable {
    /// Every movement, in order.
    package internal(set) var replies: [TransferReply] = []
    /// Who is paid into hidden accounts.
    package internal(set) var payouts: [Payout] = []
}

extension MarketState {
    /// Applies one change, whole or not at all.
    ///
    /// - Parameters:
    ///   - change: What happened.
    ///   - time: When the node recorded it; never before the last change.
    ///   - index: The index of the journal entry.
    ///   - grantChecked: Whether the caller has checked the signature of a grant, which costs more
    ///     than all the rest and needs no state.
    /// - Throws: ``MarketError``; then the state is as it was.
    @discardableResult
    package mutating func apply(
        _ change: Change, at time: Timestamp, index: UInt64, grantChecked: Bool = false
    ) throws(MarketError) -> Effects {
        guard time >= self.time else { throw .backwards }
        guard node != nil || change.isFounding else { throw .notFounded }
        var effects = Effects()
        switch change {
        case .founded(let node, let name): try found(node, name)
        case .poolOpened(let offer): try open(offer)
        case .deposited(let party, let amount, _): try deposit(party, amount, index, &effects)
        case .cashedOut(let cashout): try cashOut(cashout, index, &effects)
        case .dataAdded(let party, let table, let segment):
            guard segments[segment] == nil else { throw .segmentExists }
            segments[segment] = SegmentState(party: party, table: table)
            rowsChanged = index
        case .dataErased(let party, let erased):
            try erase(erased, of: party)
            rowsChanged = index
        case .granted(let grant): try admit(grant, at: time, index: index, checked: grantChecked)
        case .withdrawn(let withdrawal): try withdraw(withdrawal, at: time)
        case .sharesSet(let pool, let epoch, let rho, let shares):
            try set(shares, epoch: epoch, charging: rho, of: pool, at: time)
        case .valued(let valuation): try value(valuation, at: time, index: index)
        case .suspended(let pool, let party, let code, let reason):
            try suspend(party, in: pool, code, reason: reason, at: time, index: index)
        case .appealed(let appeal): try self.appeal(appeal, index: index)
        case .decided(let pool, let party, let lifted):
            try decide(party, in: pool, lifting: lifted)
        case .ordered(let order): try place(order, at: time, index: index, &effects)
        case .reserved(let order, let cohort, let noise, let there):
            try reserve(order, cohort: cohort, noise: noise, there: there, at: time)
        case .committed(let order, let answer, let proof, let left):
            try commit(order, answer: answer, proof, left: left, at: time, index: index, &effects)
        case .columnsCommitted(let columns): try commit(to: columns, index: index)
        case .published(let publication): try publish(publication, index: index)
        case .rented(let word): try rent(word)
        case .called(let call): try self.call(call, at: time, index: index, &effects)
        case .failed(let order, _): try fail(order, at: time, index: index, &effects)
        case .accountsOpened(let keys): try open(keys)
        case .linked(let links): try link(links)
        case .paidOut(let pool, let total): try payOut(pool, total, index, &effects)
        case .drawn(let draw): try self.draw(draw, index)
        case .settled(let batch, let root, let proof, let data):
            try settle(batch, to: root, proof: proof, data: data, index, &effects)
        }
        self.time = time
        return effects
    }

    private mutating func found(_ node: PartyID, _ name: String) throws(MarketError) {
        guard self.node == nil else { throw .alreadyFounded }
        try opening(Accounts.world, .world)
        try opening(Accounts.fees, .fees)
        try opening(Accounts.hidden, .hidden)
        self.node = node
        self.name = name
    }

    private mutating func open(_ offer: PoolOffer) throws(MarketError) {
        guard pools[offer.name] == nil else { throw .poolExists(offer.name) }
        try opening(Accounts.revenue(of: offer.name), .revenue)
        pools[offer.name] = PoolState(offer: offer)
    }

    mutating func opening(_ id: AccountID, _ code: Accounts.Code) throws(MarketError) {
        do throws(LedgerError) { try books.open(Accounts.open(id, code)) } catch {
            throw .money(error)
        }
    }

    /// Refuses what is more than an account has to spend.
    package func require(_ amount: Amount, in account: AccountID) throws(MarketError) {
        let available = books.balance(of: account)?.available ?? 0
        guard available < amount.microunits else { return }
        let missing = Amount(microunits: amount.microunits - available) ?? amount
        throw .money(.insufficient(account, available: available, missing: missing))
    }

    /// Refuses what would take an account's total of debits or credits beyond every amount; asked
    /// before anything changes.
    func require(
        room amount: Amount, debiting debit: AccountID? = nil, crediting credit: AccountID
    ) throws(MarketError) {
        if let debit, let balance = books.balance(of: debit) {
            let debits = balance.debitsPosted.adding(balance.debitsPending)
            guard debits?.adding(amount) != nil else { throw .money(.totalTooLarge(debit)) }
        }
        if let balance = books.balance(of: credit) {
            let credits = balance.creditsPosted.adding(balance.creditsPending)
            guard credits?.adding(amount) != nil else { throw .money(.totalTooLarge(credit)) }
        }
    }

    mutating func move(
        _ legs: [Leg], as word: String, index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        let id = TransferID(Digest(of: Array("dividend/transfer/\(index)/\(word)".utf8)))
        do throws(LedgerError) {
            effects.replies.append(try books.transfer(id, legs: legs, index: index))
        } catch {
            throw .money(error)
        }
    }

    private mutating func deposit(
        _ party: PartyID, _ amount: Amount, _ index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        let account = Accounts.party(party)
        try require(room: amount, debiting: Accounts.world, crediting: account)
        try opening(account, .party)
        let leg = Leg(debit: Accounts.world, credit: account, amount: amount, reason: .deposit)
        try move([leg], as: "deposit", index: index, &effects)
    }

    private mutating func cashOut(
        _ cashout: Cashout, _ index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        guard let node, cashout.verify(on: node) else { throw .badSignature(of: "cash-out") }
        let account = Accounts.party(cashout.party)
        let leg = Leg(
            debit: account, credit: Accounts.world, amount: cashout.amount, reason: .withdrawal)
        // The same signed wish is honoured once: its transfer has the signature's id.
        let id = TransferID(Digest(of: cashout.signature.bytes))
        do throws(LedgerError) {
            let reply = try books.transfer(id, legs: [leg], index: index)
            guard reply.index == index else { throw LedgerError.idDiffers(id) }
            effects.replies.append(reply)
        } catch {
            throw .money(error)
        }
    }

    private mutating func erase(_ erased: [Digest], of party: PartyID) throws(MarketError) {
        for id in erased {
            guard let segment = segments[id] else { throw .noSegment }
            guard segment.party == party else { throw .notTheOwner }
        }
        for id in erased {
            var segment = segments[id]!
            segment.erased = true
            segments[id] = segment
        }
    }
}

extension Change {
    fileprivate var isFounding: Bool { if case .founded = self { true } else { false } }
}
