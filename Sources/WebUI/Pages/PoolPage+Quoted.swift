// SPDX-License-Identifier: Apache-2.0

extension PoolPage {
    /// A quote as it is shown: price, accuracy, privacy, and who is paid what.
    package struct Quoted: Sendable {
        package var id, price, base, premium, epsilon, delta, band, expires: String
        /// The exchange's part, what people share, and the most that one of them gets of it.
        package var fee, shared, each: String
        package var margins: [(column: String, margin: String)]
        /// The same question with less and with more privacy.
        package var others: [Priced] = []
        package var notes: [String] = []

        /// Takes texts that are shown as they are.
        package init(
            id: String, price: String, base: String, premium: String, epsilon: String,
            delta: String, band: String, expires: String, fee: String, shared: String,
            each: String, margins: [(column: String, margin: String)]
        ) {
            (self.id, self.price, self.base, self.premium) = (id, price, base, premium)
            (self.epsilon, self.delta, self.band, self.expires) = (epsilon, delta, band, expires)
            (self.fee, self.shared, self.each, self.margins) = (fee, shared, each, margins)
        }

        func values(_ frame: Frame) -> [String: Any] {
            var values: [String: Any] = [
                "id": id, "price": price, "base": base, "premium": premium, "epsilon": epsilon,
                "delta": delta, "band": band, "expires": expires, "fee": fee, "shared": shared,
                "each": each, "notes": notes,
                "margins": margins.map { ["column": $0.column, "margin": $0.margin] },
            ]
            if !others.isEmpty {
                let bars = others.compactMap { other in
                    Double(other.margin).map {
                        Chart.Bar(
                            label: "ε " + other.epsilon, value: $0, text: "± " + other.margin)
                    }
                }
                values["others"] = [
                    "lines": others.map(\.values),
                    "chart": Chart(title: frame.message("pool.others"), bars: bars).svg,
                ]
            }
            return values
        }
    }

    /// A model that somebody has, as a list shows it.
    package struct OwnModel: Sendable {
        let name, kind, made, state: String
        /// What others pay for a prediction of it; nil where it is not let.
        let price: String?
        let address: String

        /// Takes texts that are shown as they are, and where its order is.
        package init(
            name: String, kind: String, made: String, state: String, price: String?,
            address: String
        ) {
            (self.name, self.kind, self.made) = (name, kind, made)
            (self.state, self.price, self.address) = (state, price, address)
        }

        var values: [String: String] {
            [
                "name": name, "kind": kind, "made": made, "state": state,
                "price": price ?? "–", "address": address,
            ]
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
        /// What the order was: messages' names and what is to be said.
        package var facts: [(label: String, text: String)] = []
        /// Whether everybody may read it.
        package var isPublished = false

        /// Takes values and margins as they are shown.
        package init(
            columns: [String], rows: [[(text: String, margin: String?)]], isMock: Bool,
            order: String? = nil
        ) {
            (self.columns, self.rows) = (columns, rows)
            (self.isMock, self.order) = (isMock, order)
        }

        var values: [String: Any] {
            [
                "columns": columns.enumerated().map { place, name in
                    ["name": name, "class": rows.first?[place].margin == nil ? "" : "n"]
                },
                "rows": rows.map { row in
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
        var chart: Chart {
            let bars = rows.compactMap { row -> Chart.Bar? in
                guard let label = row.first(where: { $0.margin == nil })?.text,
                    let cell = row.first(where: { $0.margin != nil }),
                    let value = Double(cell.text)
                else { return nil }
                return Chart.Bar(
                    label: label, value: value, margin: cell.margin.flatMap(Double.init) ?? 0,
                    text: cell.text)
            }
            return Chart(title: columns.joined(separator: ", "), bars: bars)
        }
    }
}
