// SPDX-License-Identifier: Apache-2.0

/// An average over everybody's rows of a table that an answer tells: of one column, over all rows, or in
/// steps of time.
package struct PlainAverage: Hashable, Sendable {
    /// The table; nil for the only one of the pool.
    package let table: String?
    /// The column.
    package let column: String
    /// The steps of time: "day", "week", "month", "quarter" or "year"; nil for one average over all.
    package let step: String?
    /// The averages, by the first day of each step as the answer writes it; the day is nil for one over
    /// all.
    package let points: [Point]

    /// One average.
    package struct Point: Hashable, Sendable {
        package let day: String?
        package let value: Double
        /// The value with its 95 % margin, in the digits of the answer.
        package let text: String
    }
}

extension PlainAverage {
    /// The averages that an answer to a question tells. A question with a filter, a join, or groups by
    /// anything but time tells none: its averages are about others than everybody.
    ///
    /// - Parameters:
    ///   - sql: the question.
    ///   - table: its answer.
    package static func all(in sql: String, answered table: ResultTable) -> [PlainAverage] {
        guard let statement = try? Parser.statement(of: sql).statement,
            case .table(let source) = statement.source, statement.filter == nil,
            statement.groups.count <= 1, statement.items.count == table.columns.count
        else { return [] }
        var step: String?
        var days: Int?
        if let group = statement.groups.first {
            guard let unit = group.timeStep,
                let place = statement.items.firstIndex(where: {
                    $0.expression.timeStep == unit
                })
            else { return [] }
            (step, days) = (unit, place)
        }
        return statement.items.enumerated().compactMap { place, item in
            guard let column = item.expression.averaged else { return nil }
            let points = table.rows.compactMap { row -> Point? in
                let cell = row[place]
                guard let value = Double(cell.text) else { return nil }
                return Point(
                    day: days.map { row[$0].text }, value: value,
                    text: cell.text + (cell.margin.map { " ± " + $0 } ?? ""))
            }
            guard !points.isEmpty else { return nil }
            return PlainAverage(table: source.table, column: column, step: step, points: points)
        }
    }
}

extension Expression {
    /// The step of DATE_TRUNC('step', column).
    fileprivate var timeStep: String? {
        guard case .call(let name, let arguments, _) = self, name.lowercased() == "date_trunc",
            arguments.count == 2, case .text(let unit, _) = arguments[0],
            case .column = arguments[1]
        else { return nil }
        return unit.lowercased()
    }

    /// The column of AVG(column) or AVG(CLIP(column, lowest, highest)).
    fileprivate var averaged: String? {
        guard case .aggregate(.average(let value), _) = self else { return nil }
        if case .column(_, let name, _) = value { return name }
        guard case .call(let name, let arguments, _) = value, name.lowercased() == "clip",
            case .column(_, let column, _)? = arguments.first
        else { return nil }
        return column
    }
}
