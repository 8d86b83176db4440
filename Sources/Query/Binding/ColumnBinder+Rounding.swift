// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Functions of numbers that are made of simpler ones: each is total because its parts are.
extension ColumnBinder {
    /// x − y · trunc(x / y), with the sign of x, as in SQL; NULL for y = 0.
    mutating func remainder(
        _ left: Typed, _ right: Typed, _ position: Position
    ) throws(QueryError) -> Typed {
        guard case .number(let a, let bounds) = left.type,
            case .number(let b, let others) = right.type
        else {
            let wrong = if case .number = left.type { right.type } else { left.type }
            throw QueryError(
                "\(wrong.word) cannot be reckoned with", at: position,
                remedy: "use numbers on both sides of '%'")
        }
        let scale = max(a, b)
        let (x, y) = (
            rescaled(left.scalar, from: a, to: scale), rescaled(right.scalar, from: b, to: scale)
        )
        // Smaller in size than the divisor, and of the sign of x.
        let most = others.map { max(abs($0.lowerBound), abs($0.upperBound)) }
            .flatMap { shifted($0, by: scale - b) }
        let reach = most.map { most in
            (bounds.map { $0.lowerBound >= 0 } ?? false ? 0 : -most)...most
        }
        return Typed(
            scalar: Typed.folded(.pair(.remainder, x, y), of: [x, y]),
            type: .number(scale: scale, bounds: reach))
    }

    /// FLOOR(x), CEIL(x), TRUNC(x), ROUND(x) and ROUND(x, digits), halves away from zero.
    mutating func rounded(
        _ name: String, _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let form = "write \(name.uppercased())(x)" + (name == "round" ? " or ROUND(x, 2)" : "")
        var digits = 0
        if name == "round", arguments.count == 2 {
            // Digits that were worked out, or negative ones, would be another function.
            guard case .number(let text, _) = arguments[1] else {
                throw QueryError(
                    "ROUND takes its digits as a whole number from 0 to \(ColumnBinder.mostScale)",
                    at: position, remedy: form)
            }
            digits = Int(text) ?? -1
        }
        guard arguments.count == 1 || (name == "round" && arguments.count == 2),
            (0...ColumnBinder.mostScale).contains(digits)
        else {
            throw QueryError("\(name.uppercased()) is used wrongly", at: position, remedy: form)
        }
        let typed = try bind(arguments[0])
        guard case .number(let scale, let bounds) = typed.type else {
            throw QueryError(
                "\(name.uppercased()) of \(typed.type.word)", at: position, remedy: form)
        }
        guard scale > digits else { return typed }
        let shift = scale - digits
        let unit = powerOfTen(shift)
        let x = typed.scalar
        let zero = Scalar.constant(0)
        let scalar: Scalar
        switch name {
        case "floor": scalar = .floored(x, divisor: unit)
        case "trunc": scalar = .multiply(x, .constant(1), shift: shift)
        case "round":
            scalar = .rounded(x, divisor: unit)
        default: scalar = .subtract(zero, .floored(.subtract(zero, x), divisor: unit))
        }
        let reach = bounds.flatMap { bounds in
            ClosedRange.spanning([
                Int128(bounds.lowerBound.flooredQuotient(unit)),
                Int128(bounds.upperBound.flooredQuotient(unit)) + 1,
            ])
        }
        return Typed(
            scalar: Typed.folded(scalar, of: [x]), type: .number(scale: digits, bounds: reach))
    }

    mutating func sign(_ arguments: [Expression], _ position: Position) throws(QueryError) -> Typed
    {
        guard arguments.count == 1, case let typed = try bind(arguments[0]),
            case .number = typed.type
        else {
            throw QueryError("SIGN takes a number", at: position, remedy: "write SIGN(x)")
        }
        return Typed(
            scalar: Typed.folded(.sign(typed.scalar), of: [typed.scalar]),
            type: .number(scale: 0, bounds: -1...1))
    }

    /// The place of the value's part of its public bounds, of so many equal parts.
    mutating func bucket(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        guard arguments.count == 2, case .number(let text, _) = arguments[1],
            let count = Int(text), (2...1000).contains(count)
        else {
            throw QueryError(
                "BUCKET takes a value and how many parts", at: position,
                remedy: "write BUCKET(x, 20), with 2 to 1000 parts")
        }
        return try bucket(arguments[0], count).typed
    }

    /// The parts themselves.
    mutating func bucket(_ value: Expression, _ count: Int) throws(QueryError) -> Buckets {
        let (scalar, scale, known) = try number(value, in: "BUCKET")
        guard let bounds = known, bounds.upperBound > bounds.lowerBound,
            Statistic.widest.contains(bounds.lowerBound),
            Statistic.widest.contains(bounds.upperBound)
        else {
            throw QueryError(
                "nothing public bounds this value", at: value.position,
                remedy: "give bounds: CLIP(x, lowest, highest)")
        }
        return Buckets(value: scalar, bounds: bounds, scale: scale, count: count)
    }
}
