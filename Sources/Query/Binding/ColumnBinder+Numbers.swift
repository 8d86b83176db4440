// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Arithmetic and comparison over exact decimals.
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

    func rescaled(_ scalar: Scalar, from: Int, to: Int) -> Scalar {
        guard to > from else { return scalar }
        if case .constant(let value) = scalar, let moved = shifted(value, by: to - from) {
            return .constant(moved)
        }
        return .rescale(scalar, shift: to - from)
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
        switch sign {
        case "*":
            let full = leftScale + rightScale
            let scale = min(full, ColumnBinder.mostScale)
            let divisor = Int128(powerOfTen(full - scale))
            let bounds = corners(leftBounds, rightBounds) { $0 * $1 / divisor }
            return Typed(
                scalar: .multiply(left.scalar, right.scalar, shift: full - scale),
                type: .number(scale: scale, bounds: bounds))
        case "/":
            let scale = max(ColumnBinder.quotientScale, leftScale)
            return Typed(
                scalar: .divide(
                    left.scalar, right.scalar, shift: scale - leftScale + rightScale),
                type: .number(
                    scale: scale,
                    bounds: quotient(leftBounds, rightBounds, scale - leftScale + rightScale)))
        default:
            let scale = max(leftScale, rightScale)
            let (l, r) = (
                rescaled(left.scalar, from: leftScale, to: scale),
                rescaled(right.scalar, from: rightScale, to: scale)
            )
            let (up, down) = (
                Int128(powerOfTen(scale - leftScale)), Int128(powerOfTen(scale - rightScale))
            )
            let bounds = corners(leftBounds, rightBounds) {
                sign == "+" ? $0 * up + $1 * down : $0 * up - $1 * down
            }
            return Typed(
                scalar: sign == "+" ? .add(l, r) : .subtract(l, r),
                type: .number(scale: scale, bounds: bounds))
        }
    }

    private func corners(
        _ left: ClosedRange<Int64>?, _ right: ClosedRange<Int64>?,
        _ body: (Int128, Int128) -> Int128
    ) -> ClosedRange<Int64>? {
        guard let left, let right else { return nil }
        let (a, b) = (Int128(left.lowerBound), Int128(left.upperBound))
        let (c, d) = (Int128(right.lowerBound), Int128(right.upperBound))
        return .spanning([body(a, c), body(a, d), body(b, c), body(b, d)])
    }

    /// Bounds of a division are known only when the divisor keeps away from zero.
    private func quotient(
        _ left: ClosedRange<Int64>?, _ right: ClosedRange<Int64>?, _ shift: Int
    ) -> ClosedRange<Int64>? {
        guard let right, !right.contains(0) else { return nil }
        let factor = Int128(powerOfTen(shift))
        return corners(left, right) { $0 * factor / $1 }
    }

    mutating func compare(
        _ sign: Scalar.Comparison, _ left: Expression, _ right: Expression, _ position: Position
    ) throws(QueryError) -> Scalar {
        if case .text(let text, let place) = right {
            return try compareText(sign, left, text, place)
        }
        if case .text(let text, let place) = left {
            guard sign == .equal || sign == .unequal else {
                throw QueryError(
                    "texts have no order here", at: place, remedy: "use = , <> or IN")
            }
            return try compareText(sign, right, text, place)
        }
        let l = try bind(left)
        let r = try bind(right)
        switch (l.type, r.type) {
        case (.number(let a, _), .number(let b, _)):
            let scale = max(a, b)
            return .compare(
                sign, rescaled(l.scalar, from: a, to: scale), rescaled(r.scalar, from: b, to: scale)
            )
        case (.date, .date), (.timestamp, .timestamp), (.boolean, .boolean), (.unknown, _),
            (_, .unknown):
            return .compare(sign, l.scalar, r.scalar)
        case (.timestamp, .date):
            return .compare(
                sign, l.scalar, .multiply(r.scalar, .constant(microsecondsADay), shift: 0))
        case (.category(let a), .category(let b))
        where a == b && (sign == .equal || sign == .unequal):
            return .compare(sign, l.scalar, r.scalar)
        default:
            throw QueryError(
                "\(l.type.word) cannot be compared with \(r.type.word)", at: position,
                remedy: "compare things of one kind")
        }
    }

    /// A comparison with a text: a category, a private text, a date or a moment.
    private mutating func compareText(
        _ sign: Scalar.Comparison, _ other: Expression, _ text: String, _ position: Position
    ) throws(QueryError) -> Scalar {
        let typed = try bind(other)
        if typed.type == .date || typed.type == .timestamp {
            guard let day = CalendarDay(text) else {
                throw QueryError("'\(text)' is no date", at: position, remedy: "write 'YYYY-MM-DD'")
            }
            let value = typed.type == .date ? day.number : day.number * microsecondsADay
            return .compare(sign, typed.scalar, .constant(value))
        }
        guard sign == .equal || sign == .unequal else {
            throw QueryError("texts have no order here", at: position, remedy: "use =, <> or IN")
        }
        let test = try membership(typed, [(text, position)])
        return sign == .equal ? test : .not(test)
    }

    mutating func isIn(
        _ value: Expression, _ members: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        var texts: [(String, Position)] = []
        for case .text(let text, let place) in members { texts.append((text, place)) }
        if texts.count == members.count {
            let typed = try bind(value)
            if typed.type != .date, typed.type != .timestamp {
                return Typed(scalar: try membership(typed, texts), type: .boolean)
            }
        }
        var test = try compare(.equal, value, members[0], position)
        for member in members.dropFirst() {
            test = .or(test, try compare(.equal, value, member, position))
        }
        return Typed(scalar: test, type: .boolean)
    }

    private func membership(
        _ typed: Typed, _ texts: [(String, Position)]
    ) throws(QueryError) -> Scalar {
        switch typed.type {
        case .category(let categories):
            var codes: Set<Int64> = []
            for (text, position) in texts {
                guard let code = categories.firstIndex(of: text) else {
                    let some = categories.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
                    throw QueryError(
                        "'\(text)' is none of the published categories", at: position,
                        remedy: "they are \(some)\(categories.count > 12 ? ", …" : "")")
                }
                codes.insert(Int64(code))
            }
            return .isIn(typed.scalar, codes)
        case .text(let column):
            return .textIsIn(column, Set(texts.map(\.0)))
        default:
            throw QueryError(
                "\(typed.type.word) cannot be compared with a text", at: texts[0].1,
                remedy: "write the value without quotes")
        }
    }
}

/// The microseconds of a day.
let microsecondsADay: Int64 = 86_400_000_000

/// A value times 10^digits, when it fits.
func shifted(_ value: Int64, by digits: Int) -> Int64? {
    let (product, overflow) = value.multipliedReportingOverflow(by: powerOfTen(digits))
    return overflow ? nil : product
}

/// Digits as an exact number of 10^-scale units; nil when they do not fit.
func exactDecimal(_ digits: String, most: Int) -> (value: Int64, scale: Int)? {
    let parts = digits.split(separator: "e", maxSplits: 1)
    let exponent = parts.count == 2 ? Int(parts[1]) : 0
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let exponent, abs(exponent) <= 40, mantissa[0].utf8.count <= 40 else { return nil }
    var fraction = mantissa.count == 2 ? String(mantissa[1]) : ""
    var whole = String(mantissa[0])
    if exponent > 0 {
        fraction += String(repeating: "0", count: max(0, exponent - fraction.utf8.count))
        whole += fraction.prefix(exponent)
        fraction = String(fraction.dropFirst(exponent))
    } else if exponent < 0 {
        whole = String(repeating: "0", count: max(0, -exponent - whole.utf8.count + 1)) + whole
        fraction = whole.suffix(-exponent) + fraction
        whole = String(whole.dropLast(-exponent))
    }
    while fraction.last == "0" { fraction.removeLast() }
    guard fraction.utf8.count <= most, let value = Int64(whole + fraction), value < 1 << 62 else {
        return nil
    }
    return (value, fraction.utf8.count)
}
