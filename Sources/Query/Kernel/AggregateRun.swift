// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study
internal import Vault

/// The local step of a SELECT at work: a contributor's rows are evaluated, and added to groups.
///
/// A row that WHERE drops, or whose value is NULL, adds 0 to its group; it takes the time of any
/// other row. What her values can still move is in which order the same memory is met: the sums of
/// few groups lie close together and each group's stand twice, for every second row,
/// so that rows of one group need not wait for each other more than rows of several.
final class AggregateRun<Word: BlindWord> {
    /// A dimension made ready.
    private struct Dimension {
        let step: Int
        let codes: Word
    }
    /// A tree made ready.
    private struct Tree {
        let step: Int
        let tree: QuantileTree
    }

    private let dimensions: [Dimension]
    private let groups: Int
    private let lattice: Word
    /// Rows beyond so many are not looked at.
    private let mostRows: Int
    private let program: ProgramRun<Word>
    private let filter: Int?
    private let trees: [Tree]
    // One thread uses a run, and nothing here calls out while it writes.
    /// For each row of a block, the place of its group.
    @exclusivity(unchecked) private var slots: [Word]
    /// For each row of a block, all ones where WHERE keeps it.
    @exclusivity(unchecked) private var kept: [Word]
    @exclusivity(unchecked) private var sums: GroupSums<Word>

    /// - Requires: a step whose dimensions are listed.
    init(_ step: AggregateStep) {
        groups = step.listedGroups
        lattice = Word(step.lattice)
        var program = Program()
        filter = step.filter.map { program.add($0) }
        dimensions = step.dimensions.map { dimension in
            guard case .scalar(let scalar) = dimension.value, let codes = dimension.codes else {
                preconditionFailure("a listed dimension is a scalar with codes")
            }
            return Dimension(step: program.add(scalar), codes: Word(Int64(codes)))
        }
        let statistics = step.statistics + (step.countsPeople ? [.people] : [])
        let tallies = statistics.map {
            Tally<Word>($0, lattice: step.lattice(of: $0), in: &program)
        }
        mostRows = min(step.provenRows ?? .max, Tally<Word>.mostRows)
        trees = step.trees.map { Tree(step: program.add($0.value), tree: $0.tree) }
        let inputs =
            [filter] + tallies.map(\.input) + dimensions.map(\.step) + trees.map(\.step)
        self.program = ProgramRun(program, keeping: inputs.compactMap(\.self))
        slots = [Word](repeating: Word(0), count: ProgramRun<Word>.block)
        kept = [Word](repeating: Word(-1), count: ProgramRun<Word>.block)
        sums = GroupSums(
            tallies, rowKinds: step.statistics.count, groups: groups,
            largest: statistics.map(\.unit).max() ?? 1)
    }

    /// Adds one contributor's numbers, in lattice units, to a contribution of zeros.
    func contribute(_ table: Rows, to contribution: inout Contribution) {
        program.prepare(for: table.columns)
        let count = min(table.count, mostRows)
        for start in stride(from: 0, to: count, by: ProgramRun<Word>.block) {
            let rows = start..<min(start + ProgramRun<Word>.block, count)
            program.run(table.columns, rows: rows)
            sort(rows.count)
            slots.withUnsafeBufferPointer { slots in
                kept.withUnsafeBufferPointer { kept in
                    sums.add(
                        rows.count, of: program, at: slots, keeping: filter == nil ? nil : kept)
                }
            }
            if !trees.isEmpty { self.count(rows.count, in: &contribution) }
        }
        sums.give(to: &contribution)
    }

    /// Finds the group of each row; codes that no list has are NULL, the last group.
    private func sort(_ rows: Int) {
        if let filter {
            program.withValues { values in
                let truths = values(filter)
                kept.withUnsafeMutableBufferPointer { kept in
                    for row in 0..<rows { kept[row] = truths[row].equals(Word(1)) }
                }
            }
        }
        guard groups > 1 else { return }
        slots.withUnsafeMutableBufferPointer { slots in
            for (place, dimension) in dimensions.enumerated() {
                let (codes, last) = (dimension.codes, dimension.codes &- Word(1))
                program.withValues { values in
                    let values = values(dimension.step)
                    @inline(__always) func code(_ row: Int) -> Word {
                        values[row].isBelow(last).choose(values[row], last)
                    }
                    if place == 0 {
                        for row in 0..<rows { slots[row] = code(row) }
                    } else {
                        for row in 0..<rows { slots[row] = slots[row] &* codes &+ code(row) }
                    }
                }
            }
        }
    }

    /// Counts the rows of a block in the trees: each once on every level.
    private func count(_ rows: Int, in contribution: inout Contribution) {
        let first = contribution.blocks.count - trees.count
        for (place, tree) in trees.enumerated() {
            let nodes = tree.tree.nodes
            program.withValues { values in
                let values = values(tree.step)
                contribution.blocks[first + place].withUnsafeMutableBufferPointer { counts in
                    for row in 0..<rows {
                        let value = values[row]
                        let one = (lattice & kept[row] & ~value.isNull).opened
                        let room = Int(slots[row].opened) &* nodes
                        tree.tree.forEachNode(above: tree.tree.leaf(of: value.opened)) { node in
                            counts[room &+ node] &+= one
                        }
                    }
                }
            }
        }
    }
}
