// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// The table of payouts: accounts, amounts, and the record.
extension SettlementCircuit {
    /// The columns of a row of the payouts.
    enum Payout {
        // The account before and after.
        static let oldBalance = 0
        static let oldSalt = oldBalance + Limbs.count
        static let newBalance = oldSalt + BalanceLeaf.saltWidth
        static let newSalt = newBalance + Limbs.count
        static let oldDigest = newSalt + BalanceLeaf.saltWidth
        static let newDigest = oldDigest + 8
        static let index = newDigest + 8
        // What it changes by, and the sum of all so far.
        static let amount = index + 1
        static let carries = amount + Limbs.count
        static let total = carries + Limbs.count - 1
        static let totalCarries = total + Limbs.count
        // Which row it is: the one that takes, the fees', one that counts.
        static let debit = totalCarries + Limbs.count - 1
        static let fee = debit + 1
        static let active = fee + 1
        // The record before this row, with it, and with its link only; the link to the account.
        static let record = active + 1
        static let recordDigest = record + 8
        static let linked = recordDigest + 8
        static let linkSalt = linked + 8
        static let link = linkSalt + AccountLink.saltWidth
        // The share: see SettlementCircuit+Shares.
        static let weight = link + 8
        static let weightTotal = weight + Limbs.count
        static let weightCarries = weightTotal + Limbs.count
        static let quotient = weightCarries + Limbs.count - 1
        static let extra = quotient + Limbs.count
        static let quotientCarries = extra + 1
        static let remainder = quotientCarries + Limbs.count - 1
        static let room = remainder + Limbs.count
        static let roomCarries = room + Limbs.count
        static let threshold = roomCarries + Limbs.count - 1
        static let passed = threshold + Limbs.count
        static let distance = passed + 1
        static let distanceBorrows = distance + Limbs.count
        static let columnCarries = distanceBorrows + Limbs.count - 1
        static let columns = columnCarries + 2 * Share.carries
        // Behind them the numbers of 16 bits, where they have no table of their own.
    }

    static func payouts(_ layout: Layout) -> TableBuilder {
        let numbers = layout.isJoined ? 1 + 1 << layout.share : 0
        var table = TableBuilder("payouts", columns: Payout.columns + numbers)
        let (active, debit, fee) = (
            table.cell(Payout.active), table.cell(Payout.debit), table.cell(Payout.fee)
        )
        table.requireBit(active)
        // The first row takes the revenue, no other takes anything; the second is the fees'.
        table.require(debit - Linear(1), .first)
        table.require(table.next(Payout.debit), .transition)
        table.require(fee, .first)
        table.require(table.next(Payout.fee) - debit, .transition)
        table.require(active - Linear(1), .first)
        table.require(table.next(Payout.active) - Linear(1), .first)
        let index = table.cell(Payout.index)
        table.require(index - table.input(Input.revenueIndex), .first)
        table.require(table.next(Payout.index) - table.input(Input.feeIndex), .first)
        for limb in 0..<Limbs.count {
            table.require(
                table.cell(Payout.amount + limb) - table.input(Input.revenue + limb), .first)
            table.require(
                table.next(Payout.amount + limb) - table.input(Input.fee + limb), .first)
        }
        // 0 in the first two rows and in those that do not count, 1 in those of the record.
        let pays = active - debit - fee
        amounts(&table, debit: debit, active: active)
        totals(&table)
        leaves(&table, index: index, active: active)
        record(&table, index: index, pays: pays)
        shares(&table, pays: pays)
        if layout.isJoined {
            SettlementCircuit.numbers(&table, from: Payout.columns, share: layout.share)
        }
        return table
    }

    /// The account's leaf before and after, hashed and sent.
    private static func leaves(_ table: inout TableBuilder, index: Linear, active: Linear) {
        var digests: [Linear] = []
        for (balance, salt, digest) in [
            (Payout.oldBalance, Payout.oldSalt, Payout.oldDigest),
            (Payout.newBalance, Payout.newSalt, Payout.newDigest),
        ] {
            let leaf =
                [Linear(BalanceLeaf.tag)] + table.cells(balance, Limbs.count)
                + table.cells(salt, BalanceLeaf.saltWidth)
            let digest = table.cells(digest, 8)
            table.send(
                leaf + Array(repeating: Linear(0), count: 16 - leaf.count) + digest,
                on: Bus.hashes, times: active)
            digests += digest
        }
        table.send(
            digests + [table.input(Input.depth), index], on: Bus.nodes, times: active)
    }

    /// Every row that pays takes the record one holder further: her link, which opens to this row's account,
    /// and her weight.
    private static func record(_ table: inout TableBuilder, index: Linear, pays: Linear) {
        let before = table.cells(Payout.record, 8)
        let after = table.cells(Payout.recordDigest, 8)
        let link = table.cells(Payout.link, 8)
        table.send(
            [Linear(AccountLink.tag), index] + Array(repeating: Linear(0), count: 6)
                + table.cells(Payout.linkSalt, AccountLink.saltWidth) + link,
            on: Bus.hashes, times: pays)
        let linked = table.cells(Payout.linked, 8)
        table.send(before + link + linked, on: Bus.hashes, times: pays)
        table.send(
            linked + table.cells(Payout.weight, Limbs.count) + [Linear(Record.tag)]
                + Array(repeating: Linear(0), count: 3) + after, on: Bus.hashes, times: pays)
        for (place, start) in Record.start.enumerated() {
            let reached = before[place] + table.product(pays, after[place] - before[place])
            table.require(before[place] - Linear(start), .first)
            table.require(table.next(Payout.record + place) - reached, .transition)
            table.require(reached - table.input(Input.record + place), .last)
        }
    }

    /// What an account had and what is added make what it has then; for the first row the other way round.
    ///
    /// All limbs are numbers of 16 bits, and the carries 0 or 1: no sum comes near the prime, so it holds as
    /// it does for whole numbers. What an account had is in range because it was when it was written. The amount's
    /// limbs need no check of their own: revenue and fee are public; where nobody is paid they are zero; else they
    /// are a limb of the quotient, which is checked, and a carry more, less 65,536 where one is carried out, so from
    /// −65,536 to 65,536, and stand for the quotient or one more: see ``shares(_:pays:)``.
    private static func amounts(_ table: inout TableBuilder, debit: Linear, active: Linear) {
        let carries = table.cells(Payout.carries, Limbs.count - 1)
        for carry in carries { table.requireBit(carry) }
        for limb in 0..<Limbs.count {
            let before = table.cell(Payout.oldBalance + limb)
            let after = table.cell(Payout.newBalance + limb)
            let amount = table.cell(Payout.amount + limb)
            // after − before, turned round where the row takes.
            let rise = after - before
            let change = rise - table.product(debit, rise) * 2
            let carried = limb > 0 ? carries[limb - 1] : Linear(0)
            let carry = limb < Limbs.count - 1 ? carries[limb] : Linear(0)
            table.require(change - amount - carried + carry * 65_536)
            // Rows that do not count pay nothing.
            table.require(table.product(Linear(1) - active, amount))
            table.send([after], on: Bus.range, times: Linear(1))
        }
    }

    /// The running total begins at zero in the row that takes, grows by every amount, and ends at the revenue.
    private static func totals(_ table: inout TableBuilder) {
        let revenue = (0..<Limbs.count).map { table.input(Input.revenue + $0) }
        runningTotal(
            &table, at: Payout.total, of: Payout.amount, carries: Payout.totalCarries,
            endsAt: revenue)
    }

    /// A running total in limbs: zero in the first row, then the row's number more in each, and that much in the
    /// last. Its limbs are numbers of 16 bits and nothing is carried out of the highest, so it never wraps.
    static func runningTotal(
        _ table: inout TableBuilder, at first: Int, of number: Int, carries: Int,
        endsAt end: [Linear]
    ) {
        for carry in table.cells(carries, Limbs.count - 1) { table.requireBit(carry) }
        for limb in 0..<Limbs.count {
            let total = table.cell(first + limb)
            table.require(total, .first)
            table.require(total - end[limb], .last)
            let carried = limb > 0 ? table.next(carries + limb - 1) : Linear(0)
            let carry = limb < Limbs.count - 1 ? table.next(carries + limb) : Linear(0)
            let sum = total + table.next(number + limb) + carried
            table.require(table.next(first + limb) - sum + carry * 65_536, .transition)
            table.send([total], on: Bus.range, times: Linear(1))
        }
    }
}
