// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Intake
internal import Query
package import Vault

/// What a column of a file was taken for, and why.
package struct ColumnReading: Sendable {
    /// The name in the file.
    package let source: String
    /// The column as a schema has it; its name is that of the statement.
    package let column: Schema.Column
    /// What it was taken for, as people read it.
    package let words: String
    /// The values of the file's different texts, in the order of ``Intake/CSVColumns/Column/texts``.
    let codes: [Int64]
    /// The different texts, of a column of private text.
    let dictionary: [String]
}

/// Looks at all texts of a column, and says what they are.
///
/// Numbers, days, `true` and `false` are told from the texts; a text that comes often enough is a category. Bounds and
/// categories are what the file has: nobody is hidden in it from whom they would have to be kept.
struct ColumnReader {
    private let column: CSVColumns.Column
    private let rows: Int
    private let wanted: ModelQuestion.OwnColumns
    /// The places of texts that stand for something.
    private let known: [Int]

    /// More different texts than these are no categories, unless the statement names the column.
    static let mostCategories = 50
    /// The same of one that it names; a feature takes fewer.
    static let mostNamed = 10_000
    /// How many digits a number that has some is kept with at least, but for what is predicted.
    private static let usualDigits = 3
    /// The most digits of a number, with those behind the point.
    private static let mostDigits: Int64 = 1_000_000_000_000_000

    init(_ column: CSVColumns.Column, rows: Int, for wanted: ModelQuestion.OwnColumns) {
        (self.column, self.rows, self.wanted) = (column, rows, wanted)
        known = column.texts.indices.filter { !CellText.isNull(column.texts[$0]) }
    }

    private var isTarget: Bool { wanted.target == column.name }
    /// Whether the statement names it as something to learn from.
    private var isNamed: Bool {
        wanted.items == column.name || wanted.features?.contains(column.name) ?? false
            || wanted.predicted.contains(column.name)
    }

    /// What the column is.
    ///
    /// - Parameter isPerson: whether it says whose rows are whose.
    func reading(isPerson: Bool) -> ColumnReading {
        if isPerson { return text("whose row it is") }
        if let wanted = wanted.wanted[column.name] { return reading(as: wanted) }
        guard !known.isEmpty else { return text("left out: no row has a value") }
        if isSwitch { return boolean }
        if wanted.items != column.name, let number { return number }
        if let moment { return moment }
        return words
    }

    /// What the column is to something that takes it by its name; where it does not fit, that says so.
    private func reading(as wanted: RowFunction.Kind) -> ColumnReading {
        switch wanted {
        case .choice(["false", "true"]) where isSwitch: return boolean
        case .choice: return category("one of \(known.count)")
        case .number(let scale):
            guard !known.isEmpty else {
                return reading(
                    scale == 0 ? .integer : .decimal(scale: scale), "no row has a value",
                    codes: column.texts.map { _ in Schema.null })
            }
            return number ?? words
        }
    }

    private func reading(
        _ kind: Schema.Kind, _ words: String, bounds: ClosedRange<Int64>? = nil,
        categories: [String] = [], codes: [Int64]
    ) -> ColumnReading {
        let missing = missingWords
        return ColumnReading(
            source: column.source,
            column: Schema.Column(
                column.name, kind, bounds: bounds, categories: categories),
            words: missing.isEmpty ? words : "\(words); \(missing)", codes: codes, dictionary: [])
    }

    private func text(_ words: String) -> ColumnReading {
        ColumnReading(
            source: column.source, column: Schema.Column(column.name, .text), words: words,
            codes: column.texts.indices.map {
                CellText.isNull(column.texts[$0]) ? Schema.null : Int64($0)
            }, dictionary: column.texts)
    }

    private var missingWords: String {
        let nulls = Set(column.texts.indices).subtracting(known)
        guard !nulls.isEmpty else { return "" }
        let count = column.places.count { nulls.contains(Int($0)) }
        return "\(count) of \(rows) rows without a value"
    }

    // MARK: - Kinds

    private var isSwitch: Bool {
        known.allSatisfy { ["true", "false"].contains(column.texts[$0]) }
    }

    private var boolean: ColumnReading {
        reading(
            .boolean, "true or false",
            codes: column.texts.map { $0 == "true" ? 1 : $0 == "false" ? 0 : Schema.null })
    }

    /// A number; nil where a text is none.
    private var number: ColumnReading? {
        var scale = 0
        for place in known {
            guard let digits = CellText.decimals(column.texts[place]) else { return nil }
            scale = max(scale, min(digits, 9))
        }
        if isTarget, Set(known.map { column.texts[$0] }).isSubset(of: ["0", "1"]) {
            return category("one of 0, 1")
        }
        // A pool's column may have more digits, and a model that knows fewer is not asked of it.
        if scale > 0, !isTarget, !wanted.keepsDigits {
            scale = max(scale, ColumnReader.usualDigits)
        }
        func codes(_ scale: Int) -> [Int64]? {
            var codes = [Int64](repeating: Schema.null, count: column.texts.count)
            for place in known {
                guard let units = CellText.units(column.texts[place], scale: scale),
                    abs(units) < ColumnReader.mostDigits
                else { return nil }
                codes[place] = units
            }
            return codes
        }
        var found = codes(scale)
        while found == nil, scale > 0 {
            scale -= 1
            found = codes(scale)
        }
        guard let codes = found else { return nil }
        let values = known.map { codes[$0] }
        guard let low = values.min(), let high = values.max() else { return nil }
        let kind: Schema.Kind = scale == 0 ? .integer : .decimal(scale: scale)
        if low == high {
            return reading(
                kind, "left out: \(kind.writtenShort(low)) in every row", bounds: low...high,
                codes: codes)
        }
        if isNumbering(codes), !isNamed {
            return reading(
                kind,
                "left out: a number that each row has for itself; name it in features to learn from it",
                codes: codes)
        }
        let range = "\(kind.writtenShort(low)) to \(kind.writtenShort(high))"
        return reading(kind, "a number, \(range)", bounds: bounds(low, high), codes: codes)
    }

    /// Of a series that goes on, what comes next may lie beyond what was: a range more on either side.
    private func bounds(_ low: Int64, _ high: Int64) -> ClosedRange<Int64> {
        guard isTarget, wanted.order != nil else { return low...high }
        return low - (high - low)...high + (high - low)
    }

    /// Whether each row has a number of its own, under no name or one that says so: it tells rows apart, and nothing of them.
    private func isNumbering(_ codes: [Int64]) -> Bool {
        let names = ["id", "index", "row", "nr", "no", "number"]
        let isNumbered = names.contains { column.name == $0 || column.name.hasSuffix("_" + $0) }
        return (column.source.isEmpty || isNumbered) && Set(codes).count == rows
    }

    /// Days or times; nil where a text is none.
    private var moment: ColumnReading? {
        var hasTime = false
        var days: [Int64] = []
        for place in known {
            guard let moment = CellText.moment(column.texts[place]) else { return nil }
            hasTime = hasTime || moment.microseconds != nil
            days.append(moment.day)
        }
        let codes = column.texts.map { text -> Int64 in
            guard !CellText.isNull(text), let moment = CellText.moment(text) else {
                return Schema.null
            }
            return hasTime ? moment.microseconds ?? moment.day * 86_400_000_000 : moment.day
        }
        let range = [days.min(), days.max()].compactMap(\.self)
            .map { CalendarDay(number: $0).description }.joined(separator: " to ")
        return reading(
            hasTime ? .timestamp : .date,
            wanted.order == column.name
                ? "\(hasTime ? "a time" : "a day"), \(range)"
                : "left out: \(hasTime ? "a time" : "a day"), \(range), which models learn from behind ORDER BY alone",
            codes: codes)
    }

    /// A category, or private text.
    private var words: ColumnReading {
        let mixed = mixedWords
        let distinct = known.count
        if distinct == 1, !isNamed {
            return text("left out: '\(column.texts[known[0]].prefix(40))' in every row")
        }
        let most = isNamed ? ColumnReader.mostNamed : ColumnReader.mostCategories
        let comesOften = distinct * 2 <= rows
        guard distinct <= most, isNamed || comesOften else {
            return text(
                "left out: text, \(distinct) different in \(rows) rows; name it in features to learn from it"
                    + mixed)
        }
        let list = categories
        let shown = list.prefix(4).map { String($0.prefix(30)) }.joined(separator: ", ")
        return category(
            "one of \(list.count): \(shown)\(list.count > 4 ? ", …" : "")" + mixed)
    }

    private var categories: [String] {
        known.map { column.texts[$0] }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func category(_ words: String) -> ColumnReading {
        let list = categories
        let places = Dictionary(
            zip(list, list.indices.map(Int64.init)), uniquingKeysWith: { first, _ in first })
        return reading(
            .category, words, categories: list,
            codes: column.texts.map {
                CellText.isNull($0) ? Schema.null : places[$0] ?? Schema.null
            }
        )
    }

    /// Where most texts are numbers, which are not: a word that means "missing" makes a column text.
    private var mixedWords: String {
        let others = known.filter { CellText.decimals(column.texts[$0]) == nil }
        guard others.count * 4 < known.count, let first = others.min() else { return "" }
        return "; most are numbers, but line \(column.lines[first]) has "
            + "'\(column.texts[first].prefix(40))': write NULL where there is no value"
    }
}
