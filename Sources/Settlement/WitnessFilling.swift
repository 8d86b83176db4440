// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// Fills the tables' cells, and keeps what was asked of numbers and hashes until those are filled.
struct WitnessFilling {
    private let form: SettlementCircuit
    private let activeRows: [Int]
    private let threads: Int
    /// How often each number was sent to the range.
    private var asked = [UInt32](repeating: 0, count: 1 << 16)
    /// What was hashed, sixteen elements each.
    private var hashed: [KoalaBear] = []

    init(_ form: SettlementCircuit, activeRows: [Int], threads: Int) {
        (self.form, self.activeRows, self.threads) = (form, activeRows, threads)
    }

    /// So many rows in pieces for all threads.
    private func pieces(_ rows: Int) -> [Range<Int>] {
        let size = max(256, (rows + 8 * threads - 1) / (8 * threads))
        return stride(from: 0, to: rows, by: size).map { $0..<min($0 + size, rows) }
    }

    // MARK: Payouts

    mutating func fillPayouts(_ trace: ColumnTiles, _ rows: PayoutFilling) {
        let parts = pieces(activeRows[SettlementCircuit.Place.payouts])
        let results = Parallel.map(parts.count, threads: threads) {
            rows.fill(parts[$0], of: trace)
        }
        for change in rows.changes { hashed += change.before.elements + change.after.elements }
        for result in results {
            for (number, count) in result.asked.enumerated() { asked[number] += count }
            hashed += result.hashed
        }
    }

    // MARK: Nodes

    mutating func fillNodes(
        _ trace: ColumnTiles, _ indices: [Int], _ before: BalanceTree, _ after: BalanceTree
    ) {
        let depth = form.depth
        // Height, index, and which of the children are touched.
        var nodes: [(height: Int, index: Int, touched: [Bool])] = []
        var touched = indices.sorted()
        for height in 1...depth {
            var parents: [Int] = []
            for child in touched {
                if parents.last != child >> 1 {
                    parents.append(child >> 1)
                    nodes.append((height, child >> 1, [false, false]))
                }
                nodes[nodes.count - 1].touched[child & 1] = true
            }
            touched = parents
        }
        let parts = pieces(nodes.count)
        hashed += Parallel.map(parts.count, threads: threads) { [nodes] part in
            WitnessFilling.fill(parts[part], of: trace, nodes, depth, before, after)
        }.joined()
    }

    /// Fills some rows of the nodes, and gives what they hash.
    private static func fill(
        _ rows: Range<Int>, of trace: ColumnTiles,
        _ nodes: [(height: Int, index: Int, touched: [Bool])], _ depth: Int,
        _ before: BalanceTree, _ after: BalanceTree
    ) -> [KoalaBear] {
        typealias Column = SettlementCircuit.Node
        var hashed: [KoalaBear] = []
        hashed.reserveCapacity(2 * StateHash.width * rows.count)
        for row in rows {
            let (height, parent, touched) = nodes[row]
            func write(_ digest: StateDigest, _ column: Int) {
                for place in 0..<StateDigest.width { trace[row, column + place] = digest[place] }
            }
            for (tree, children, digest) in [
                (before, Column.old, Column.oldDigest), (after, Column.new, Column.newDigest),
            ] {
                for child in 0..<2 {
                    let below = tree.digest(height: height - 1, 2 * parent + child)
                    write(below, children + 8 * child)
                    for place in 0..<StateDigest.width { hashed.append(below[place]) }
                }
                write(tree.digest(height: height, parent), digest)
            }
            for child in 0..<2 where touched[child] { trace[row, Column.touched + child] = .one }
            trace[row, Column.level] = KoalaBear(reducing: UInt64(depth - height))
            trace[row, Column.index] = KoalaBear(reducing: UInt64(parent))
            trace[row, Column.active] = .one
        }
        return hashed
    }

    // MARK: Numbers and hashes

    func fillRange(_ traces: [ColumnTiles]) {
        let layout = form.layout
        let (table, column) =
            layout.isJoined
            ? (SettlementCircuit.Place.payouts, SettlementCircuit.Payout.columns)
            : (SettlementCircuit.Place.range, 0)
        let width = 1 << layout.share
        let last = 1 << (16 - layout.share) - 1
        for row in 0..<activeRows[table] {
            traces[table][row, column] = KoalaBear(reducing: UInt64(min(row, last)))
            guard row <= last else { continue }
            for place in 0..<width {
                traces[table][row, column + 1 + place] = KoalaBear(
                    reducing: UInt64(asked[width * row + place]))
            }
        }
    }

    /// A row for each hash; those that are left over hash zeros, for nobody.
    func fillHashes(_ traces: [ColumnTiles]) {
        let width = StateHash.width
        var first = 0
        for (part, trace) in traces.enumerated() {
            let rows = activeRows[form.hashes + part]
            let count = min(rows, hashed.count / width - first)
            let parts = pieces(rows)
            _ = Parallel.map(parts.count, threads: threads) { [first] place in
                let range = parts[place]
                let mine = hashed[
                    width * (first + min(range.lowerBound, count))..<width
                        * (first + min(range.upperBound, count))]
                let zeros = width * range.count - mine.count
                form.hash.fillTrace(
                    of: Array(mine) + [KoalaBear](repeating: .zero, count: zeros), into: trace,
                    row: range.lowerBound, column: 0)
                for row in range where row < count { trace[row, StateHash.traceColumns] = .one }
            }
            first += count
        }
        precondition(
            first * width == hashed.count, "a class has room for every hash of its batches")
    }
}
