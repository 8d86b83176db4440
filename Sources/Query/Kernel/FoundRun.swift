// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study
internal import Vault

/// The local step of a SELECT whose groups are found in the data, at work.
///
/// Which groups a contributor has decides what is done, so, other than in ``AggregateRun``, the time
/// tells how many she has. Rows that WHERE drops name no group.
struct FoundRun {
    private enum Part {
        case number(step: Int)
        case text(column: Int)
    }

    private let parts: [Part]
    private var program: ProgramRun<PlainWord>
    private let filter: Int?
    private let tallies: [Tally<PlainWord>]
    private let rowKinds: Int
    /// The contributor's sums: for each group, each statistic.
    private var totals: [WideSum<PlainWord>] = []

    init(_ step: AggregateStep) {
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
        totals.removeAll(keepingCapacity: true)
        program.prepare(for: table.columns)
        let block = ProgramRun<PlainWord>.block
        for start in stride(from: 0, to: table.count, by: block) {
            let rows = start..<min(start + block, table.count)
            program.run(table.columns, rows: rows)
            program.withValues { values in
                for row in 0..<rows.count where filter.map({ values($0)[row].opened == 1 }) ?? true
                {
                    let key = key(table, row, at: start + row, values)
                    let place = contribution.place(of: key)
                    while totals.count <= place * tallies.count { grow() }
                    for (number, tally) in tallies.enumerated() {
                        let word = tally.input.map { tally.word(values($0)[row]) } ?? PlainWord(1)
                        totals[place * tallies.count + number].add(word)
                    }
                }
            }
        }
        contribution.makeRoom()
        for group in 0..<contribution.groups {
            for (number, tally) in tallies.enumerated() {
                let isPeople = number == rowKinds
                let (place, width) = isPeople ? (0, 1) : (number, rowKinds)
                contribution.blocks[isPeople && rowKinds > 0 ? 1 : 0][group * width + place] =
                    tally.number(totals[group * tallies.count + number]).opened
            }
        }
    }

    private mutating func grow() {
        totals.append(contentsOf: repeatElement(WideSum(), count: tallies.count))
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
