// SPDX-License-Identifier: Apache-2.0

/// The catalogue.
package struct PoolsPage: Sendable {
    /// One line of it: member names as the template has them.
    package typealias Line = [String: String]
    /// A column that it can be sorted by.
    package typealias Order = (column: String, address: String, isChosen: Bool)

    private let lines: [Line]
    private let isEmpty: Bool
    /// What was searched for.
    package var words = ""
    /// What it can be sorted by, and by what it is.
    package var orders: [Order] = []

    /// Takes lines with `name`, `title`, `tables`, `purposes`, `people`, `price`, `studies` and `paid`.
    ///
    /// - Parameter isEmpty: whether there is no pool at all, whatever is searched for.
    package init(_ lines: [Line], isEmpty: Bool) {
        self.lines = lines
        self.isEmpty = isEmpty
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        let columns = ["title", "tables", "people", "price", "studies", "paid"]
        let heads = columns.map { column -> [String: Any] in
            let order = orders.first { $0.column == column }
            var head: [String: Any] = [
                "label": frame.message("pools." + (column == "title" ? "pool" : column)),
                "class": ["price", "studies", "paid"].contains(column) ? "n" : "",
                "chosen": order?.isChosen ?? false,
                "direction": ["title", "price"].contains(column) ? "ascending" : "descending",
            ]
            head["address"] = order?.address
            return head
        }
        return frame.page(
            "pools", title: frame.message("pools.title"),
            [
                "pools": lines, "any": !lines.isEmpty, "none": isEmpty,
                "nothing": lines.isEmpty && !isEmpty, "words": words, "heads": heads,
                "sort": orders.first { $0.isChosen }?.column ?? "title",
            ])
    }
}
