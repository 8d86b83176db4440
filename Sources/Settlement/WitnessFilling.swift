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

    /// A node above a changed account: which it is, where among its height's it stands, and which of its
    /// children are changed, by their places among theirs.
    private struct TouchedNode {
        let height, index, place: Int
        var children: [Int?] = [nil, nil]
    }

    /// - Parameters:
    ///   - replaced: the digests of changed accounts and nodes before.
    ///   - after: the tree with the changes.
    mutating func fillNodes(
        _ trace: ColumnTiles, _ replaced: BalanceTree.Replaced, _ after: BalanceTree
    ) {
        var nodes: [TouchedNode] = []
        for height in 1...form.depth {
            let first = nodes.count
            for (place, child) in replaced.levels[height - 1].enumerated() {
                if nodes.count == first || nodes[nodes.count - 1].index != child.index >> 1 {
                    nodes.append(
                        TouchedNode(
                            height: height, index: child.index >> 1, place: nodes.count - first))
                }
                nodes[nodes.count - 1].children[child.index & 1] = place
            }
        }
        let parts = pieces(nodes.count)
        hashed += Parallel.map(parts.count, threads: threads) { [nodes, form] part in
            WitnessFilling.fill(nodes, parts[part], of: trace, form.depth, replaced, after)
        }.joined()
    }

    /// Fills some rows of the nodes, and gives what they hash.
    private static func fill(
        _ nodes: [TouchedNode], _ rows: Range<Int>, of trace: ColumnTiles, _ depth: Int,
        _ replaced: BalanceTree.Replaced, _ after: BalanceTree
    ) -> [KoalaBear] {
        typealias Column = SettlementCircuit.Node
        var hashed: [KoalaBear] = []
        hashed.reserveCapacity(2 * StateHash.width * rows.count)
        for row in rows {
            let node = nodes[row]
            func write(_ digest: StateDigest, _ column: Int) {
                for place in 0..<StateDigest.width { trace[row, column + place] = digest[place] }
            }
            let new = (0..<2).map { after.digest(height: node.height - 1, 2 * node.index + $0) }
            let old = zip(new, node.children).map { digest, place in
                place.map { replaced.levels[node.height - 1][$0].digest } ?? digest
            }
            for (children, column) in [(old, Column.old), (new, Column.new)] {
                for (child, digest) in children.enumerated() {
                    write(digest, column + 8 * child)
                    for place in 0..<StateDigest.width { hashed.append(digest[place]) }
                }
            }
            write(replaced.levels[node.height][node.place].digest, Column.oldDigest)
            write(after.digest(height: node.height, node.index), Column.newDigest)
            for (child, place) in node.children.enumerated() where place != nil {
                trace[row, Column.touched + child] = .one
            }
            trace[row, Column.level] = KoalaBear(reducing: UInt64(depth - node.height))
            trace[row, Column.index] = KoalaBear(reducing: UInt64(node.index))
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
