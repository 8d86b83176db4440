// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// The local step of a SELECT at work: a contributor's rows are evaluated, and added to groups.
///
/// A row that WHERE drops, or whose value is NULL, adds 0 to its group; it takes the time of any
/// other row. What her values can still move is in which order the same memory is met: the sums of
/// up to ``fewGroups`` groups lie close together and each stands four times, for every fourth row,
/// so that rows of one group need not wait for each other more than rows of several.
struct AggregateRun<Word: BlindWord> {
    private let step: AggregateStep
    private let groups: Int
    private var program: ProgramRun<Word>
    private let filter: Int?
    /// The step whose values each statistic adds up; nil when it counts rows.
    private let inputs: [Int?]
    private let units: [Reciprocal<Word>]
    /// The group of each row of a block.
    private var slots: [Word]
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
        self.step = step
        groups = step.groups
        var program = Program()
        filter = step.filter.map { program.add($0) }
        inputs = step.statistics.map { $0.input.map { program.add($0) } }
        self.program = ProgramRun(
            program, keeping: [filter].compactMap(\.self) + inputs.compactMap(\.self))
        units = step.statistics.map { Reciprocal(Word($0.unit)) }
        lanes = groups <= AggregateRun.fewGroups ? 4 : 1
        slots = [Word](repeating: Word(0), count: ProgramRun<Word>.block)
        sums = [Word](repeating: Word(0), count: step.width * lanes)
        let largest = step.statistics.map(\.unit).max() ?? 1
        blocksPerFlush = max(1, Int(Int64.max / largest) / ProgramRun<Word>.block)
        totals = [WideSum](repeating: WideSum(), count: step.width)
    }

    /// Adds one contributor's numbers, in lattice units, to a vector of zeros.
    mutating func contribute(_ table: Rows, to vector: inout [Int64]) {
        program.prepare(for: table.columns)
        for place in totals.indices { totals[place] = WideSum() }
        var blocks = 0
        for start in stride(from: 0, to: table.count, by: ProgramRun<Word>.block) {
            let rows = start..<min(start + ProgramRun<Word>.block, table.count)
            program.run(table.columns, rows: rows)
            sort(table.columns, rows)
            for (place, statistic) in step.statistics.enumerated() {
                add(statistic, at: place, rows: rows.count)
            }
            blocks += 1
            if blocks == blocksPerFlush {
                flush()
                blocks = 0
            }
        }
        flush()
        for (place, statistic) in step.statistics.enumerated() {
            for group in 0..<groups {
                let total = totals[place * groups + group]
                vector[group * step.statistics.count + place] =
                    statistic.isPeople
                    ? total.count(in: Word(step.lattice)).opened
                    : total.scaled(
                        by: Word(step.lattice), over: Word(statistic.unit), units[place]
                    ).opened
            }
        }
    }

    /// Finds the group of each row; codes that no list has are NULL, the last group.
    private mutating func sort(_ columns: [Rows.Column], _ rows: Range<Int>) {
        guard groups > 1 else { return }
        for row in 0..<rows.count { slots[row] = Word(0) }
        for dimension in step.dimensions {
            let values = columns[dimension.column].values
            let (codes, last) = (Word(Int64(dimension.codes)), Word(Int64(dimension.codes - 1)))
            for row in 0..<rows.count {
                let value = Word(values[rows.lowerBound + row])
                let code = value.isBelow(last).choose(value, last)
                slots[row] = slots[row] &* codes &+ code
            }
        }
    }

    /// Adds a statistic of the rows of a block to its sums.
    private mutating func add(_ statistic: Statistic, at place: Int, rows: Int) {
        let room = place * groups * lanes
        let (groups, lanes, slots) = (groups, lanes, slots)
        let (filter, input) = (filter, inputs[place])
        sums.withUnsafeMutableBufferPointer { sums in
            program.withValues { values in
                /// Adds up what the body gives, a row that is dropped as 0.
                func each(_ body: (_ row: Int) -> Word) {
                    guard groups > 1 else {
                        var sum = Word(0)
                        for row in 0..<rows { sum = sum &+ body(row) }
                        sums[room] = sums[room] &+ sum
                        return
                    }
                    for row in 0..<rows {
                        let slot = room + Int(slots[row].opened) * lanes + row & (lanes - 1)
                        sums[slot] = sums[slot] &+ body(row)
                    }
                }
                func kept(_ body: (_ row: Int) -> Word) {
                    guard let filter else { return each(body) }
                    let kept = values(filter)
                    each { body($0) & kept[$0].equals(Word(1)) }
                }
                guard let input else { return kept { _ in Word(1) } }
                let x = values(input)
                switch statistic {
                case .rows, .people: kept { (~x[$0].isNull).truth }
                case .centredSum(_, let bounds):
                    let (low, high) = (Word(bounds.lowerBound), Word(bounds.upperBound))
                    kept {
                        let value = x[$0].clipped(low, high)
                        return ((value &- low) &- (high &- value)) & ~x[$0].isNull
                    }
                case .sum(_, let bounds):
                    let (low, high) = (Word(bounds.lowerBound), Word(bounds.upperBound))
                    kept { x[$0].clipped(low, high) & ~x[$0].isNull }
                }
            }
        }
    }

    /// Brings the sums to the totals.
    private mutating func flush() {
        for place in totals.indices {
            for lane in 0..<lanes {
                totals[place].add(sums[place * lanes + lane])
                sums[place * lanes + lane] = Word(0)
            }
        }
    }
}
