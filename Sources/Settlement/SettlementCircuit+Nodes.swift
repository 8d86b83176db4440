// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// The tables of nodes, of hashes, and of numbers.
extension SettlementCircuit {
    /// The columns of a row of the nodes.
    enum Node {
        /// The digests of the two children before.
        static let old = 0
        /// The digests of the two children after.
        static let new = 16
        static let oldDigest = 32
        static let newDigest = 40
        static let level = 48
        static let index = 49
        static let touched = 50
        static let active = 52
        static let columns = 53
    }

    static func nodes() -> TableBuilder {
        var table = TableBuilder("nodes", columns: Node.columns)
        let old = table.cells(Node.old, 16)
        let new = table.cells(Node.new, 16)
        let (before, after) = (table.cells(Node.oldDigest, 8), table.cells(Node.newDigest, 8))
        let (level, index) = (table.cell(Node.level), table.cell(Node.index))
        let active = table.cell(Node.active)
        table.requireBit(active)
        for child in 0..<2 {
            let touched = table.cell(Node.touched + child)
            table.requireBit(touched)
            // Nothing is received by a row that does not count.
            table.require(table.product(touched, Linear(1) - active))
            let earlier = Array(old[8 * child..<8 * child + 8])
            let later = Array(new[8 * child..<8 * child + 8])
            for (a, b) in zip(earlier, later) {
                table.require(table.product(Linear(1) - touched, a - b))
            }
            table.receive(
                earlier + later + [level + Linear(1), index * 2 + Linear(child)],
                on: Bus.nodes, times: touched)
        }
        table.send(old + before, on: Bus.hashes, times: active)
        table.send(new + after, on: Bus.hashes, times: active)
        table.send(before + after + [level, index], on: Bus.nodes, times: active)
        return table
    }

    /// One permutation in each row, and how often somebody needs its hash: the first eight of π(x) + x.
    static func hashes(_ hash: StateHash, part: Int) -> TableBuilder {
        var table = TableBuilder("hashes\(part)", columns: StateHash.traceColumns + 1)
        let (input, output) = table.permutation(hash, at: 0)
        let digest = zip(input, output).prefix(8).map { $0 + $1 }
        table.receive(
            input + digest, on: Bus.hashes, times: table.cell(StateHash.traceColumns))
        return table
    }

    /// The table of numbers.
    static func range(share: Int) -> TableBuilder {
        var table = TableBuilder("range", columns: 1 + 1 << share)
        numbers(&table, from: 0, share: share)
        return table
    }

    /// The numbers below 2¹⁶, so many in each row, in steps of none or one: no more and no fewer.
    static func numbers(_ table: inout TableBuilder, from column: Int, share: Int) {
        let width = 1 << share
        let value = table.cell(column)
        let rise = table.next(column) - value
        table.require(value, .first)
        table.require(table.product(rise, rise - Linear(1)), .transition)
        table.require(value - Linear(1 << (16 - share) - 1), .last)
        for place in 0..<width {
            table.receive(
                [value * width + Linear(place)], on: Bus.range,
                times: table.cell(column + 1 + place))
        }
    }
}

extension TableBuilder {
    /// The cells of some columns in this row.
    mutating func cells(_ first: Int, _ count: Int) -> [Linear] {
        (first..<first + count).map { cell($0) }
    }
}
