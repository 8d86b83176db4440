// SPDX-License-Identifier: Apache-2.0
internal import Intake
package import Query
package import Vault

/// Rows of a file of whoever asks, for a model or an answer that hides nobody in it from her.
///
/// The only rows that anything is made of without noise. They are read from a file and from nowhere else, and what holds
/// the rows of a pool imports none of this: `HouseTests` says so, and the manifest shows it.
package struct OwnRows: Sendable {
    /// What each column of the file was taken for, in their order.
    package let columns: [ColumnReading]
    /// How many rows there are.
    package let count: Int
    /// Whose rows they are, in number; each row is a person's of its own where nothing is said.
    package let people: Int
    /// The statement.
    package let text: String
    /// What the rows look like.
    package let table: Schema
    /// All rows, in the file's order.
    let rows: Rows
    /// The person of each row; nil where each row is one's of its own.
    let owners: [UInt32]?
    /// What a question may call with PREDICT.
    let functions: [RowFunction]
    /// The file.
    let path: String
    /// The first cell of the file that no function of the question takes.
    let misfit: OwnRowsError?

    /// The fewest rows that say anything.
    private static let fewest = 10

    /// Reads a file for a model.
    ///
    /// - Parameters:
    ///   - path: a CSV file with a header.
    ///   - text: `CREATE MODEL name FROM own PREDICT column …`.
    ///   - person: the column that says whose rows are whose, as the file or the statement calls it.
    /// - Throws: ``Intake/IntakeError`` for the file, ``Query/QueryError`` for the statement, ``OwnRowsError`` where one does not
    ///   fit the other.
    package init(path: String, for text: String, person: String? = nil) throws {
        let wanted = try ModelQuestion.ownColumns(of: text)
        try self.init(
            try CSVColumns(path: path), of: path, for: text, naming: wanted, person: person)
        try check(wanted, in: path)
    }

    /// Reads a file for a question, ``answer()``.
    ///
    /// - Parameters:
    ///   - path: a CSV file with a header.
    ///   - text: `SELECT … FROM own …`.
    ///   - functions: the models that it predicts with. What they take decides what the columns are read as.
    ///   - person: the column that says whose rows are whose.
    /// - Throws: ``Intake/IntakeError`` for the file, ``OwnRowsError`` where it has no such column.
    package init(
        path: String, asking text: String, calling functions: [RowFunction] = [],
        person: String? = nil
    ) throws {
        var wanted = ModelQuestion.OwnColumns()
        wanted.keepsDigits = true
        var categories: [String: [String]] = [:]
        for argument in functions.flatMap(\.arguments) {
            if case .choice(let known) = argument.kind {
                categories[argument.name, default: []] += known
            }
            // What is a choice to one model and a number to another is an error of that other one.
            if case .choice = wanted.wanted[argument.name] { continue }
            wanted.wanted[argument.name] = argument.kind
        }
        try self.init(
            try CSVColumns(path: path, keeping: categories), of: path, for: text, naming: wanted,
            person: person, fewest: 1, calling: functions)
    }

    private init(
        _ sheet: CSVColumns, of path: String, for text: String,
        naming wanted: ModelQuestion.OwnColumns, person: String?, fewest: Int = OwnRows.fewest,
        calling functions: [RowFunction] = []
    ) throws {
        (self.path, self.functions) = (path, functions)
        let names = sheet.columns.map(\.name)
        func place(_ name: String, _ what: String) throws(OwnRowsError) -> Int {
            guard
                let place = names.firstIndex(of: name)
                    ?? sheet.columns.firstIndex(where: { $0.source == name })
            else {
                throw OwnRowsError(
                    "\(path): there is no column \(name), \(what); the file has "
                        + names.prefix(40).joined(separator: ", ") + (names.count > 40 ? ", …" : "")
                )
            }
            return place
        }
        for name in wanted.predicted.sorted() { _ = try place(name, "which is to be predicted") }
        if let items = wanted.items { _ = try place(items, "which is to name the items") }
        for name in wanted.features ?? [] { _ = try place(name, "which is to be learned from") }
        guard sheet.count >= fewest else {
            throw OwnRowsError(
                "\(path): \(sheet.count) rows are too few for a model; give \(fewest) or more"
            )
        }
        let owner = try person.map { name throws(OwnRowsError) in
            try place(name, "which is to say whose rows are whose")
        }
        if wanted.isRecommender, owner == nil {
            throw OwnRowsError(
                "a recommender learns what people like who like the same: write --person COLUMN "
                    + "with the column of \(path) that says whose rating it is")
        }
        columns = sheet.columns.enumerated().map { place, column in
            ColumnReader(column, rows: sheet.count, for: wanted)
                .reading(isPerson: place == owner)
        }
        misfit = functions.lazy.compactMap { sheet.misfit(of: $0, in: path) }.first
        (self.text, count) = (text, sheet.count)
        table = Schema(table: ModelQuestion.ownName, columns: columns.map(\.column))
        rows = Rows(
            schema: table,
            columns: zip(columns, sheet.columns).map { reading, column in
                Rows.Column(
                    values: column.places.map { reading.codes[Int($0)] },
                    dictionary: reading.dictionary)
            }, count: sheet.count)
        if let owner {
            owners = sheet.columns[owner].places
            people = sheet.columns[owner].texts.count
        } else {
            // Without names a series is one person's; rows that are looked at by themselves are one's each.
            owners = wanted.order == nil ? nil : [UInt32](repeating: 0, count: sheet.count)
            people = wanted.order == nil ? sheet.count : 1
        }
    }

    /// Refuses what cannot be predicted or learned from.
    private func check(
        _ wanted: ModelQuestion.OwnColumns, in path: String
    ) throws(OwnRowsError) {
        for reading in columns where wanted.features?.contains(reading.column.name) ?? false {
            guard let bounds = reading.column.bounds else { continue }
            guard bounds.lowerBound < bounds.upperBound else {
                throw OwnRowsError(
                    "\(path): \(reading.column.name) is the same in every row; take it out of features"
                )
            }
        }
        guard let target = wanted.target,
            let place = columns.firstIndex(where: { $0.column.name == target })
        else { return }
        let values = Set(rows.columns[place].values).subtracting([Schema.null])
        guard !values.isEmpty else {
            throw OwnRowsError(
                "\(path): no row has a value in \(target), which is to be predicted")
        }
        guard values.count > 1 else {
            throw OwnRowsError(
                "\(path): \(target) is the same in every row, so there is nothing to tell apart; predict "
                    + "another column, or add rows of another kind")
        }
    }
}
