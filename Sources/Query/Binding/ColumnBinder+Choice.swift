// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// CASE and COALESCE: one of several values, all of one kind.
extension ColumnBinder {
    mutating func choice(
        _ arms: [Expression.Arm], _ otherwise: Expression?, _ position: Position
    ) throws(QueryError) -> Typed {
        var conditions: [Scalar] = []
        var values: [Typed] = []
        for arm in arms {
            conditions.append(try condition(arm.condition))
            values.append(try bind(arm.value))
        }
        let last = try otherwise.map { value throws(QueryError) in try bind(value) }
        values.append(last ?? Typed(scalar: .constant(Schema.null), type: .unknown))
        let (scalars, type) = try unified(values, in: "CASE", position)
        let bound = zip(conditions, scalars).map { Scalar.Arm(condition: $0, value: $1) }
        return Typed(scalar: .choose(bound, otherwise: scalars[arms.count]), type: type)
    }

    mutating func coalesce(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        guard arguments.count >= 2 else {
            throw QueryError(
                "COALESCE takes two things or more", at: position, remedy: "write COALESCE(x, 0)")
        }
        var values: [Typed] = []
        for argument in arguments { values.append(try bind(argument)) }
        let (scalars, type) = try unified(values, in: "COALESCE", position)
        return Typed(scalar: .firstOf(scalars), type: type)
    }

    /// The values in one unit, and bounds that hold for each of them.
    func unified(
        _ values: [Typed], in word: String, _ position: Position
    ) throws(QueryError) -> ([Scalar], ValueType) {
        let known = values.map(\.type).filter { $0 != .unknown }
        guard let first = known.first else { return (values.map(\.scalar), .unknown) }
        switch first {
        case .category, .text:
            throw QueryError(
                "\(word) gives \(first.word)", at: position,
                remedy: "give numbers: CASE WHEN kind = 'a' THEN 1 ELSE 0 END")
        case .number:
            let scales = known.compactMap {
                if case .number(let scale, _) = $0 { scale } else { nil }
            }
            guard scales.count == known.count else { break }
            return numbers(values, scale: scales.max() ?? 0)
        default:
            guard known.allSatisfy({ $0 == first }) else { break }
            return (values.map(\.scalar), first)
        }
        let other = known.first { $0.word != first.word } ?? first
        throw QueryError(
            "\(word) gives \(first.word) here and \(other.word) there", at: position,
            remedy: "give values of one kind")
    }

    private func numbers(_ values: [Typed], scale common: Int) -> ([Scalar], ValueType) {
        var scalars: [Scalar] = []
        var ends: [Int128]? = []
        for value in values {
            guard case .number(let scale, let bounds) = value.type else {
                scalars.append(value.scalar)
                continue
            }
            scalars.append(rescaled(value.scalar, from: scale, to: common))
            let factor = Int128(powerOfTen(common - scale))
            let reach = bounds.map { [Int128($0.lowerBound), Int128($0.upperBound)] }
            ends = reach.flatMap { reach in ends.map { $0 + reach.map { $0 * factor } } }
        }
        return (scalars, .number(scale: common, bounds: ends.flatMap { .spanning($0) }))
    }
}
