// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A value of a result column: an aggregate, a group's name, or something reckoned with them. All of
/// it comes after the noise, so fractions are allowed, and nothing here can leak.
indirect enum PostValue: Hashable, Sendable {
    /// By its place among the aggregates asked for.
    case aggregate(Int)
    /// By its place among the dimensions.
    case group(Int)
    case number(Double)
    case text(String)
    case null
    /// A sign or a function, and what it works on.
    case operation(String, [PostValue])

    /// What it comes to, where it is known what each aggregate and each group's name does.
    func result(
        aggregate: (_ place: Int) -> PostResult, group: (_ place: Int) -> PostResult
    ) -> PostResult {
        switch self {
        case .aggregate(let place): aggregate(place)
        case .group(let place): group(place)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .null: .null
        case .operation(let sign, let parts):
            PostValue.worked(sign, parts.map { $0.result(aggregate: aggregate, group: group) })
        }
    }

    /// The result of an operation: NULL for what has no value, such as a division by zero.
    static func worked(_ sign: String, _ parts: [PostResult]) -> PostResult {
        switch sign {
        case "null": return .truth(parts[0].isNull)
        case "and":
            if parts.contains(where: { $0.truth == false }) { return .truth(false) }
            return parts.contains(where: \.isNull) ? .null : .truth(true)
        case "or":
            if parts.contains(where: { $0.truth == true }) { return .truth(true) }
            return parts.contains(where: \.isNull) ? .null : .truth(false)
        default: break
        }
        guard !parts.contains(where: \.isNull) else { return .null }
        switch sign {
        case "not": return .truth(parts[0].truth == false)
        case "between":
            return .truth(parts[0] >= parts[1] && parts[0] <= parts[2])
        case "in": return .truth(parts.dropFirst().contains(parts[0]))
        case "=": return .truth(parts[0] == parts[1])
        case "<>": return .truth(parts[0] != parts[1])
        case "<": return .truth(parts[0] < parts[1])
        case "<=": return .truth(parts[0] <= parts[1])
        case ">": return .truth(parts[0] > parts[1])
        case ">=": return .truth(parts[0] >= parts[1])
        default: return reckoned(sign, parts.map(\.number))
        }
    }

    private static func reckoned(_ sign: String, _ numbers: [Double]) -> PostResult {
        let value: Double
        switch (sign, numbers.count) {
        case ("+", 2): value = numbers[0] + numbers[1]
        case ("-", 2): value = numbers[0] - numbers[1]
        case ("*", 2): value = numbers[0] * numbers[1]
        case ("/", 2): value = numbers[1] == 0 ? .nan : numbers[0] / numbers[1]
        case ("%", 2): value = numbers[1] == 0 ? .nan : fmod(numbers[0], numbers[1])
        case ("abs", 1): value = abs(numbers[0])
        case ("round", 1): value = numbers[0].rounded()
        case ("round", 2):
            let unit = pow(10, max(0, min(9, numbers[1].rounded())))
            value = (numbers[0] * unit).rounded() / unit
        default: value = .nan
        }
        return value.isFinite ? .number(value) : .null
    }
}

/// What a value of a result column comes to.
///
/// Ordered: numbers, texts, and NULL last.
enum PostResult: Comparable {
    case number(Double)
    case text(String)
    case null

    static func truth(_ value: Bool) -> PostResult { .number(value ? 1 : 0) }

    var isNull: Bool { self == .null }
    /// Whether it is true; nil for NULL.
    var truth: Bool? { isNull ? nil : number != 0 }
    /// The number; for anything else none.
    var number: Double { if case .number(let value) = self { value } else { .nan } }
}
