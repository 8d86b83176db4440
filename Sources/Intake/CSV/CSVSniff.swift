// SPDX-License-Identifier: Apache-2.0

/// Tells formats by the column names of a CSV file.
enum CSVSniff {
    /// The format whose columns are all there; nil when none is.
    static func format(of names: [String]) -> Format? {
        let set = Set(names.map { $0.lowercased() })
        if set == ["title", "date"] { return .netflixHistory }
        return marks.first { $0.columns.allSatisfy(set.contains) }?.format
    }

    private static let marks: [(columns: [String], format: Format)] =
        [
            (["profile name", "start time", "duration", "title"], .netflixActivity),
            (["order id", "order date", "product name", "unit price"], .amazonOrders),
            (["order id", "order date", "title", "purchase price per unit"], .amazonLegacy),
            (["age", "education-num", "hours-per-week", "salary"], .adult),
        ]
        + FitabaseImporter.Kind.allCases.map {
            ($0.marks.map { $0.lowercased() }, .fitabase)
        }
}
