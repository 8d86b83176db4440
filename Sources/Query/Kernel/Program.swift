// SPDX-License-Identifier: Apache-2.0

/// Bound expressions as a list of steps, each of which works on a whole block of rows.
///
/// Every step is done for every row: there are no jumps. What is the same in several expressions is
/// worked out once.
struct Program {
    /// One step's operation; operands are places in the list of steps.
    enum Operation: Hashable {
        case column(Int)
        case constant(Int64)
        /// The text of a column, looked up in ``Program/texts``.
        case text(column: Int, list: Int)
        case add(Int, Int)
        case subtract(Int, Int)
        case multiply(Int, Int, shift: Int)
        case divide(Int, Int, shift: Int)
        case absolute(Int)
        case ratio(Int, factor: Int64, divisor: Int64)
        case datePart(Scalar.DatePart, Int)
        case floored(Int, divisor: Int64)
        case rounded(Int, divisor: Int64)
        case sign(Int)
        case pair(Scalar.Pair, Int, Int)
        case clip(Int, Int64, Int64)
        case compare(Scalar.Comparison, Int, shift: Int, Int, otherShift: Int)
        case both(Int, Int)
        case either(Int, Int)
        case not(Int)
        case isNull(Int)
        case isIn(Int, [Int64])
        /// The first, or the second where that is NULL.
        case coalesce(Int, Int)
        /// What a function gives for these.
        case function(RowFunction, [Int])
        /// The second where the first is 1, else the third.
        case choose(Int, Int, Int)
    }

    /// A list of texts that a column is looked up in.
    struct Texts: Hashable {
        let column: Int
        let wanted: [Scalar.Text]
    }

    private(set) var steps: [Operation] = []
    private(set) var texts: [Texts] = []
    private var places: [Operation: Int] = [:]

    /// How many operations all steps together do for one row; the longest ones count for more, by
    /// the time they take. A list of texts counts its words of eight bytes, for each distinct
    /// text of a contributor.
    private(set) var work = 0

    /// Adds an expression, and gives the step that its values come from.
    mutating func add(_ scalar: Scalar) -> Int {
        switch scalar {
        case .column(let place): return step(.column(place))
        case .constant(let value): return step(.constant(value))
        case .add(let l, let r): return step(.add(add(l), add(r)))
        case .subtract(let l, let r): return step(.subtract(add(l), add(r)))
        case .multiply(let l, let r, let shift):
            return step(.multiply(add(l), add(r), shift: shift))
        case .divide(let l, let r, let shift): return step(.divide(add(l), add(r), shift: shift))
        case .rescale(let x, let shift):
            return step(.multiply(add(x), step(.constant(powerOfTen(shift))), shift: 0))
        case .absolute(let x): return step(.absolute(add(x)))
        case .ratio(let x, let factor, let divisor):
            return step(.ratio(add(x), factor: factor, divisor: divisor))
        case .datePart(let part, let x): return step(.datePart(part, add(x)))
        case .floored(let x, let divisor): return step(.floored(add(x), divisor: divisor))
        case .rounded(let x, let divisor): return step(.rounded(add(x), divisor: divisor))
        case .sign(let x): return step(.sign(add(x)))
        case .pair(let pair, let l, let r): return step(.pair(pair, add(l), add(r)))
        case .clip(let x, let bounds):
            return clip(add(x), bounds.lowerBound, bounds.upperBound)
        case .test(let x, let quantifier, let tests):
            let value = add(x)
            return fold(tests.map { add($0, of: value) }) { left, right in
                quantifier == .all ? .both(left, right) : .either(left, right)
            } ?? step(.constant(quantifier == .all ? 1 : 0))
        case .all(let parts):
            return fold(parts.map { add($0) }) { .both($0, $1) } ?? step(.constant(1))
        case .any(let parts):
            return fold(parts.map { add($0) }) { .either($0, $1) } ?? step(.constant(0))
        case .not(let x): return step(.not(add(x)))
        case .isNull(let x): return step(.isNull(add(x)))
        case .isIn(let x, let set): return step(.isIn(add(x), set.sorted()))
        case .textIsIn(let column, let set):
            return step(.text(column: column, list: list(column, set)))
        case .firstOf(let parts):
            return fold(parts.map { add($0) }) { .coalesce($0, $1) } ?? step(.constant(.min))
        case .function(let function, let parts):
            return step(.function(function, parts.map { add($0) }))
        case .choose(let arms, let otherwise):
            // From the last arm to the first, so that the first true one stays.
            var value = add(otherwise)
            for arm in arms.reversed() {
                value = step(.choose(add(arm.condition), add(arm.value), value))
            }
            return value
        }
    }

    /// Values that were clipped so already are left as they are.
    private mutating func clip(_ value: Int, _ low: Int64, _ high: Int64) -> Int {
        if case .clip(_, low, high) = steps[value] { return value }
        return step(.clip(value, low, high))
    }

    private mutating func add(_ test: Scalar.Test, of value: Int) -> Int {
        step(
            .compare(
                test.sign, value, shift: test.shift, add(test.other), otherShift: test.otherShift))
    }

    private mutating func fold(_ parts: [Int], _ join: (Int, Int) -> Operation) -> Int? {
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first) { step(join($0, $1)) }
    }

    private mutating func list(_ column: Int, _ set: Set<Scalar.Text>) -> Int {
        let wanted = set.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        let list = Texts(column: column, wanted: wanted)
        if let place = texts.firstIndex(of: list) { return place }
        texts.append(list)
        return texts.count - 1
    }

    private mutating func step(_ operation: Operation) -> Int {
        if let place = places[operation] { return place }
        steps.append(operation)
        places[operation] = steps.count - 1
        work += weight(operation)
        return steps.count - 1
    }

    private func weight(_ operation: Operation) -> Int {
        switch operation {
        case .constant: 0
        case .divide: 8
        case .datePart: 24
        case .ratio, .floored, .rounded: 4
        case .pair(.remainder, _, _): 10
        case .multiply(_, _, let shift) where shift > 0: 4
        case .isIn(_, let values): 1 + values.count
        case .function(let function, _): function.work
        case .text(_, let list): texts[list].wanted.reduce(1) { $0 + 1 + $1.bytes.count / 8 }
        default: 1
        }
    }
}

extension Program.Operation {
    /// The steps whose values this one works on.
    var operands: [Int] {
        switch self {
        case .column, .constant, .text: []
        case .absolute(let x), .clip(let x, _, _), .not(let x), .isNull(let x), .isIn(let x, _),
            .ratio(let x, _, _), .datePart(_, let x), .floored(let x, _), .rounded(let x, _),
            .sign(let x):
            [x]
        case .add(let l, let r), .subtract(let l, let r), .multiply(let l, let r, _),
            .divide(let l, let r, _), .compare(_, let l, _, let r, _), .both(let l, let r),
            .either(let l, let r), .coalesce(let l, let r), .pair(_, let l, let r):
            [l, r]
        case .function(_, let parts): parts
        case .choose(let condition, let value, let otherwise): [condition, value, otherwise]
        }
    }
}
