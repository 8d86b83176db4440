// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A pool with its workbench: what it holds, a question, and what came of it.
package struct PoolPage: Sendable {
    /// A published column.
    package struct Column: Sendable {
        let name, kind, allowed: String
        let categories: [String]

        /// Takes texts that are shown as they are.
        package init(name: String, kind: String, allowed: String, categories: [String]) {
            (self.name, self.kind, self.allowed) = (name, kind, allowed)
            self.categories = categories
        }
    }

    /// What some privacy costs, and what it gives: a line of a price list.
    package struct Priced: Sendable {
        let wanted, price, epsilon, margin, band: String

        /// Takes texts that are shown as they are.
        ///
        /// - Parameter wanted: what the line is about, such as "± 5 %"; empty where ε says it.
        package init(
            wanted: String, price: String, epsilon: String, margin: String, band: String
        ) {
            (self.wanted, self.price, self.epsilon) = (wanted, price, epsilon)
            (self.margin, self.band) = (margin, band)
        }

        var values: [String: String] {
            [
                "wanted": wanted, "price": price, "epsilon": epsilon, "margin": margin,
                "band": band,
            ]
        }
    }

    /// Why a question cannot be asked, and where in its text.
    package struct Refusal: Sendable {
        let text: String
        let place: (line: Int, column: Int)?

        /// Takes the words, with the marked line where there is one.
        package init(_ text: String, at place: (line: Int, column: Int)?) {
            self.text = text
            self.place = place
        }
    }

    package var name, title, people, price, premium, fee, minimum: String
    /// What its studies may be for.
    package var purposes: [(id: String, label: String)]
    /// The published tables.
    package var tables: [(table: String, columns: [Column])]
    /// What a count of rows costs at some accuracies, and how many people that can still read.
    package var prices: [Priced] = []
    package var sql = ""
    package var purpose = ""
    package var refusal: Refusal?
    package var explained: [(subject: String, text: String)] = []
    package var quoted: Quoted?
    package var answered: Answered?
    /// The models of its people that whoever looks at the page has.
    package var models: [OwnModel] = []
    /// What its buyers published: when, the question, and where its record is.
    package var published: [(time: String, sql: String, address: String)] = []

    /// Describes a pool; what came of a question is set afterwards.
    package init(
        name: String, title: String, people: String, price: String, premium: String, fee: String,
        minimum: String, purposes: [(id: String, label: String)],
        tables: [(table: String, columns: [Column])]
    ) {
        (self.name, self.title, self.people) = (name, title, people)
        (self.price, self.premium, self.fee) = (price, premium, fee)
        (self.minimum, self.purposes, self.tables) = (minimum, purposes, tables)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "name": name, "title": title, "people": people, "price": price, "premium": premium,
            "fee": fee, "minimum": minimum, "sql": sql, "words": words,
            "purposes": purposes.map {
                ["id": $0.id, "label": $0.label, "chosen": $0.id == purpose] as [String: Any]
            },
            "purposeLabels": purposes.map(\.label).joined(separator: ", "),
            "tables": tables.map { table in
                [
                    "table": table.table,
                    "columns": table.columns.map {
                        ["name": $0.name, "kind": $0.kind, "allowed": $0.allowed]
                    },
                ] as [String: Any]
            },
        ]
        if !prices.isEmpty { values["prices"] = ["lines": prices.map(\.values)] }
        if let refusal {
            values["refusal"] = ["text": refusal.text]
            values["place"] = refusal.place.map { ["line": $0.line, "column": $0.column] }
        }
        if !explained.isEmpty {
            values["explained"] = [
                "lines": explained.map { ["subject": $0.subject, "text": $0.text] }
            ]
        }
        values["quote"] = quoted?.values(frame)
        if let answered {
            values["answer"] = answered.values
            values["facts"] = answered.facts.map {
                ["label": frame.message($0.label), "text": $0.text]
            }
            values["answerTitle"] = frame.message(
                answered.isMock ? "pool.mockTitle" : "pool.answerTitle")
            values["chart"] = answered.chart.svg
            values["order"] = answered.order
            values["canPublish"] = answered.order != nil && !answered.isPublished
        }
        if !models.isEmpty { values["models"] = ["lines": models.map(\.values)] }
        if !published.isEmpty {
            values["published"] = [
                "lines": published.map {
                    ["time": $0.time, "sql": $0.sql, "address": $0.address]
                }
            ]
        }
        return frame.page("pool", title: title, scripts: ["sql.js"], values)
    }

    /// The most categories of a column that are completed.
    private static let mostWords = 60

    /// The pool's words as the page's script completes them.
    private var words: String {
        let json = JSON.array(
            tables.map { table in
                [
                    "name": .string(table.table),
                    "columns": .array(
                        table.columns.map { column in
                            [
                                "name": .string(column.name), "kind": .string(column.kind),
                                "values": .array(
                                    column.categories.prefix(PoolPage.mostWords).map {
                                        .string($0)
                                    }),
                            ]
                        }),
                ]
            })
        return (try? json.canonical()).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}
