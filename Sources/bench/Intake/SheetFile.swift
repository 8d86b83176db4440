// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A synthetic CSV of purchases by many people, as a shop would export them.
enum SheetFile {
    static func write(to path: String, megabytes: Int) throws -> [String: Double] {
        var file = try FileWriter(path)
        var dice = Dice(5)
        try file.write("customer,date,category,item,quantity,total,paid,note,email\n")
        var row = 0
        while file.count < megabytes * 1_000_000 {
            // The rows of a person stand together, as an export sorts them.
            let day = CalendarDay(number: Int64(19_000 + row % 1_000))
            let note = dice.below(8) == 0 ? "\"a gift, wrapped\"" : "delivered to the front door"
            try file.write(
                "C\(100_000 + row / 500),\(day),\(categories[dice.below(categories.count)]),"
                    + "\(items[dice.below(items.count)]),\(1 + dice.below(5)),"
                    + "\(dice.below(500)).\(10 + dice.below(90)),\(dice.below(2) == 0),"
                    + "\(note),someone\(row % 1_000)@example.org\n")
            row += 1
        }
        try file.flush()
        return ["bytes": Double(file.count)]
    }

    private static let categories = ["books", "food", "garden", "clothes", "electronics", "toys"]
    private static let items = [
        "A Field Guide to Lichens", "Olive oil 1 l", "Secateurs", "Wool socks 3 pairs",
        "USB cable 2 m", "Wooden train set",
    ]

    /// How the sheet is read: five columns and the person are taken, one is masked, two left.
    static let mapping = """
        {"table": "bench_purchases", "person": "customer", "key": [], "columns": [
          {"source": "date", "name": "day", "kind": "date"},
          {"source": "category", "name": "category", "kind": "category",
           "categories": ["books", "food", "garden", "clothes", "electronics", "toys"]},
          {"source": "quantity", "name": "quantity", "kind": "integer", "bounds": ["0", "100"]},
          {"source": "total", "name": "total", "kind": "decimal", "scale": 2, "unit": "EUR",
           "bounds": ["0", "1000000"]},
          {"source": "paid", "name": "paid", "kind": "boolean"},
          {"source": "email", "mask": "email"}]}
        """
}
