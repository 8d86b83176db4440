// SPDX-License-Identifier: Apache-2.0

/// What somebody's own rows say for her alone.
package struct TrendsPage: Sendable {
    /// One of her tables.
    package struct Table: Sendable {
        let name: String
        let step: String?
        let charts: [LineChart]
        let recommended: [Recommended]

        /// Describes a table's charts.
        ///
        /// - Parameters:
        ///   - step: in which steps of time, in words; nil where nothing dates the rows.
        ///   - recommended: what published models recommend to her.
        package init(
            name: String, step: String?, charts: [LineChart], recommended: [Recommended] = []
        ) {
            (self.name, self.step, self.charts) = (name, step, charts)
            self.recommended = recommended
        }

        /// The same with what models recommend.
        package func recommending(_ recommended: [Recommended]) -> Table {
            Table(name: name, step: step, charts: charts, recommended: recommended)
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
