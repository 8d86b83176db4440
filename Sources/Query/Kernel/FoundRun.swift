// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Privacy
internal import Study
internal import Vault

/// The local step of a SELECT whose groups are found in the data, at work.
///
/// Which groups a contributor has decides what is done, so, other than in ``AggregateRun``, the time
/// tells how many she has. Rows that WHERE drops name no group. The rows are gone through twice: to
/// find which of her groups count, and to add up those alone; so what she gives never takes more room
/// than the groups that count and the names of the rest.
struct FoundRun {
    private enum Part {
        case number(step: Int)
        case text(column: Int)
    }

    private let parts: [Part]
    private let program: ProgramRun<PlainWord>
    private let filter: Int?
    private let tallies: [Tally<PlainWord>]
    private let rowKinds: Int
    private let found: FoundGroups
    private let study: Digest
    /// The contributor's sums: for each group that counts, each statistic.
    private var totals: [WideSum<PlainWord>] = []

    /// Rows of one contributor beyond so many are not looked at.
    private static let mostRows = 1 << 16

    init(_ step: AggregateStep, finding found: FoundGroups) {
        self.found = found
        study = step.digest
        var program = Program()
        filter = step.filter.map { program.add($0) }
        parts = step.dimensions.map { dimension in
            switch dimension.value {
            case .scalar(let scalar): .number(step: program.add(scalar))
            case .text(let column): .text(column: column)
            }
        }
        rowKinds = step.statistics.count
        let statistics = step.statistics + (step.countsPeople ? [.people] : [])
        tallies = statistics.map { Tally($0, lattice: step.lattice, in: &program) }
        let steps = parts.compactMap { if case .number(let step) = $0 { step } else { nil } }
        let inputs = [filter] + tallies.map(\.input) + steps
        self.program = ProgramRun(program, keeping: inputs.compactMap(\.self))
    }

    mutating func contribute(_ table: Rows, to contribution: inout Contribution) {
        program.prepare(for: table.columns)
        let (keys, groups) = groups(of: table)
        var rows = [Int](repeating: 0, count: keys.count)
        for group in groups where group >= 0 { rows[group] += 1 }
        // Where each group stands among those that count.
        var places = [Int](repeating: -1, count: keys.count)
        for group in found.kept(of: keys, rows: rows, in: study) {
            places[group] = contribution.place(of: keys[group])
        }
        contribution.makeRoom()
        totals = [WideSum](repeating: WideSum(), count: contribution.groups * tallies.count)
        add(table, at: groups.map { $0 >= 0 ? places[$0] : -1 })
        for group in 0..<contribution.groups {
            for (number, tally) in tallies.enumerated() {
                let isPeople = number == rowKinds
                let (place, width) = isPeople ? (0, 1) : (number, rowKinds)
                contribution.blocks[isPeople && rowKinds > 0 ? 1 : 0][group * width + place] =
                    tally.number(totals[group * tallies.count + number]).opened
            }
        }
    }

    /// The contributor's groups, and which of them each row is in; -1 for a row that WHERE drops.
    private mutating func groups(of table: Rows) -> (keys: [GroupKey], groups: [Int]) {
        var places: [GroupKey: Int] = [:]
        var keys: [GroupKey] = []
        var groups: [Int] = []
        for rows in FoundRun.blocks(of: table) {
            program.run(table.columns, rows: rows)
            program.withValues { values in
                for row in 0..<rows.count {
                    guard filter.map({ values($0)[row].opened == 1 }) ?? true else {
                        groups.append(-1)
                        continue
                    }
                    let key = key(table, row, at: rows.lowerBound + row, values)
                    let place = places[key] ?? keys.count
                    if place == keys.count {
                        places[key] = place
                        keys.append(key)
                    }
                    groups.append(place)
                }
            }
        }
        return (keys, groups)
    }

    /// Adds the rows to the sums of their groups' places; -1 for rows that do not count.
    private mutating func add(_ table: Rows, at places: [Int]) {
        var sums: [WideSum<PlainWord>] = []
        swap(&sums, &totals)
        for rows in FoundRun.blocks(of: table) {
            program.run(table.columns, rows: rows)
            program.withValues { values in
                for row in 0..<rows.count where places[rows.lowerBound + row] >= 0 {
                    let first = places[rows.lowerBound + row] * tallies.count
                    for (number, tally) in tallies.enumerated() {
                        let word = tally.input.map { tally.word(values($0)[row]) } ?? PlainWord(1)
                        sums[first + number].add(word)
                    }
                }
            }
        }
        swap(&sums, &totals)
    }

    private static func blocks(of table: Rows) -> [Range<Int>] {
        let (block, count) = (ProgramRun<PlainWord>.block, min(table.count, mostRows))
        return stride(from: 0, to: count, by: block).map { $0..<min($0 + block, count) }
    }

    private func key(
        _ table: Rows, _ row: Int, at place: Int,
        _ values: (Int) -> UnsafeBufferPointer<PlainWord>
    ) -> GroupKey {
        GroupKey(
            parts.map { part in
                switch part {
                case .number(let step): return .number(values(step)[row].opened)
                case .text(let column):
                    let texts = table.columns[column].dictionary
                    let code = table.columns[column].values[place]
                    // A value without a text is NULL.
                    guard code >= 0, code < texts.count else { return .number(Schema.null) }
                    return .text(Array(texts[Int(code)].utf8))
                }
            })
    }
}
