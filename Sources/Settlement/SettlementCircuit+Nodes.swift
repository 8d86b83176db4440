// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// The tables of nodes, of hashes, and of numbers.
extension SettlementCircuit {
    /// The columns of a node.
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

    /// - Parameter width: how many nodes stand in a row, each in columns of its own.
    static func nodes(width: Int) -> TableBuilder {
        var table = TableBuilder("nodes", columns: width * Node.columns)
        for place in 0..<width { node(&table, from: place * Node.columns) }
        return table
    }

    private static func node(_ table: inout TableBuilder, from start: Int) {
        let old = table.cells(start + Node.old, 16)
        let new = table.cells(start + Node.new, 16)
        let before = table.cells(start + Node.oldDigest, 8)
        let after = table.cells(start + Node.newDigest, 8)
        let (level, index) = (table.cell(start + Node.level), table.cell(start + Node.index))
        let active = table.cell(start + Node.active)
        table.requireBit(active)
        for child in 0..<2 {
            let touched = table.cell(start + Node.touched + child)
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
    }

    /// The column of how often somebody needs a hash, behind those of so many permutations.
    static func needed(_ place: Int, width: Int) -> Int { width * StateHash.traceColumns + place }

    /// Some permutations in each row, and how often somebody needs the hash of each: the first eight of π(x) + x.
    static func hashes(_ hash: StateHash, part: Int, width: Int) -> TableBuilder {
        var table = TableBuilder(
            "hashes\(part)", columns: width * (StateHash.traceColumns + 1))
        for place in 0..<width {
            let (input, output) = table.permutation(hash, at: place * StateHash.traceColumns)
            table.receive(
                input + zip(input, output).map { $0 + $1 }, on: Bus.hashes,
                times: table.cell(needed(place, width: width)))
        }
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
