// SPDX-License-Identifier: Apache-2.0

/// Rows in the order of time, which make a forecast and nothing else.
extension ModelQuestion {
    /// Refuses an order for other models than forecasts, and forecasts without one.
    static func checkOrder(of statement: ModelStatement) throws(QueryError) {
        let model = statement.options.first { $0.name == "model" }
        let isForecast = model?.value == .word("forecast")
        guard let order = statement.order else {
            guard isForecast, let model else { return }
            throw QueryError(
                "a forecast wants to know what is in which order", at: model.position,
                remedy: "write PREDICT number ORDER BY day HORIZON 7 USING (model => forecast)")
        }
        guard isForecast else {
            throw QueryError(
                "ORDER BY has no place in CREATE MODEL but for a forecast", at: order.position,
                remedy: "write USING (model => forecast), or leave out ORDER BY and HORIZON")
        }
        if let features = statement.options.first(where: { $0.name == "features" }) {
            throw QueryError(
                "a forecast learns from earlier values of what it predicts alone",
                at: features.position, remedy: "leave out features")
        }
    }
}

extension ColumnBinder {
    /// Days beyond so many from 1970 are no days.
    private static let days: ClosedRange<Int64> = -10_000_000...10_000_000
    private static let microsecondsADay: Int64 = 86_400_000_000

    /// Binds what rows are in the order of: a column of dates, or one of moments, which count by their days in UTC.
    mutating func time(_ expression: Expression) throws(QueryError) -> RowSelection.Column {
        let typed = try bind(expression)
        guard case .column(_, let name, _) = expression,
            typed.type == .date || typed.type == .timestamp
        else {
            throw QueryError(
                "a forecast goes by a column of dates or times", at: expression.position,
                remedy:
                    "write ORDER BY and the name of such a column; a file of your own writes dates as 2026-03-31"
            )
        }
        let day =
            typed.type == .date
            ? typed.scalar : .floored(typed.scalar, divisor: Self.microsecondsADay)
        return .init(name: name, kind: .number(scale: 0, bounds: Self.days), scalar: day)
    }
}
