// SPDX-License-Identifier: Apache-2.0

/// What somebody's own rows say for her alone.
package struct TrendsPage: Sendable {
    /// One of her tables.
    package struct Table: Sendable {
        let name: String
        let step: String?
        let charts: [LineChart]

        /// Describes a table's charts.
        ///
        /// - Parameter step: in which steps of time, in words; nil where nothing dates the rows.
        package init(name: String, step: String?, charts: [LineChart]) {
            (self.name, self.step, self.charts) = (name, step, charts)
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
                        "charts": charts.map { chart in
                            [
                                "title": chart.title, "other": chart.other ?? "",
                                "isCompared": chart.other != nil,
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
