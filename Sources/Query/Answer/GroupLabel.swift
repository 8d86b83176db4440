// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

extension CompiledQuery {
    /// The name of a group in one dimension, and what it is ordered by.
    struct Label {
        let text: String
        let key: PostResult
    }

    /// Lines in the order that a question wants; as they are where it wants none, or two are alike.
    static func sorted<Line>(
        _ lines: [Line], by orders: [Order], _ result: (PostValue, Line) -> PostResult
    ) -> [Line] {
        guard !orders.isEmpty else { return lines }
        let keys = lines.map { line in orders.map { result($0.value, line) } }
        let places = lines.indices.sorted { left, right in
            for (order, (a, b)) in zip(orders, zip(keys[left], keys[right])) where a != b {
                return (a < b) != order.descending
            }
            return left < right
        }
        return places.map { lines[$0] }
    }
}

extension GroupDimension.Label {
    /// What a group's value is called.
    func named(_ value: Int64) -> CompiledQuery.Label {
        let none = CompiledQuery.Label(text: "NULL", key: .null)
        guard value != Schema.null else { return none }
        switch self {
        case .numbers(let range):
            guard (0..<Int64(range.count)).contains(value) else { return none }
            let number = value + range.lowerBound
            return .init(text: String(number), key: .number(Double(number)))
        case .names(let names):
            guard names.indices.contains(Int(value)) else { return none }
            return .init(text: names[Int(value)], key: .number(Double(value)))
        case .number(let scale):
            return .init(
                text: Schema.Kind.decimal(scale: scale).writtenShort(value),
                key: .number(Double(value) / Double(powerOfTen(scale))))
        case .date:
            return .init(text: CalendarDay(number: value).description, key: .number(Double(value)))
        case .timestamp:
            return .init(
                text: Timestamp(milliseconds: value.flooredQuotient(1000)).description,
                key: .number(Double(value)))
        case .text: return .init(text: "", key: .number(Double(value)))
        }
    }
}
