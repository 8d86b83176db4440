// SPDX-License-Identifier: Apache-2.0

/// What somebody's own rows say for her alone.
package struct TrendsPage: Sendable {
    /// One of her tables.
    package struct Table: Sendable {
        let name: String
        let step: String?
        let charts: [LineChart]
        let recommended: [Recommended]
        let foreseen: [Foreseen]

        /// Describes a table's charts.
        ///
        /// - Parameters:
        ///   - step: in which steps of time, in words; nil where nothing dates the rows.
        ///   - recommended: what published models recommend to her.
        ///   - foreseen: what published models expect of her.
        package init(
            name: String, step: String?, charts: [LineChart], recommended: [Recommended] = [],
            foreseen: [Foreseen] = []
        ) {
            (self.name, self.step, self.charts) = (name, step, charts)
            (self.recommended, self.foreseen) = (recommended, foreseen)
        }

        /// The same with what models recommend and expect.
        package func with(_ recommended: [Recommended], _ foreseen: [Foreseen]) -> Table {
            Table(
                name: name, step: step, charts: charts, recommended: recommended,
                foreseen: foreseen)
        }
    }

    /// What a published model expects of her next.
    package struct Foreseen: Sendable, Equatable {
        /// The pool that the model is of.
        package let pool: String
        /// The column that it forecasts.
        package let column: String
        /// Step by step.
        package let steps: [Step]

        /// One step.
        package struct Step: Sendable, Equatable {
            /// Its first day.
            package let day: String
            package let value: String
            /// Between what it lies eight times in ten; nothing where her past is too short to tell.
            package let interval: String
        }

        /// Describes a forecast.
        package init(pool: String, column: String, steps: [(String, String, String)]) {
            (self.pool, self.column) = (pool, column)
            self.steps = steps.map { Step(day: $0.0, value: $0.1, interval: $0.2) }
        }
    }

    /// What a published model recommends to her.
    package struct Recommended: Sendable, Equatable {
        /// The pool that the model is of.
        package let pool: String
        /// The items, the best first, and what she would rate them.
        package let items: [Item]

        /// One item.
        package struct Item: Sendable, Equatable {
            package let name: String
            package let rating: String
        }

        /// Describes a list.
        package init(pool: String, items: [(String, String)]) {
            self.pool = pool
            self.items = items.map { Item(name: $0.0, rating: $0.1) }
        }
    }

    private let tables: [Table]

    /// Takes her tables.
    package init(_ tables: [Table]) { self.tables = tables }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "trends", title: frame.message("trends.title"),
            [
                "none": tables.isEmpty,
                "tables": tables.map { table -> [String: Any] in
                    let charts = table.charts.filter { !$0.svg.isEmpty }
                    return [
                        "name": table.name, "step": table.step ?? "", "none": charts.isEmpty,
                        "recommended": table.recommended.map { list in
                            [
                                "from": frame.text("trends.recommended", ["pool": list.pool]),
                                "items": list.items.map { ["name": $0.name, "rating": $0.rating] },
                            ]
                        },
                        "foreseen": table.foreseen.map { list in
                            [
                                "from": frame.text(
                                    "trends.foreseen", ["pool": list.pool, "column": list.column]),
                                "steps": list.steps.map {
                                    [
                                        "day": $0.day, "value": $0.value,
                                        "interval": $0.interval,
                                    ]
                                },
                            ]
                        },
                        "charts": charts.map { chart in
                            [
                                "title": chart.title, "other": chart.other ?? "",
                                "isCompared": chart.other != nil,
                                "next": chart.next ?? "", "isForetold": chart.next != nil,
                                "drawing": chart.figure(
                                    frame,
                                    columns: (table.step ?? "", chart.title)),
                            ]
                        },
                    ]
                },
            ])
    }
}
