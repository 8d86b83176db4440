// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Fills the rows of the payouts, any of them at any time.
struct PayoutFilling: Sendable {
    let changes: [SettlementProver.AccountChange]
    private let holders: [SettlementBatch.Holder]
    private let trail: Record.Trail
    private let shares: ShareFilling
    /// Of each account its leaf's digest.
    private let before, after: [StateDigest]
    /// What all rows up to one come to: amounts but the first, and weights.
    private let totals, weights: [UInt64]

    init(
        _ changes: [SettlementProver.AccountChange], _ batch: SettlementBatch,
        _ statement: SettlementStatement, _ trail: Record.Trail,
        before: [StateDigest], after: [StateDigest]
    ) {
        (self.changes, holders, self.trail) = (changes, batch.holders, trail)
        (self.before, self.after) = (before, after)
        shares = ShareFilling(batch, statement)
        var (totals, weights): ([UInt64], [UInt64]) = ([], [])
        for (place, change) in changes.enumerated() {
            totals.append((totals.last ?? 0) + (place == 0 ? 0 : change.amount))
            let holder = place < 2 ? nil : batch.holders[place - 2]
            weights.append((weights.last ?? 0) + (holder?.weight ?? 0))
        }
        (self.totals, self.weights) = (totals, weights)
    }

    /// How often rows send each number to the range, and what they hash.
    struct Result: Sendable {
        fileprivate(set) var asked = [UInt32](repeating: 0, count: 1 << 16)
        fileprivate(set) var hashed: [KoalaBear] = []

        fileprivate mutating func ask(_ values: [KoalaBear]) {
            for value in values { asked[Int(value.value)] += 1 }
        }
    }

    /// Fills some rows.
    func fill(_ rows: Range<Int>, of trace: ColumnTiles) -> Result {
        typealias Column = SettlementCircuit.Payout
        var result = Result()
        for row in rows {
            func write(_ values: [KoalaBear], _ column: Int) {
                for (place, value) in values.enumerated() { trace[row, column + place] = value }
            }
            if row < changes.count {
                fill(row, changes[row], &result, write)
            } else {
                result.ask([KoalaBear](repeating: .zero, count: Limbs.count))
            }
            if row < 2 { trace[row, row == 0 ? Column.debit : Column.fee] = .one }
            let last = min(row, changes.count - 1)
            write(Limbs.of(totals[last]), Column.total)
            let record = last < row ? trail.digests.last : last < 3 ? nil : trail.digests[last - 3]
            write(record?.elements ?? Record.start, Column.record)
            let holder = (2..<changes.count).contains(row) ? holders[row - 2] : nil
            if let holder {
                fill(row - 2, holder, record?.elements ?? Record.start, &result, write)
            }
            write(Limbs.of(weights[last]), Column.weightTotal)
            result.ask(Limbs.of(totals[last]) + Limbs.of(weights[last]))
            result.ask(shares.fill(row, of: trace, holder?.weight, place: row - 2))
        }
        return result
    }

    /// What a row's account has and gets.
    private func fill(
        _ row: Int, _ change: SettlementProver.AccountChange, _ result: inout Result,
        _ write: ([KoalaBear], Int) -> Void
    ) {
        typealias Column = SettlementCircuit.Payout
        write(Limbs.of(change.before.balance), Column.oldBalance)
        write(change.before.salt, Column.oldSalt)
        write(Limbs.of(change.after.balance), Column.newBalance)
        write(change.after.salt, Column.newSalt)
        write(before[row].elements, Column.oldDigest)
        write(after[row].elements, Column.newDigest)
        write([KoalaBear(reducing: UInt64(change.index))], Column.index)
        write(Limbs.of(change.amount), Column.amount)
        let lower = row == 0 ? change.after.balance : change.before.balance
        write(Limbs.carries(lower, change.amount), Column.carries)
        write([.one], Column.active)
        if row > 0 { write(Limbs.carries(totals[row - 1], change.amount), Column.totalCarries) }
        result.ask(Limbs.of(change.after.balance))
    }

    /// How a holder continues the record.
    private func fill(
        _ place: Int, _ holder: SettlementBatch.Holder, _ record: [KoalaBear],
        _ result: inout Result, _ write: ([KoalaBear], Int) -> Void
    ) {
        typealias Column = SettlementCircuit.Payout
        let link = trail.links[place].elements
        let linked = trail.linked[place].elements
        write(holder.linkSalt, Column.linkSalt)
        write(link, Column.link)
        write(linked, Column.linked)
        write(trail.digests[place].elements, Column.recordDigest)
        write(Limbs.carries(weights[place + 1], holder.weight), Column.weightCarries)
        result.hashed += AccountLink.input(holder.index, holder.linkSalt) + record + link
        result.hashed += Record.input(linked, holder.weight)
    }
}
