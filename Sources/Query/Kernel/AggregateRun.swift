// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study
internal import Vault

/// The local step of a SELECT at work: a contributor's rows are evaluated, and added to groups.
///
/// A row that WHERE drops, or whose value is NULL, adds 0 to its group; it takes the time of any
/// other row. What her values can still move is in which order the same memory is met: the sums of
/// up to ``fewGroups`` groups lie close together and each stands twice, for every second row,
/// so that rows of one group need not wait for each other more than rows of several.
struct AggregateRun<Word: BlindWord> {
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
    private var program: ProgramRun<Word>
    private let filter: Int?
    private let tallies: [Tally<Word>]
    /// How many of the tallies are statistics of rows; one more may count the contributor.
    private let rowKinds: Int
    private let trees: [Tree]
    /// For each row of a block, where its group stands among the sums of a statistic.
    private var slots: [Word]
    /// For each row of a block, all ones where WHERE keeps it.
    private var kept: [Word]
    /// Sums since the last flush: for each statistic, each group, each of ``lanes``.
    private var sums: [Word]
    private let lanes: Int
    /// Whether no sum of a contributor can leave a word.
    private let isNarrow: Bool
    /// How many blocks can be added up before a sum could leave 64 bits.
    private let blocksPerFlush: Int
    /// The contributor's sums in 128 bits, where neither the most rows nor the widest bounds can
    /// overflow: for each statistic, each group.
    private var totals: [WideSum<Word>]

    private static var fewGroups: Int { 256 }

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
        rowKinds = step.statistics.count
        let statistics = step.statistics + (step.countsPeople ? [.people] : [])
        tallies = statistics.map { Tally($0, lattice: step.lattice, in: &program) }
        trees = step.trees.map { Tree(step: program.add($0.value), tree: $0.tree) }
        let inputs =
            [filter] + tallies.map(\.input) + dimensions.map(\.step) + trees.map(\.step)
        self.program = ProgramRun(program, keeping: inputs.compactMap(\.self))
        lanes = groups <= AggregateRun.fewGroups ? 2 : 1
        slots = [Word](repeating: Word(0), count: ProgramRun<Word>.block)
        kept = [Word](repeating: Word(-1), count: ProgramRun<Word>.block)
        sums = [Word](repeating: Word(0), count: groups * statistics.count * lanes)
        let largest = statistics.map(\.unit).max() ?? 1
        blocksPerFlush = max(1, Int(Int64.max / largest) / ProgramRun<Word>.block)
        isNarrow = tallies.allSatisfy(\.isNarrow)
        totals = [WideSum](
            repeating: WideSum(), count: isNarrow ? 0 : groups * statistics.count)
    }

    /// Adds one contributor's numbers, in lattice units, to a contribution of zeros.
    mutating func contribute(_ table: Rows, to contribution: inout Contribution) {
        program.prepare(for: table.columns)
        let count = min(table.count, Tally<Word>.mostRows)
        var blocks = 0
        for start in stride(from: 0, to: count, by: ProgramRun<Word>.block) {
            let rows = start..<min(start + ProgramRun<Word>.block, count)
            program.run(table.columns, rows: rows)
            sort(rows.count)
            for place in tallies.indices { add(tallies[place], at: place, rows: rows.count) }
            if !trees.isEmpty { self.count(rows.count, in: &contribution) }
            blocks += 1
            if blocks == blocksPerFlush, !isNarrow {
                flush()
                blocks = 0
            }
        }
        if !isNarrow { flush() }
        for (place, tally) in tallies.enumerated() {
            let isPeople = place == rowKinds
            let block = isPeople && rowKinds > 0 ? 1 : 0
            let width = isPeople ? 1 : rowKinds
            give(tally, at: place, to: &contribution.blocks[block], width: width)
        }
    }

    /// Gives the totals of one statistic, and empties them.
    private mutating func give(
        _ tally: Tally<Word>, at place: Int, to vector: inout [Int64], width: Int
    ) {
        let (groups, lanes, isNarrow) = (groups, lanes, isNarrow)
        let first = width == 1 ? 0 : place
        let room = place &* groups
        vector.withUnsafeMutableBufferPointer { vector in
            sums.withUnsafeMutableBufferPointer { sums in
                totals.withUnsafeMutableBufferPointer { totals in
                    /// Gives what the body makes of the sum of each group.
                    @inline(__always) func each(_ body: (_ group: Int) -> Word) {
                        for group in 0..<groups {
                            vector[group &* width &+ first] = body(group).opened
                        }
                    }
                    @inline(__always) func sum(_ group: Int) -> Word {
                        AggregateRun.emptied(sums, at: room &+ group, lanes)
                    }
                    // Here, and not for each group, it is told what kind of statistic this is.
                    guard isNarrow else {
                        return each { group in
                            defer { totals[room &+ group] = WideSum() }
                            return tally.number(totals[room &+ group])
                        }
                    }
                    if tally.isPeople { return each { tally.number(people: sum($0)) } }
                    if tally.isWhole { return each { tally.number(whole: sum($0)) } }
                    each { tally.number(narrow: sum($0)) }
                }
            }
        }
    }

    /// The sum of the lanes of a place, which are zero afterwards.
    @inline(__always)
    private static func emptied(
        _ sums: UnsafeMutableBufferPointer<Word>, at room: Int, _ lanes: Int
    ) -> Word {
        var sum = Word(0)
        for lane in 0..<lanes {
            sum = sum &+ sums[room &* lanes &+ lane]
            sums[room &* lanes &+ lane] = Word(0)
        }
        return sum
    }

    /// Finds the group of each row; codes that no list has are NULL, the last group.
    private mutating func sort(_ rows: Int) {
        if let filter {
            var masks: [Word] = []
            swap(&masks, &kept)
            program.withValues { values in
                let truths = values(filter)
                masks.withUnsafeMutableBufferPointer { masks in
                    for row in 0..<rows { masks[row] = truths[row].equals(Word(1)) }
                }
            }
            swap(&masks, &kept)
        }
        guard groups > 1 else { return }
        // Out of self while they are written, so that the rest of it can be read.
        var codes: [Word] = []
        swap(&codes, &slots)
        defer { swap(&codes, &slots) }
        codes.withUnsafeMutableBufferPointer { slots in
            for (place, dimension) in dimensions.enumerated() {
                let (codes, last) = (dimension.codes, dimension.codes &- Word(1))
                program.withValues { values in
                    let values = values(dimension.step)
                    if place == 0 {
                        for row in 0..<rows {
                            slots[row] = values[row].isBelow(last).choose(values[row], last)
                        }
                    } else {
                        for row in 0..<rows {
                            let code = values[row].isBelow(last).choose(values[row], last)
                            slots[row] = slots[row] &* codes &+ code
                        }
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

    /// Adds a statistic of the rows of a block to its sums.
    private mutating func add(_ tally: Tally<Word>, at place: Int, rows: Int) {
        let room = place * groups * lanes
        let (groups, lanes, isFiltered) = (groups, lanes, filter != nil)
        var added: [Word] = []
        swap(&added, &sums)
        defer { swap(&added, &sums) }
        added.withUnsafeMutableBufferPointer { sums in
            slots.withUnsafeBufferPointer { slots in
                kept.withUnsafeBufferPointer { kept in
                    /// Adds up what the body gives.
                    @inline(__always) func each(_ body: (_ row: Int) -> Word) {
                        guard groups > 1 else {
                            var sum = Word(0)
                            for row in 0..<rows { sum = sum &+ (body(row) & kept[row]) }
                            sums[room] = sums[room] &+ sum
                            return
                        }
                        guard isFiltered else {
                            for row in 0..<rows {
                                let group = Int(truncatingIfNeeded: slots[row].opened)
                                let slot = room &+ group &* lanes &+ row & (lanes &- 1)
                                sums[slot] = sums[slot] &+ body(row)
                            }
                            return
                        }
                        for row in 0..<rows {
                            let group = Int(truncatingIfNeeded: slots[row].opened)
                            let slot = room &+ group &* lanes &+ row & (lanes &- 1)
                            sums[slot] = sums[slot] &+ (body(row) & kept[row])
                        }
                    }
                    guard let input = tally.input else { return each { _ in Word(1) } }
                    program.withValues { values in
                        let values = values(input)
                        // Here, and not for each row, it is told what kind of statistic this is.
                        switch tally.kind {
                        case .count: each { (~values[$0].isNull).truth }
                        case .missing: each { values[$0].isNull.truth }
                        case .sum: each { values[$0] & ~values[$0].isNull }
                        case .centredSum(let ends):
                            each { (values[$0] &+ values[$0] &- ends) & ~values[$0].isNull }
                        }
                    }
                }
            }
        }
    }

    /// Brings the sums to the totals.
    private mutating func flush() {
        let lanes = lanes
        sums.withUnsafeMutableBufferPointer { sums in
            totals.withUnsafeMutableBufferPointer { totals in
                for place in totals.indices {
                    totals[place].add(AggregateRun.emptied(sums, at: place, lanes))
                }
            }
        }
    }
}
