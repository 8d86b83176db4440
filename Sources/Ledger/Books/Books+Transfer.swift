// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension Books {
    /// Moves money at once: all legs, or none.
    ///
    /// Limits hold for the legs together: an account may pass on what it receives in the same
    /// transfer.
    ///
    /// - Parameter index: The journal index of the command; the reply carries it.
    /// - Throws: ``LedgerError``; then nothing changed.
    /// - Cost: one step a leg.
    @discardableResult
    public mutating func transfer(
        _ id: TransferID, legs: [Leg], index: UInt64
    ) throws(LedgerError) -> TransferReply {
        let hash = scatter.hash(id.high, id.low)
        if let earlier = find(id, hash) {
            let reply = reply(from: record(at: earlier))
            guard reply.kind == .transfer, reply.moved == legs else { throw .idDiffers(id) }
            return reply
        }
        begin(.transfer, id, index)
        defer { footprint.clear() }
        try gather(legs)
        for change in footprint.changes {
            try check(change, debit: change.debit - change.credit)
        }
        for change in footprint.changes {
            rows[change.slot].debitsPosted += change.debit
            rows[change.slot].creditsPosted += change.credit
        }
        let balances = settle()
        file(hash)
        return TransferReply(
            kind: .transfer, id: id, hold: nil, index: index, moved: legs, held: [], released: [],
            balances: balances)
    }
}

extension Books {
    /// Checks the legs one by one, notes them in the record, and sums them by account.
    mutating func gather(_ legs: [Leg]) throws(LedgerError) {
        guard (1...Leg.most).contains(legs.count) else { throw .legCount(legs.count) }
        buffer.append(varint: UInt64(legs.count))
        for number in legs.indices {
            let leg = legs[number]
            guard leg.debit != leg.credit else { throw .sameAccount(leg: number) }
            guard let debit = accounts.find(leg.debit) else { throw .accountUnknown(leg.debit) }
            guard let credit = accounts.find(leg.credit) else { throw .accountUnknown(leg.credit) }
            let rules = (rows[debit].rules, rows[credit].rules)
            guard rows[debit].asset == rows[credit].asset else {
                throw .assetsDiffer(
                    leg: number, debit: rows[debit].asset, credit: rows[credit].asset)
            }
            guard !rules.0.contains(.closed) else { throw .accountClosed(leg.debit) }
            guard !rules.1.contains(.closed) else { throw .accountClosed(leg.credit) }
            guard !rules.0.contains(.mayOnlyBeCredited) else {
                throw .mayOnlyBeCredited(leg.debit, leg: number)
            }
            guard !rules.1.contains(.mayOnlyBeDebited) else {
                throw .mayOnlyBeDebited(leg.credit, leg: number)
            }
            let amount = leg.amount.microunits
            if let full = footprint.add(debit: debit, credit: credit, amount: amount) {
                throw .totalTooLarge(accounts.ids[full])
            }
            buffer.append(
                varints: UInt64(debit), UInt64(credit), UInt64(amount), UInt64(leg.code))
        }
    }

    /// Checks the bounds of one account's totals, and that it may be drawn on for so much.
    ///
    /// - Parameters:
    ///   - change: What all legs do to the account.
    ///   - debit: What counts against its floor; negative for what counts against its ceiling.
    func check(_ change: Footprint.Change, debit: Int64) throws(LedgerError) {
        let row = rows[change.slot]
        // After the first check, every term below lies within ±2^62: nothing overflows.
        guard row.debitsPosted + row.debitsPending <= Amount.largest - change.debit,
            row.creditsPosted + row.creditsPending <= Amount.largest - change.credit
        else { throw .totalTooLarge(accounts.ids[change.slot]) }
        if debit > 0, let floor = row.floor, row.available - debit < floor {
            throw .insufficient(
                accounts.ids[change.slot], available: row.available,
                missing: Amount(trusted: floor - (row.available - debit)))
        }
        if debit < 0, row.rules.contains(.mayNotGoAboveZero), row.headroom < -debit {
            throw .aboveZero(
                accounts.ids[change.slot], missing: Amount(trusted: -debit - row.headroom))
        }
    }

    /// Notes the balances of the touched accounts in the record and answers them.
    mutating func settle() -> [AccountBalance] {
        var balances: [AccountBalance] = []
        balances.reserveCapacity(footprint.changes.count)
        for change in footprint.changes {
            let row = rows[change.slot]
            buffer.append(
                varints: UInt64(row.debitsPosted), UInt64(row.debitsPending),
                UInt64(row.creditsPosted), UInt64(row.creditsPending))
            accountTree.open(change.slot)
            balances.append(
                AccountBalance(account: accounts.ids[change.slot], balance: row.balance))
        }
        return balances
    }
}
