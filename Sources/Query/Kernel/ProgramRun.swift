// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// A program at work on one contributor's rows, block by block.
///
/// Every step goes over every row of a block in the same instructions, whatever the rows hold; only how long a
/// function takes that the buyer brings may hang on them.
final class ProgramRun<Word: BlindWord> {
    private let program: Program
    private let lists: [TextList<Word>]
    // One thread uses a run, and nothing here calls out while it writes.
    /// For each list of texts, which of the contributor's texts are in it.
    @exclusivity(unchecked) private var listed: [[Word]] = []
    /// Where the values of each step stand, in ``words``.
    private let places: [Int]
    @exclusivity(unchecked) private var words: [Word]
    /// Powers of ten, and how to divide by them.
    private let tens: [Word]
    private let reciprocals: [Reciprocal<Word>]

    /// How many rows are worked on at once: so few that what one step leaves is still at hand for
    /// the next, and so many that going from step to step costs next to nothing.
    static var block: Int { 512 }

    /// Makes room for a program; the values of the `kept` steps stay until the next block.
    init(_ program: Program, keeping kept: [Int]) {
        precondition(
            MemoryLayout<Word>.stride == MemoryLayout<Int64>.stride, "a word is an Int64")
        self.program = program
        lists = program.texts.map { TextList($0.wanted) }
        tens = (0...18).map { Word(powerOfTen($0)) }
        reciprocals = tens.map { Reciprocal($0) }
        let count: Int
        (places, count) = ProgramRun.places(of: program.steps, keeping: kept)
        words = [Word](repeating: Word(0), count: count)
        for case (let place, .constant(let value)) in zip(places, program.steps) {
            for row in 0..<ProgramRun.block { words[place + row] = Word(value) }
        }
    }

    /// Gives each step room, which is used again when no later step needs the values. Constants
    /// are written once, so their room is their own.
    private static func places(
        of steps: [Program.Operation], keeping kept: [Int]
    ) -> ([Int], count: Int) {
        var lastUse = [Int](repeating: .max, count: steps.count)
        for (step, operation) in steps.enumerated() {
            for operand in operation.operands { lastUse[operand] = step }
        }
        for step in kept { lastUse[step] = .max }
        var places: [Int] = []
        var free: [Int] = []
        var count = 0
        for (step, operation) in steps.enumerated() {
            if case .constant = operation { lastUse[step] = .max }
            if lastUse[step] < .max, let place = free.popLast() {
                places.append(place)
            } else {
                places.append(count)
                count += block
            }
            for operand in operation.operands where lastUse[operand] == step {
                free.append(places[operand])
                lastUse[operand] = .max
            }
        }
        return (places, count)
    }

    /// Looks up the texts of a contributor; to be done before her rows are worked on.
    func prepare(for columns: [Rows.Column]) {
        guard !lists.isEmpty else { return }
        listed = zip(program.texts, lists).map { $1.truths(of: columns[$0.column].dictionary) }
    }

    /// The values of the steps for the rows that were worked on last, and behind them others.
    func withValues(_ body: (_ values: (_ step: Int) -> UnsafeBufferPointer<Word>) -> Void) {
        words.withUnsafeBufferPointer { words in
            body { step in
                UnsafeBufferPointer(rebasing: words[places[step]..<places[step] + ProgramRun.block])
            }
        }
    }

    /// Where the values of a step begin among ``withWords(_:)``, those of a row one after another.
    func place(of step: Int) -> Int { places[step] }

    /// All values of the rows that were worked on last: for few rows, where making a list of each step's costs more than it
    /// spares.
    @inline(__always)
    func withWords(_ body: (_ words: UnsafeBufferPointer<Word>) -> Void) {
        words.withUnsafeBufferPointer(body)
    }

    /// Works on some rows.
    ///
    /// - Requires: at most ``block`` rows, and values for each of them in every column named.
    func run(_ columns: [Rows.Column], rows: Range<Int>) {
        words.withUnsafeMutableBufferPointer { words in
            func values(_ step: Int) -> UnsafeMutableBufferPointer<Word> {
                let place = places[step]
                return UnsafeMutableBufferPointer(rebasing: words[place..<place + ProgramRun.block])
            }
            for (step, operation) in program.steps.enumerated() {
                work(operation, columns, rows, into: values(step), values)
            }
        }
    }

    @inline(__always) private func work(
        _ operation: Program.Operation, _ columns: [Rows.Column], _ rows: Range<Int>,
        into out: UnsafeMutableBufferPointer<Word>,
        _ values: (_ step: Int) -> UnsafeMutableBufferPointer<Word>
    ) {
        let count = rows.count
        func each(_ body: (Int) -> Word) { for row in 0..<count { out[row] = body(row) } }
        func map(_ x: Int, _ body: (Word) -> Word) {
            let x = values(x)
            each { body(x[$0]) }
        }
        func combine(_ l: Int, _ r: Int, _ body: (Word, Word) -> Word) {
            let (l, r) = (values(l), values(r))
            each { body(l[$0], r[$0]) }
        }
        switch operation {
        case .constant: break
        case .column(let place):
            columns[place].values.withUnsafeBytes { column in
                // A word is laid out as the Int64 that it stands for.
                let stride = MemoryLayout<Int64>.stride
                let part = column[rows.lowerBound * stride..<rows.upperBound * stride]
                UnsafeMutableRawBufferPointer(out).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: part))
            }
        case .text(let column, let list):
            find(columns[column].values, rows, among: listed[list], into: out)
        case .add(let l, let r): combine(l, r) { $0.plus($1) }
        case .subtract(let l, let r): combine(l, r) { $0.minus($1) }
        case .multiply(let l, let r, shift: 0): combine(l, r) { $0.times($1) }
        case .multiply(let l, let r, let shift):
            let (divisor, reciprocal) = (tens[shift], reciprocals[shift])
            combine(l, r) { $0.times($1, over: divisor, reciprocal) }
        case .divide(let l, let r, let shift):
            let factor = tens[shift]
            combine(l, r) { $0.times(factor, over: $1) }
        case .absolute(let x): map(x) { $0.absolute }
        case .ratio(let x, let factor, let divisor):
            let (factor, divisor) = (Word(factor), Word(divisor))
            let reciprocal = Reciprocal(divisor)
            map(x) { $0.times(factor, over: divisor, reciprocal) }
        case .floored(let x, let divisor):
            let (divisor, reciprocal) = (Word(divisor), Reciprocal(Word(divisor)))
            map(x) { $0.floored(over: divisor, reciprocal) }
        case .rounded(let x, let divisor):
            let half = Word(divisor / 2)
            let (divisor, reciprocal) = (Word(divisor), Reciprocal(Word(divisor)))
            map(x) { $0.rounded(over: divisor, half, reciprocal) }
        case .sign(let x): map(x) { $0.sign }
        case .pair(let pair, let l, let r):
            switch pair {
            case .least: combine(l, r) { $0.least($1) }
            case .greatest: combine(l, r) { $0.greatest($1) }
            case .nullIf: combine(l, r) { $0.orNull(if: $0.equals($1)) }
            case .remainder: combine(l, r) { $0.remainder($1) }
            }
        case .datePart(let part, let x):
            let calendar = BlindCalendar<Word>()
            map(x) { calendar.part(part, of: $0) }
        case .clip(let x, let low, let high):
            let (low, high) = (Word(low), Word(high))
            map(x) { $0.clipped(low, high) }
        case .compare(let sign, let l, shift: 0, let r, otherShift: 0):
            let masks = ComparisonMasks<Word>(sign)
            combine(l, r) { masks.truth($0, $1) }
        case .compare(let sign, let l, let shift, let r, let otherShift):
            let masks = ComparisonMasks<Word>(sign)
            let (up, otherUp) = (tens[shift], tens[otherShift])
            combine(l, r) { masks.truth($0, times: up, $1, times: otherUp) }
        case .both(let l, let r): combine(l, r) { $0.and($1) }
        case .either(let l, let r): combine(l, r) { $0.or($1) }
        case .not(let x): map(x) { $0.not }
        case .isNull(let x): map(x) { $0.isNull.truth }
        case .isIn(let x, let members):
            let members = members.map { Word($0) }
            map(x) { value in
                var found = Word(0)
                for member in members { found = found | value.equals(member) }
                return found.truth.orNull(if: value.isNull)
            }
        case .coalesce(let l, let r): combine(l, r) { $0.isNull.choose($1, $0) }
        case .function(let function, let parts):
            let parts = parts.map(values)
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: parts.count) { row in
                each { place in
                    for (argument, part) in parts.enumerated() {
                        row[argument] = part[place].opened
                    }
                    return Word(function.value(of: UnsafeBufferPointer(row)))
                }
            }
        case .choose(let condition, let value, let otherwise):
            let condition = values(condition)
            let (value, otherwise) = (values(value), values(otherwise))
            each { condition[$0].equals(Word(1)).choose(value[$0], otherwise[$0]) }
        }
    }

    /// Whether the texts that the values point to are in a list. A value without a text is in none.
    @inline(__always) private func find(
        _ column: [Int64], _ rows: Range<Int>, among truths: [Word],
        into out: UnsafeMutableBufferPointer<Word>
    ) {
        let none = Word(Int64(truths.count - 1))
        for row in 0..<rows.count {
            let value = Word(column[rows.lowerBound + row])
            let place = value.isBelow(none).choose(value, none)
            out[row] = truths[Int(place.opened)].orNull(if: value.isNull)
        }
    }
}
