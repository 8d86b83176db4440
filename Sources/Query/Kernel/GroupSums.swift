// SPDX-License-Identifier: Apache-2.0
internal import Study

/// The sums of a contributor's rows: for each group, those of all statistics side by side, so that a
/// row meets one place of memory, and not one for each statistic.
struct GroupSums<Word: BlindWord> {
    private let groups: Int
    private let tallies: [Tally<Word>]
    /// How many of the tallies are statistics of rows; one more may count the contributor.
    private let rowKinds: Int
    /// What the rows of a block add: for each statistic, each row.
    private var added: [Word]
    /// Sums since the last flush: for each group, each of ``lanes``, each statistic.
    private var sums: [Word]
    private let lanes: Int
    /// Whether no sum of a contributor can leave a word.
    private let isNarrow: Bool
    /// How many blocks can be added up before a sum could leave 64 bits.
    private let blocksPerFlush: Int
    private var blocks = 0
    /// The contributor's sums in 128 bits, where neither the most rows nor the widest bounds can
    /// overflow: for each group, each statistic.
    private var totals: [WideSum<Word>]

    private static var fewGroups: Int { 256 }
    private static var block: Int { ProgramRun<Word>.block }

    /// - Parameter largest: the largest unit of a statistic.
    init(_ tallies: [Tally<Word>], rowKinds: Int, groups: Int, largest: Int64) {
        self.groups = groups
        self.tallies = tallies
        self.rowKinds = rowKinds
        lanes = groups <= GroupSums.fewGroups ? 2 : 1
        isNarrow = tallies.allSatisfy(\.isNarrow)
        blocksPerFlush = max(1, Int(Int64.max / largest) / GroupSums.block)
        added = [Word](repeating: Word(1), count: tallies.count * GroupSums.block)
        sums = [Word](repeating: Word(0), count: groups * lanes * tallies.count)
        totals = [WideSum](repeating: WideSum(), count: isNarrow ? 0 : groups * tallies.count)
    }

    /// Adds the rows of a block that was worked on, each to its group's sums.
    ///
    /// - Parameters:
    ///   - slots: The group of each row.
    ///   - kept: For each row, all ones where it counts, else zeros; nil when all do.
    mutating func add(
        _ rows: Int, of program: ProgramRun<Word>, at slots: UnsafeBufferPointer<Word>,
        keeping kept: UnsafeBufferPointer<Word>?
    ) {
        let (groups, tallies, lanes) = (groups, tallies, lanes)
        added.withUnsafeMutableBufferPointer { added in
            for (place, tally) in tallies.enumerated() {
                let room = place &* GroupSums.block
                let part = UnsafeMutableBufferPointer(
                    rebasing: added[room..<room &+ GroupSums.block])
                tally.fill(part, rows: rows, from: program, keeping: kept)
            }
            sums.withUnsafeMutableBufferPointer { sums in
                guard groups > 1 else {
                    return GroupSums.addAll(added, rows: rows, statistics: tallies.count, to: sums)
                }
                /// Adds the rows; of so many statistics, which the compiler should know.
                @inline(__always) func each(_ statistics: Int) {
                    for row in 0..<rows {
                        let group = Int(truncatingIfNeeded: slots[row].opened)
                        let first = (group &* lanes &+ row & (lanes &- 1)) &* statistics
                        for place in 0..<statistics {
                            let word = added[place &* GroupSums.block &+ row]
                            sums[first &+ place] = sums[first &+ place] &+ word
                        }
                    }
                }
                switch tallies.count {
                case 1: each(1)
                case 2: each(2)
                case 3: each(3)
                case 4: each(4)
                default: each(tallies.count)
                }
            }
        }
        blocks += 1
        if blocks == blocksPerFlush, !isNarrow { flush() }
    }

    /// Adds the rows where there is one group.
    @inline(__always)
    private static func addAll(
        _ added: UnsafeMutableBufferPointer<Word>, rows: Int, statistics: Int,
        to sums: UnsafeMutableBufferPointer<Word>
    ) {
        for place in 0..<statistics {
            var sum = Word(0)
            for row in 0..<rows { sum = sum &+ added[place &* block &+ row] }
            sums[place] = sums[place] &+ sum
        }
    }

    /// Gives the contributor's numbers, in lattice units, and leaves nothing behind for the next.
    mutating func give(to contribution: inout Contribution) {
        if !isNarrow { flush() }
        for (place, tally) in tallies.enumerated() {
            let isPeople = place == rowKinds
            let block = isPeople && rowKinds > 0 ? 1 : 0
            let (first, width) = isPeople ? (0, 1) : (place, rowKinds)
            contribution.blocks[block].withUnsafeMutableBufferPointer { numbers in
                give(tally, at: place) { numbers[$0 &* width &+ first] = $1.opened }
            }
        }
        clear()
    }

    /// Gives the number of each group of one statistic.
    @inline(__always)
    private func give(
        _ tally: Tally<Word>, at place: Int, to give: (_ group: Int, _ number: Word) -> Void
    ) {
        let (groups, lanes, statistics) = (groups, lanes, tallies.count)
        guard isNarrow else {
            for group in 0..<groups {
                give(group, tally.number(totals[group &* statistics &+ place]))
            }
            return
        }
        sums.withUnsafeBufferPointer { sums in
            @inline(__always) func each(_ number: (Word) -> Word) {
                for group in 0..<groups {
                    let first = group &* lanes &* statistics &+ place
                    var sum = sums[first]
                    if lanes == 2 { sum = sum &+ sums[first &+ statistics] }
                    give(group, number(sum))
                }
            }
            // Here, and not for each group, it is told what kind of statistic this is.
            if tally.isPeople { return each { tally.number(people: $0) } }
            if tally.isWhole { return each { tally.number(whole: $0) } }
            each { tally.number(narrow: $0) }
        }
    }

    /// Brings the sums to the totals.
    private mutating func flush() {
        let (groups, lanes, statistics) = (groups, lanes, tallies.count)
        for group in 0..<groups {
            for place in 0..<statistics {
                for lane in 0..<lanes {
                    totals[group &* statistics &+ place].add(
                        sums[(group &* lanes &+ lane) &* statistics &+ place])
                }
            }
        }
        clearSums()
    }

    private mutating func clear() {
        clearSums()
        totals.withUnsafeMutableBufferPointer { $0.update(repeating: WideSum()) }
    }

    private mutating func clearSums() {
        sums.withUnsafeMutableBufferPointer { $0.update(repeating: Word(0)) }
        blocks = 0
    }
}

extension Tally {
    /// Writes what each row of a block adds. Of a statistic of all rows that is 1, and stands there
    /// already.
    ///
    /// - Parameter kept: For each row, all ones where it counts, else zeros; nil when all do.
    @inline(__always)
    fileprivate func fill(
        _ out: UnsafeMutableBufferPointer<Word>, rows: Int, from program: ProgramRun<Word>,
        keeping kept: UnsafeBufferPointer<Word>?
    ) {
        @inline(__always) func each(_ body: (_ row: Int) -> Word) {
            guard let kept else {
                for row in 0..<rows { out[row] = body(row) }
                return
            }
            for row in 0..<rows { out[row] = body(row) & kept[row] }
        }
        guard let input else {
            if kept != nil { each { _ in Word(1) } }
            return
        }
        program.withValues { values in
            let values = values(input)
            // Here, and not for each row, it is told what kind of statistic this is.
            switch kind {
            case .count: each { (~values[$0].isNull).truth }
            case .missing: each { values[$0].isNull.truth }
            case .sum: each { values[$0] & ~values[$0].isNull }
            case .centredSum(let ends):
                each { (values[$0] &+ values[$0] &- ends) & ~values[$0].isNull }
            }
        }
    }
}
