// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Fills the tables' cells, and keeps what was asked of numbers and hashes until those are filled.
struct WitnessFilling {
    private let form: SettlementCircuit
    private let activeRows: [Int]
    /// How often each number was sent to the range.
    private var asked = [UInt32](repeating: 0, count: 1 << 16)
    /// What was hashed, sixteen elements each.
    private var hashed: [KoalaBear] = []

    init(_ form: SettlementCircuit, activeRows: [Int]) {
        (self.form, self.activeRows) = (form, activeRows)
    }

    // MARK: Payouts

    mutating func fillPayouts(
        _ trace: ColumnTiles, _ changes: [SettlementProver.AccountChange],
        _ batch: SettlementBatch, _ statement: SettlementStatement, _ trail: Record.Trail
    ) {
        typealias Column = SettlementCircuit.Payout
        let rows = activeRows[SettlementCircuit.Place.payouts]
        let before = form.hash.leaves(changes.flatMap(\.before.elements))
        let after = form.hash.leaves(changes.flatMap(\.after.elements))
        for change in changes { hashed += change.before.elements + change.after.elements }
        let shares = ShareFilling(batch, statement)
        var total: UInt64 = 0
        var weights: UInt64 = 0
        var record = Record.start
        func write(_ values: [KoalaBear], _ row: Int, _ column: Int) {
            for (place, value) in values.enumerated() { trace[row, column + place] = value }
        }
        for row in 0..<rows {
            write(record, row, Column.record)
            if row < changes.count {
                let change = changes[row]
                write(Limbs.of(change.before.balance), row, Column.oldBalance)
                write(change.before.salt, row, Column.oldSalt)
                write(Limbs.of(change.after.balance), row, Column.newBalance)
                write(change.after.salt, row, Column.newSalt)
                write(before[row].elements, row, Column.oldDigest)
                write(after[row].elements, row, Column.newDigest)
                trace[row, Column.index] = KoalaBear(reducing: UInt64(change.index))
                write(Limbs.of(change.amount), row, Column.amount)
                let lower = row == 0 ? change.after.balance : change.before.balance
                write(Limbs.carries(lower, change.amount), row, Column.carries)
                trace[row, Column.active] = .one
                if row > 0 {
                    write(Limbs.carries(total, change.amount), row, Column.totalCarries)
                    total += change.amount
                }
                ask(Limbs.of(change.amount) + Limbs.of(change.after.balance))
            } else {
                ask([KoalaBear](repeating: .zero, count: 2 * Limbs.count))
            }
            if row < 2 { trace[row, row == 0 ? Column.debit : Column.fee] = .one }
            write(Limbs.of(total), row, Column.total)
            ask(Limbs.of(total))
            let holder = (2..<changes.count).contains(row) ? batch.holders[row - 2] : nil
            if let holder {
                let link = AccountLink.input(holder.index, holder.linkSalt)
                let digest = trail.links[row - 2].elements
                write(holder.linkSalt, row, Column.linkSalt)
                write(digest, row, Column.link)
                let linked = trail.linked[row - 2].elements
                write(linked, row, Column.linked)
                hashed += link + record + digest + Record.input(linked, holder.weight)
                record = trail.digests[row - 2].elements
                write(record, row, Column.recordDigest)
                write(Limbs.carries(weights, holder.weight), row, Column.weightCarries)
                weights += holder.weight
            }
            write(Limbs.of(weights), row, Column.weightTotal)
            ask(Limbs.of(weights))
            ask(shares.fill(row, of: trace, holder?.weight, place: row - 2))
        }
    }

    private mutating func ask(_ values: [KoalaBear]) {
        for value in values { asked[Int(value.value)] += 1 }
    }

    // MARK: Nodes

    mutating func fillNodes(
        _ trace: ColumnTiles, _ indices: [Int], _ before: BalanceTree, _ after: BalanceTree
    ) {
        typealias Column = SettlementCircuit.Node
        var touched = Set(indices)
        var row = 0
        func write(_ values: [KoalaBear], _ column: Int) {
            for (place, value) in values.enumerated() { trace[row, column + place] = value }
        }
        for height in 1...form.depth {
            let parents = Set(touched.map { $0 >> 1 }).sorted()
            for parent in parents {
                for child in 0..<2 {
                    let index = 2 * parent + child
                    let old = before.digest(height: height - 1, index).elements
                    let new = after.digest(height: height - 1, index).elements
                    write(old, Column.old + 8 * child)
                    write(new, Column.new + 8 * child)
                    if touched.contains(index) { trace[row, Column.touched + child] = .one }
                }
                hashed += (0..<16).map { trace[row, Column.old + $0] }
                hashed += (0..<16).map { trace[row, Column.new + $0] }
                write(before.digest(height: height, parent).elements, Column.oldDigest)
                write(after.digest(height: height, parent).elements, Column.newDigest)
                trace[row, Column.level] = KoalaBear(reducing: UInt64(form.depth - height))
                trace[row, Column.index] = KoalaBear(reducing: UInt64(parent))
                trace[row, Column.active] = .one
                row += 1
            }
            touched = Set(parents)
        }
    }

    // MARK: Numbers and hashes

    func fillRange(_ trace: ColumnTiles) {
        let share = form.layout.share
        let width = 1 << share
        let last = 1 << (16 - share) - 1
        for row in 0..<activeRows[SettlementCircuit.Place.range] {
            trace[row, 0] = KoalaBear(reducing: UInt64(min(row, last)))
            guard row <= last else { continue }
            for place in 0..<width {
                trace[row, 1 + place] = KoalaBear(reducing: UInt64(asked[width * row + place]))
            }
        }
    }

    /// A row for each hash; those that are left over hash zeros, for nobody.
    func fillHashes(_ traces: [ColumnTiles]) {
        var rest = hashed[...]
        for (part, trace) in traces.enumerated() {
            let rows = activeRows[SettlementCircuit.Place.hashes + part]
            let mine = rest.prefix(StateHash.width * rows)
            rest = rest.dropFirst(mine.count)
            let count = mine.count / StateHash.width
            let padding = [KoalaBear](
                repeating: .zero, count: StateHash.width * (rows - count))
            form.hash.fillTrace(of: Array(mine) + padding, into: trace, row: 0, column: 0)
            for row in 0..<count { trace[row, StateHash.traceColumns] = .one }
        }
        precondition(rest.isEmpty, "a class has room for every hash of its batches")
    }
}
