// SPDX-License-Identifier: Apache-2.0
public import Canon

extension Books {
    /// Sets money aside for a group of legs, until the whole group is posted or voided.
    ///
    /// Each leg is reserved for itself: what a hold will give to an account cannot be spent by the
    /// same hold, since a post may move less than was held.
    ///
    /// - Parameters:
    ///   - expires: When ``expire(at:index:)`` gives the money back; nil for never.
    ///   - time: The time of the command.
    ///   - index: The journal index of the command.
    /// - Throws: ``LedgerError``; then nothing changed.
    @discardableResult
    public mutating func hold(
        _ id: TransferID, legs: [Leg], expires: Timestamp? = nil, at time: Timestamp, index: UInt64
    ) throws(LedgerError) -> TransferReply {
        let hash = scatter.hash(id.high, id.low)
        if let earlier = find(id, hash) {
            let record = record(at: earlier)
            let reply = reply(from: record)
            guard reply.kind == .hold, reply.held == legs, record.expires == expires else {
                throw .idDiffers(id)
            }
            return reply
        }
        if let expires, expires <= time { throw .expiryNotAhead(expires) }
        begin(.hold, id, index)
        buffer.append(varint: UInt64(holds.count))
        buffer.append(expires == nil ? 0 : 1)
        if let expires {
            withUnsafeBytes(of: expires.milliseconds.littleEndian) { buffer.append(contentsOf: $0) }
        }
        defer { footprint.clear() }
        try gather(legs)
        for change in footprint.changes {
            try check(change, debit: change.debit)
            try check(change, debit: -change.credit)
        }
        for change in footprint.changes {
            rows[change.slot].debitsPending += change.debit
            rows[change.slot].creditsPending += change.credit
        }
        let balances = settle()
        let address = file(hash)
        enlist(address: address, expires: expires)
        return TransferReply(
            kind: .hold, id: id, hold: nil, index: index, moved: [], held: legs, released: [],
            balances: balances)
    }

    /// Ends a hold by moving its money, exactly once, the whole group together.
    ///
    /// It cannot fail for want of money: what is moved was set aside, and the rest is given back.
    /// Closed accounts still take part, so that every hold can end.
    ///
    /// - Parameters:
    ///   - id: The id of this request, not that of the hold.
    ///   - hold: The hold to end.
    ///   - amounts: What to move of each leg, at most what it holds; nil for all.
    ///   - time: The time of the command; a hold whose time is over can only expire.
    ///   - index: The journal index of the command.
    @discardableResult
    public mutating func post(
        _ id: TransferID, hold: TransferID, amounts: [Amount]? = nil, at time: Timestamp,
        index: UInt64
    ) throws(LedgerError) -> TransferReply {
        let hash = scatter.hash(id.high, id.low)
        if let earlier = find(id, hash) {
            let reply = reply(from: record(at: earlier))
            guard reply.kind == .post, reply.hold == hold,
                reply.moved.map(\.amount) == amounts ?? reply.released.map(\.amount)
            else { throw .idDiffers(id) }
            return reply
        }
        let (number, origin) = try live(hold, at: time)
        let posted = amounts?.map(\.microunits) ?? origin.legs.map(\.amount)
        guard posted.count == origin.legs.count else {
            throw .amountCount(expected: origin.legs.count, got: posted.count)
        }
        for (place, leg) in origin.legs.enumerated() where posted[place] > leg.amount {
            throw .postExceedsHold(
                leg: place, held: Amount(trusted: leg.amount), asked: Amount(trusted: posted[place])
            )
        }
        begin(.post, id, index)
        buffer.append(varint: UInt64(number))
        for amount in posted { buffer.append(varint: UInt64(amount)) }
        let balances = end(number, origin.legs, moving: posted, as: .posted)
        file(hash)
        let released = legs(origin.legs)
        return TransferReply(
            kind: .post, id: id, hold: hold, index: index,
            moved: Books.legs(released, moving: posted), held: [], released: released,
            balances: balances)
    }

    /// Ends a hold by giving its money back, exactly once, the whole group together.
    ///
    /// - Parameters:
    ///   - id: The id of this request, not that of the hold.
    ///   - hold: The hold to end.
    ///   - time: The time of the command.
    ///   - index: The journal index of the command.
    @discardableResult
    public mutating func void(
        _ id: TransferID, hold: TransferID, at time: Timestamp, index: UInt64
    ) throws(LedgerError) -> TransferReply {
        let hash = scatter.hash(id.high, id.low)
        if let earlier = find(id, hash) {
            let reply = reply(from: record(at: earlier))
            guard reply.kind == .void, reply.hold == hold else { throw .idDiffers(id) }
            return reply
        }
        let (number, origin) = try live(hold, at: time)
        begin(.void, id, index)
        buffer.append(varint: UInt64(number))
        let balances = end(number, origin.legs, moving: nil, as: .voided)
        file(hash)
        return TransferReply(
            kind: .void, id: id, hold: hold, index: index, moved: [], held: [],
            released: legs(origin.legs), balances: balances)
    }

    /// Gives back the money of every hold whose time is over, in the order of those times, holds of
    /// one time in the order in which they were made.
    ///
    /// - Returns: One reply a hold, with the hold's id.
    /// - Cost: O(log holds) for each hold that ends.
    @discardableResult
    public mutating func expire(at time: Timestamp, index: UInt64) -> [TransferReply] {
        var replies: [TransferReply] = []
        while let number = expiries.next(at: time.milliseconds) {
            guard holds[number].state == .held else { continue }
            let origin = record(at: holds[number].address)
            begin(.expiry, nil, index)
            buffer.append(varint: UInt64(number))
            let balances = end(number, origin.legs, moving: nil, as: .expired)
            file(nil)
            replies.append(
                TransferReply(
                    kind: .expiry, id: origin.id ?? TransferID(high: 0, low: 0), hold: origin.id,
                    index: index, moved: [], held: [], released: legs(origin.legs),
                    balances: balances))
        }
        return replies
    }

    /// A hold by its id; nil when there is none.
    public func hold(_ id: TransferID) -> Hold? {
        guard let address = find(id, scatter.hash(id.high, id.low)) else { return nil }
        let record = record(at: address)
        guard record.kind == .hold else { return nil }
        return Hold(
            id: id, legs: legs(record.legs), expires: record.expires,
            state: holds[record.hold].state, index: record.index)
    }

    /// Every hold that has not ended, in the order of making; what a restart must resolve.
    ///
    /// - Cost: one step for each hold ever made.
    public func liveHolds() -> [Hold] {
        holds.filter { $0.state == .held }.compactMap { record(at: $0.address).id }
            .compactMap { hold($0) }
    }

    /// Takes a hold into the list, under the next number.
    mutating func enlist(address: UInt64, expires: Timestamp?) {
        if let expires { expiries.insert(hold: holds.count, expires: expires.milliseconds) }
        holds.append(
            HoldRow(address: address, expires: expires?.milliseconds ?? .max, state: .held))
    }

    /// The hold of this id, when it can be ended.
    private func live(
        _ id: TransferID, at time: Timestamp
    ) throws(LedgerError) -> (number: Int, origin: Record) {
        guard let address = find(id, scatter.hash(id.high, id.low)) else { throw .holdUnknown(id) }
        let origin = record(at: address)
        guard origin.kind == .hold else { throw .holdUnknown(id) }
        let state = holds[origin.hold].state
        guard state == .held else { throw .holdEnded(id, state) }
        if let expires = origin.expires, expires <= time {
            throw .holdOverdue(id, expired: expires)
        }
        return (origin.hold, origin)
    }

    /// Gives back what is held and moves the amounts, then notes the balances in the record.
    private mutating func end(
        _ number: Int, _ legs: [Record.SlotLeg], moving amounts: [Int64]?, as state: Hold.State
    ) -> [AccountBalance] {
        holds[number].state = state
        for (place, leg) in legs.enumerated() {
            let (debit, credit) = (Int(leg.debit), Int(leg.credit))
            // The sums were bounded when the hold was made; here they only name the accounts.
            _ = footprint.add(debit: debit, credit: credit, amount: 0)
            rows[debit].debitsPending -= leg.amount
            rows[credit].creditsPending -= leg.amount
            rows[debit].debitsPosted += amounts?[place] ?? 0
            rows[credit].creditsPosted += amounts?[place] ?? 0
        }
        defer { footprint.clear() }
        return settle()
    }
}
