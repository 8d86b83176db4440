// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// Fills the tables' cells, and keeps what was asked of numbers and hashes until those are filled.
struct WitnessFilling {
    private let form: SettlementCircuit
    private let activeRows: [Int]
    /// How many threads fill.
    var threads = 1
    /// How often each number was sent to the range.
    private var asked = [UInt32](repeating: 0, count: 1 << 16)
    /// What was hashed, sixteen elements each.
    private var hashed: [KoalaBear] = []

    init(_ form: SettlementCircuit, activeRows: [Int]) {
        (self.form, self.activeRows) = (form, activeRows)
        hashed.reserveCapacity(StateHash.width * form.permutations)
    }

    /// So many rows in pieces for all threads.
    private func pieces(_ rows: Int) -> [Range<Int>] {
        let size = max(256, (rows + 8 * threads - 1) / (8 * threads))
        return stride(from: 0, to: rows, by: size).map { $0..<min($0 + size, rows) }
    }

    // MARK: Payouts

    /// Asks for the hashes of what each account was and is.
    mutating func askLeaves(of changes: [SettlementProver.AccountChange]) {
        for change in changes {
            hashed += change.before.elements
            hashed += change.after.elements
        }
    }

    mutating func fillPayouts(_ trace: ColumnTiles, _ rows: PayoutFilling) {
        let parts = pieces(activeRows[SettlementCircuit.Place.payouts])
        let results = Parallel.map(parts.count, threads: threads) {
            rows.fill(parts[$0], of: trace)
        }
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
        let width = form.layout.hashes.width
        // Whole rows, so that no two threads write the same.
        let parts = pieces((nodes.count + width - 1) / width).map {
            $0.lowerBound * width..<min($0.upperBound * width, nodes.count)
        }
        hashed += Parallel.map(parts.count, threads: threads) { [nodes, form] part in
            WitnessFilling.fill(
                nodes, parts[part], of: trace, width: width, form.depth,
                replaced, after)
        }.joined()
    }

    /// Fills some of the nodes, and gives what they hash.
    ///
    /// - Parameter width: how many stand in a row.
    private static func fill(
        _ nodes: [TouchedNode], _ part: Range<Int>, of trace: ColumnTiles, width: Int,
        _ depth: Int, _ replaced: BalanceTree.Replaced, _ after: BalanceTree
    ) -> [KoalaBear] {
        typealias Column = SettlementCircuit.Node
        var hashed: [KoalaBear] = []
        hashed.reserveCapacity(2 * StateHash.width * part.count)
        for (place, node) in zip(part, nodes[part]) {
            let (row, slot) = place.quotientAndRemainder(dividingBy: width)
            let start = slot * Column.columns
            func write(_ digest: StateDigest, _ column: Int) {
                for place in 0..<StateDigest.width {
                    trace[row, start + column + place] = digest[place]
                }
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
                trace[row, start + Column.touched + child] = .one
            }
            trace[row, start + Column.level] = KoalaBear(reducing: UInt64(depth - node.height))
            trace[row, start + Column.index] = KoalaBear(reducing: UInt64(node.index))
            trace[row, start + Column.active] = .one
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

    /// A permutation for each hash; those that are left over hash zeros, for nobody.
    func fillHashes(_ traces: [ColumnTiles]) {
        var first = 0
        for (part, trace) in traces.enumerated() {
            let rows = activeRows[form.hashes + part]
            let width = form.layout.hashes.width
            for place in 0..<width {
                let column = place * StateHash.traceColumns
                let needed = SettlementCircuit.needed(place, width: width)
                let count = min(rows, hashed.count / StateHash.width - first)
                fill(trace, column, needed, rows: rows, from: first, count: count)
                first += count
            }
        }
        precondition(
            first * StateHash.width == hashed.count,
            "a class has room for every hash of its batches")
    }

    /// Fills columns with some of the hashes, and with zeros' below them.
    private func fill(
        _ trace: ColumnTiles, _ column: Int, _ needed: Int, rows: Int, from first: Int, count: Int
    ) {
        let width = StateHash.width
        let parts = pieces(rows)
        _ = Parallel.map(parts.count, threads: threads) { place in
            let range = parts[place]
            let mine = hashed[
                width * (first + min(range.lowerBound, count))..<width
                    * (first + min(range.upperBound, count))]
            let zeros = width * range.count - mine.count
            form.hash.fillTrace(
                of: Array(mine) + [KoalaBear](repeating: .zero, count: zeros), into: trace,
                row: range.lowerBound, column: column)
            for row in range where row < count { trace[row, needed] = .one }
        }
    }
}
