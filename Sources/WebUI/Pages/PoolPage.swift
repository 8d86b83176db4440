// SPDX-License-Identifier: Apache-2.0

/// A pool with its workbench: what it holds, a question, and what came of it.
package struct PoolPage: Sendable {
    /// A quote as it is shown.
    package struct Quoted: Sendable {
        package var id, price, base, premium, epsilon, delta, band: String
        package var margins: [(column: String, margin: String)]

        /// Takes texts that are shown as they are.
        package init(
            id: String, price: String, base: String, premium: String, epsilon: String,
            delta: String, band: String, margins: [(column: String, margin: String)]
        ) {
            (self.id, self.price, self.base, self.premium) = (id, price, base, premium)
            (self.epsilon, self.delta, self.band) = (epsilon, delta, band)
            self.margins = margins
        }
    }

    /// An answer as it is shown.
    package struct Answered: Sendable {
        let columns: [String]
        let rows: [[(text: String, margin: String?)]]
        /// Whether it is about people who do not exist.
        let isMock: Bool
        /// The order that it answers; nil for a mock.
        let order: String?

        /// Takes values and margins as they are shown.
        package init(
            columns: [String], rows: [[(text: String, margin: String?)]], isMock: Bool,
            order: String? = nil
        ) {
            (self.columns, self.rows) = (columns, rows)
            (self.isMock, self.order) = (isMock, order)
        }
    }

    package var name, title, people, price, premium, purposes: String
    /// The published tables: name, and columns with `name`, `kind` and `allowed`.
    package var tables: [(table: String, columns: [[String: String]])]
    package var sql = ""
    package var problem: String?
    package var explained: [(subject: String, text: String)] = []
    package var quoted: Quoted?
    package var answered: Answered?

    /// Describes a pool; what came of a question is set afterwards.
    package init(
        name: String, title: String, people: String, price: String, premium: String,
        purposes: String, tables: [(table: String, columns: [[String: String]])]
    ) {
        (self.name, self.title, self.people) = (name, title, people)
        (self.price, self.premium, self.purposes) = (price, premium, purposes)
        self.tables = tables
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "name": name, "title": title, "people": people, "price": price, "premium": premium,
            "purposes": purposes, "sql": sql,
            "columnNames": tables.flatMap { $0.columns.compactMap { $0["name"] } }
                .joined(separator: " "),
            "tables": tables.map { ["table": $0.table, "columns": $0.columns] as [String: Any] },
        ]
        values["problem"] = problem
        if !explained.isEmpty {
            values["explained"] = [
                "lines": explained.map { ["subject": $0.subject, "text": $0.text] }
            ]
        }
        if let quoted { values["quote"] = PoolPage.values(quoted) }
        if let answered {
            values["answer"] = PoolPage.values(answered)
            values["answerTitle"] = frame.message(
                answered.isMock ? "pool.mockTitle" : "pool.answerTitle")
            values["chart"] = PoolPage.chart(answered)
            values["order"] = answered.order
        }
        return frame.page("pool", title: title, values)
    }

    private static func values(_ quoted: Quoted) -> [String: Any] {
        [
            "id": quoted.id, "price": quoted.price, "base": quoted.base,
            "premium": quoted.premium, "epsilon": quoted.epsilon, "delta": quoted.delta,
            "band": quoted.band,
            "margins": quoted.margins.map { ["column": $0.column, "margin": $0.margin] },
        ]
    }

    private static func values(_ answered: Answered) -> [String: Any] {
        [
            "columns": answered.columns.enumerated().map { place, name in
                ["name": name, "class": answered.rows.first?[place].margin == nil ? "" : "n"]
            },
            "rows": answered.rows.map { row in
                [
                    "cells": row.map { cell -> [String: Any] in
                        var values: [String: Any] = [
                            "text": cell.text, "class": cell.margin == nil ? "" : "n",
                        ]
                        values["margin"] = cell.margin
                        return values
                    }
                ]
            },
        ]
    }

    /// The first numbers by the first names, where an answer has both.
    private static func chart(_ answered: Answered) -> String {
        let bars = answered.rows.compactMap { row -> Chart.Bar? in
            guard let label = row.first(where: { $0.margin == nil })?.text,
                let cell = row.first(where: { $0.margin != nil }), let value = Double(cell.text)
            else { return nil }
            return Chart.Bar(
                label: label, value: value, margin: cell.margin.flatMap(Double.init) ?? 0)
        }
        return Chart(title: answered.columns.joined(separator: ", "), bars: bars).svg
    }
}
