// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// LIKE, NULLIF, LEAST and GREATEST.
extension ColumnBinder {
    /// LIKE on published categories: which of them match is known before anything is read.
    mutating func like(
        _ value: Expression, _ pattern: String, _ position: Position
    ) throws(QueryError) -> Typed {
        let typed = try bind(value)
        guard case .category(let categories) = typed.type else {
            throw QueryError(
                "LIKE of \(typed.type.word)", at: position,
                remedy: "use it with published categories; compare private texts with = or IN")
        }
        let wanted = Array(pattern)
        let codes = categories.indices.filter {
            ColumnBinder.matches(Array(categories[$0]), wanted)
        }
        return Typed(
            scalar: .isIn(typed.scalar, Set(codes.map(Int64.init))), type: .boolean)
    }

    /// Whether a text matches a pattern in which % stands for any characters and _ for one.
    ///
    /// - Cost: the product of both lengths.
    private static func matches(_ text: [Character], _ pattern: [Character]) -> Bool {
        var reached = [true] + [Bool](repeating: false, count: text.count)
        for wanted in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            if wanted == "%" {
                var isReached = false
                for place in reached.indices {
                    isReached = isReached || reached[place]
                    next[place] = isReached
                }
            } else {
                for place in text.indices where reached[place] {
                    next[place + 1] = wanted == "_" || wanted == text[place]
                }
            }
            reached = next
        }
        return reached[text.count]
    }

    /// NULL where both are equal, else the first.
    mutating func nullIf(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        guard arguments.count == 2 else {
            throw QueryError("NULLIF takes two things", at: position, remedy: "write NULLIF(x, 0)")
        }
        let value = try bind(arguments[0])
        let other = try counterpart(arguments[1], of: value)
        switch (value.type, other.type) {
        case (.number, .number):
            let (scalars, type) = try unified([value, other], in: "NULLIF", position)
            return Typed(
                scalar: Typed.folded(.pair(.nullIf, scalars[0], scalars[1]), of: scalars),
                type: type)
        case (.category(let a), .category(let b)) where a == b: break
        case (.date, .date), (.timestamp, .timestamp), (.boolean, .boolean): break
        default:
            throw QueryError(
                "\(value.type.word) is never equal to \(other.type.word)", at: position,
                remedy: "compare things of one kind")
        }
        return Typed(scalar: .pair(.nullIf, value.scalar, other.scalar), type: value.type)
    }

    /// The smallest or largest of numbers; NULLs do not count.
    mutating func extreme(
        _ name: String, _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let word = name.uppercased()
        guard arguments.count >= 2 else {
            throw QueryError(
                "\(word) takes two things or more", at: position, remedy: "write \(word)(x, y)")
        }
        var typed: [Typed] = []
        for argument in arguments {
            let value = try bind(argument)
            guard case .number = value.type else {
                throw QueryError(
                    "\(word) of \(value.type.word)", at: argument.position, remedy: "use numbers")
            }
            typed.append(value)
        }
        let (scalars, type) = try unified(typed, in: word, position)
        // In pairs, then pairs of pairs, so that many stand only a few deep.
        var rest = scalars
        while rest.count > 1 {
            rest = stride(from: 0, to: rest.count, by: 2).map { place in
                guard place + 1 < rest.count else { return rest[place] }
                return .pair(
                    name == "least" ? .least : .greatest, rest[place], rest[place + 1])
            }
        }
        return Typed(scalar: Typed.folded(rest[0], of: scalars), type: type)
    }
}
