// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// The local step of a SELECT at work: a contributor's rows are evaluated, and added to groups.
///
/// A row that WHERE drops, or whose value is NULL, adds 0 to its group; it takes the time of any
/// other row. What her values can still move is in which order the same memory is met: the sums of
/// up to ``fewGroups`` groups lie close together and each stands four times, for every fourth row,
/// so that rows of one group need not wait for each other more than rows of several.
struct AggregateRun<Word: BlindWord> {
    private let dimensions: [AggregateStep.Dimension]
    private let groups: Int
    private let lattice: Word
    private var program: ProgramRun<Word>
    private let filter: Int?
    private let tallies: [Tally<Word>]
    /// For each row of a block, where its group stands among the sums of a statistic.
    private var slots: [Word]
    /// For each row of a block, all ones where WHERE keeps it.
    private var kept: [Word]
    /// Sums since the last flush: for each statistic, each group, each of ``lanes``.
    private var sums: [Word]
    private let lanes: Int
    /// How many blocks can be added up before a sum could leave 64 bits.
    private let blocksPerFlush: Int
    /// The contributor's sums in 128 bits, where neither the most rows nor the widest bounds can
    /// overflow: for each statistic, each group.
    private var totals: [WideSum<Word>]

    private static var fewGroups: Int { 256 }

    init(_ step: AggregateStep) {
        dimensions = step.dimensions
        groups = step.groups
        lattice = Word(step.lattice)
        var program = Program()
        filter = step.filter.map { program.add($0) }
        tallies = step.statistics.map { Tally($0, in: &program) }
        self.program = ProgramRun(
            program, keeping: ([filter] + tallies.map(\.input)).compactMap(\.self))
        lanes = groups <= AggregateRun.fewGroups ? 4 : 1
        slots = [Word](repeating: Word(0), count: ProgramRun<Word>.block)
        kept = [Word](repeating: Word(-1), count: ProgramRun<Word>.block)
        sums = [Word](repeating: Word(0), count: step.width * lanes)
        let largest = step.statistics.map(\.unit).max() ?? 1
        blocksPerFlush = max(1, Int(Int64.max / largest) / ProgramRun<Word>.block)
        totals = [WideSum](repeating: WideSum(), count: step.width)
    }

    /// Adds one contributor's numbers, in lattice units, to a vector of zeros.
    mutating func contribute(_ table: Rows, to vector: inout [Int64]) {
        program.prepare(for: table.columns)
        var blocks = 0
        for start in stride(from: 0, to: table.count, by: ProgramRun<Word>.block) {
            let rows = start..<min(start + ProgramRun<Word>.block, table.count)
            program.run(table.columns, rows: rows)
            sort(table.columns, rows)
            for place in tallies.indices { add(tallies[place], at: place, rows: rows.count) }
            blocks += 1
            if blocks == blocksPerFlush {
                flush()
                blocks = 0
            }
        }
        flush()
        let (groups, lattice, tallies) = (groups, lattice, tallies)
        vector.withUnsafeMutableBufferPointer { vector in
            totals.withUnsafeMutableBufferPointer { totals in
                for (place, tally) in tallies.enumerated() {
                    for group in 0..<groups {
                        let room = place &* groups &+ group
                        vector[group &* tallies.count &+ place] =
                            tally.number(totals[room], lattice).opened
                        totals[room] = WideSum()
                    }
                }
            }
        }
    }

    /// Finds the group of each row; codes that no list has are NULL, the last group.
    private mutating func sort(_ columns: [Rows.Column], _ rows: Range<Int>) {
        if let filter {
            program.withValues { values in
                let truths = values(filter)
                for row in 0..<rows.count { kept[row] = truths[row].equals(Word(1)) }
            }
        }
        guard groups > 1 else { return }
        for row in 0..<rows.count { slots[row] = Word(0) }
        for dimension in dimensions {
            let (codes, last) = (Word(Int64(dimension.codes)), Word(Int64(dimension.codes - 1)))
            columns[dimension.column].values.withUnsafeBufferPointer { values in
                for row in 0..<rows.count {
                    let value = Word(values[rows.lowerBound + row])
                    let code = value.isBelow(last).choose(value, last)
                    slots[row] = slots[row] &* codes &+ code
                }
            }
        }
    }

    /// Adds a statistic of the rows of a block to its sums.
    private mutating func add(_ tally: Tally<Word>, at place: Int, rows: Int) {
        let room = place * groups * lanes
        let (groups, lanes) = (groups, lanes)
        let (slots, kept) = (slots, kept)
        sums.withUnsafeMutableBufferPointer { sums in
            /// Adds up what the body gives.
            @inline(__always) func each(_ body: (_ row: Int) -> Word) {
                guard groups > 1 else {
                    var sum = Word(0)
                    for row in 0..<rows { sum = sum &+ body(row) }
                    sums[room] = sums[room] &+ sum
                    return
                }
                for row in 0..<rows {
                    let group = Int(truncatingIfNeeded: slots[row].opened)
                    let slot = room &+ group &* lanes &+ row & (lanes &- 1)
                    sums[slot] = sums[slot] &+ body(row)
                }
            }
            guard let input = tally.input else { return each { kept[$0].truth } }
            program.withValues { values in
                let values = values(input)
                switch tally.kind {
                case .count: each { (kept[$0] & ~values[$0].isNull).truth }
                case .sum: each { values[$0] & kept[$0] & ~values[$0].isNull }
                case .centredSum(let ends):
                    each {
                        let value = values[$0]
                        return (value &+ value &- ends) & kept[$0] & ~value.isNull
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
                    var sum = Word(0)
                    for lane in 0..<lanes {
                        sum = sum &+ sums[place &* lanes &+ lane]
                        sums[place &* lanes &+ lane] = Word(0)
                    }
                    totals[place].add(sum)
                }
            }
        }
    }
}
