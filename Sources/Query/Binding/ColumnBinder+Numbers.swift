// SPDX-License-Identifier: Apache-2.0

/// Arithmetic over exact decimals, and the bounds of what comes out.
extension ColumnBinder {
    /// The most digits behind the point that an expression keeps.
    static let mostScale = 9
    /// The digits behind the point that a division gives at least.
    static let quotientScale = 6

    func number(_ digits: String, _ position: Position) throws(QueryError) -> Typed {
        guard let (value, scale) = exactDecimal(digits, most: ColumnBinder.mostScale) else {
            throw QueryError(
                "the number \(digits) is too large or too fine", at: position,
                remedy: "use at most \(ColumnBinder.mostScale) digits behind the point")
        }
        return Typed(scalar: .constant(value), type: .number(scale: scale, bounds: value...value))
    }

    /// The value in finer units.
    func rescaled(_ scalar: Scalar, from: Int, to: Int) -> Scalar {
        guard to > from else { return scalar }
        return Typed.folded(.rescale(scalar, shift: to - from), of: [scalar])
    }

    func arithmetic(
        _ sign: String, _ left: Typed, _ right: Typed, _ position: Position
    ) throws(QueryError) -> Typed {
        guard case .number(let leftScale, let leftBounds) = left.type,
            case .number(let rightScale, let rightBounds) = right.type
        else {
            let wrong = if case .number = left.type { right.type } else { left.type }
            throw QueryError(
                "\(wrong.word) cannot be reckoned with", at: position,
                remedy: "use numbers on both sides of '\(sign)'")
        }
        let scalar: Scalar
        let scale: Int
        let bounds: ClosedRange<Int64>?
        switch sign {
        case "*":
            scale = min(leftScale + rightScale, ColumnBinder.mostScale)
            let shift = leftScale + rightScale - scale
            let divisor = Int128(powerOfTen(shift))
            bounds = corners(leftBounds, rightBounds) { $0 * $1 / divisor }
            scalar = .multiply(left.scalar, right.scalar, shift: shift)
        case "/":
            scale = max(ColumnBinder.quotientScale, leftScale)
            let shift = scale - leftScale + rightScale
            let factor = Int128(powerOfTen(shift))
            // Known only when the divisor keeps away from zero.
            let divisors = rightBounds.flatMap { $0.contains(0) ? nil : $0 }
            bounds = corners(leftBounds, divisors) { $0 * factor / $1 }
            scalar = .divide(left.scalar, right.scalar, shift: shift)
        default:
            scale = max(leftScale, rightScale)
            let l = rescaled(left.scalar, from: leftScale, to: scale)
            let r = rescaled(right.scalar, from: rightScale, to: scale)
            let up = Int128(powerOfTen(scale - leftScale))
            let down = Int128(powerOfTen(scale - rightScale))
            bounds = corners(leftBounds, rightBounds) {
                sign == "+" ? $0 * up + $1 * down : $0 * up - $1 * down
            }
            scalar = sign == "+" ? .add(l, r) : .subtract(l, r)
        }
        return Typed(
            scalar: Typed.folded(scalar, of: [left.scalar, right.scalar]),
            type: .number(scale: scale, bounds: bounds))
    }

    /// Bounds of an operation that is monotone in each side.
    private func corners(
        _ left: ClosedRange<Int64>?, _ right: ClosedRange<Int64>?,
        _ body: (Int128, Int128) -> Int128
    ) -> ClosedRange<Int64>? {
        guard let left, let right else { return nil }
        let (a, b) = (Int128(left.lowerBound), Int128(left.upperBound))
        let (c, d) = (Int128(right.lowerBound), Int128(right.upperBound))
        return .spanning([body(a, c), body(a, d), body(b, c), body(b, d)])
    }

    mutating func absolute(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        let form = "write ABS(x) with a number"
        guard arguments.count == 1 else {
            throw QueryError("ABS takes one thing", at: position, remedy: form)
        }
        let typed = try bind(arguments[0])
        guard case .number(let scale, let bounds) = typed.type else {
            throw QueryError("ABS of \(typed.type.word)", at: position, remedy: form)
        }
        let sizes = bounds.map { bounds in
            let (low, high) = (abs(bounds.lowerBound), abs(bounds.upperBound))
            return (bounds.contains(0) ? 0 : min(low, high))...max(low, high)
        }
        return Typed(
            scalar: Typed.folded(.absolute(typed.scalar), of: [typed.scalar]),
            type: .number(scale: scale, bounds: sizes))
    }

    mutating func clip(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        guard arguments.count == 3 else {
            throw QueryError(
                "CLIP takes three things", at: position, remedy: "write CLIP(x, lowest, highest)")
        }
        let value = try bind(arguments[0])
        let low = try bind(arguments[1])
        let high = try bind(arguments[2])
        guard case .number(let scale, let known) = value.type,
            case .number(let lowScale, _?) = low.type, let lowest = low.constant,
            case .number(let highScale, _?) = high.type, let highest = high.constant
        else {
            throw QueryError(
                "CLIP takes a number and two constants", at: position,
                remedy: "write CLIP(x, 0, 100)")
        }
        let common = max(scale, lowScale, highScale)
        guard let lower = shifted(lowest, by: common - lowScale),
            let upper = shifted(highest, by: common - highScale), lower < upper
        else {
            throw QueryError(
                "the bounds of CLIP are not in order", at: position, remedy: "lowest first")
        }
        // What is known of the value narrows the bounds further, and with them the noise.
        let factor = Int128(powerOfTen(common - scale))
        let bounds = known.flatMap { known in
            ClosedRange.spanning(
                [known.lowerBound, known.upperBound].map {
                    min(max(Int128($0) * factor, Int128(lower)), Int128(upper))
                })
        }
        let x = rescaled(value.scalar, from: scale, to: common)
        return Typed(
            scalar: Typed.folded(.clip(x, lower...upper), of: [x]),
            type: .number(scale: common, bounds: bounds ?? lower...upper))
    }
}
