// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// One of the values that a question groups by, and how its groups are called.
struct GroupDimension: Sendable {
    /// How a group's value is shown.
    enum Label: Hashable, Sendable {
        /// By its place in a list; beyond it is NULL.
        case names([String])
        /// By its place after the lowest of some whole numbers; beyond them is NULL.
        case numbers(ClosedRange<Int64>)
        case number(scale: Int)
        case date
        case timestamp
        case text
    }

    /// What the step evaluates: a code where groups are listed, else the value itself.
    let value: AggregateStep.Dimension.Value
    let label: Label
    /// How many codes there are, NULL included as the last; nil where groups are found in the data.
    let codes: Int?
    /// The value before it became a code.
    let origin: AggregateStep.Dimension.Value
    /// The parts that the codes stand for, where they do.
    let buckets: Buckets?

    init(
        value: AggregateStep.Dimension.Value, label: Label, codes: Int?,
        origin: AggregateStep.Dimension.Value? = nil, buckets: Buckets? = nil
    ) {
        self.value = value
        self.label = label
        self.codes = codes
        self.buckets = buckets
        self.origin = origin ?? value
    }

    static func value(of typed: Typed) -> AggregateStep.Dimension.Value {
        if case .text(let column) = typed.type { return .text(column) }
        return .scalar(typed.scalar)
    }

    /// The same, with its values found in the data beside others that are.
    var found: GroupDimension {
        switch label {
        case .numbers: GroupDimension(value: origin, label: .number(scale: 0), codes: nil)
        default: GroupDimension(value: value, label: label, codes: nil, origin: origin)
        }
    }
}

extension Compiler {
    /// The widest range of whole numbers whose groups are listed.
    static let mostListed: Int64 = 1000

    /// What an expression groups by: published values are listed, all of them answered; other values
    /// are found in the data.
    mutating func dimension(of expression: Expression) throws(QueryError) -> GroupDimension {
        guard !expression.hasAggregate else {
            throw QueryError(
                "an aggregate cannot tell rows apart", at: expression.position,
                remedy: "group by a column or an expression of columns")
        }
        if case .call("bucket", let arguments, _) = expression, arguments.count == 2,
            case .number(let text, _) = arguments[1], let count = Int(text), count >= 2,
            count <= 1000
        {
            return try binder.bucket(arguments[0], count).dimension
        }
        let typed = try binder.bind(expression)
        let value = GroupDimension.value(of: typed)
        switch typed.type {
        case .category(let names):
            return GroupDimension(value: value, label: .names(names), codes: names.count + 1)
        case .boolean:
            return GroupDimension(value: value, label: .names(["false", "true"]), codes: 3)
        case .number(0, let bounds?)
        where UInt64(bitPattern: bounds.upperBound &- bounds.lowerBound)
            < UInt64(Compiler.mostListed):
            let low = Scalar.constant(bounds.lowerBound)
            return GroupDimension(
                value: bounds.lowerBound == 0
                    ? value
                    : .scalar(Typed.folded(.subtract(typed.scalar, low), of: [typed.scalar])),
                label: .numbers(bounds), codes: bounds.count + 1, origin: value)
        case .number(let scale, _):
            return GroupDimension(value: value, label: .number(scale: scale), codes: nil)
        case .date: return GroupDimension(value: value, label: .date, codes: nil)
        case .timestamp: return GroupDimension(value: value, label: .timestamp, codes: nil)
        case .text: return GroupDimension(value: value, label: .text, codes: nil)
        case .unknown:
            throw QueryError(
                "NULL cannot tell rows apart", at: expression.position, remedy: "name a column")
        }
    }

    /// The dimensions as a study has them: listed, or, when one cannot be, all found in the data.
    var grouping: (dimensions: [GroupDimension], isFound: Bool) {
        guard dimensions.contains(where: { $0.codes == nil }) else { return (dimensions, false) }
        return (dimensions.map(\.found), true)
    }
}
