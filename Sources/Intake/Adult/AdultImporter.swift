// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// The UCI Adult table with a header line: a person a row.
///
/// People are told apart by the column `person_row`, or by their place in the file where it is
/// missing. Empty cells and "?" are NULL.
struct AdultImporter: Importer {
    private let session: Session

    init(_ session: Session) { self.session = session }

    // The file's columns in the order of the table's.
    private static let columns = [
        "age", "education-num", "capital-gain", "capital-loss", "hours-per-week", "workclass",
        "education", "marital-status", "occupation", "relationship", "race", "sex",
        "native-country", "salary",
    ]

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let table = try CSVTable(entry, session: session)
        let schema = StandardTables.profile
        let writer = session.writer(schema)
        let places = AdultImporter.columns.map { table.place($0) }
        let person = table.place("person_row", "row")
        table.sayUnread(except: Set((places + [person]).compactMap(\.self)))
        let categories = schema.columns.map(CategoryTable.init)
        var row = 0
        while try table.next() {
            row += 1
            writer.countRead()
            for (target, place) in places.enumerated() {
                guard let place else { continue }
                let bytes = trimmed(table.reader.field(place))
                guard !bytes.isEmpty, !bytes.isText("?") else { continue }
                let value =
                    schema.columns[target].kind == .category
                    ? categories[target].place(of: bytes) : Number.whole(bytes)
                if value == nil {
                    session.drop(
                        "unknown_value", "a value of \(AdultImporter.columns[target]) is unknown",
                        line: table.reader.line)
                }
                writer.set(target, value)
            }
            let name = try person.map { (place) throws(IntakeError) in
                try table.reader.text(place)
            }
            try writer.commit(of: name ?? String(row))
        }
    }

    func finish() {}
}

/// Finds published categories by their bytes.
struct CategoryTable {
    private let places: [String: Int64]
    /// The same as bytes, one behind another, for the usual case of a few exact spellings.
    private let spellings: [UInt8]
    private let ends: [Int]

    init(_ column: Schema.Column) {
        places = Dictionary(
            uniqueKeysWithValues: column.categories.enumerated().map { ($1, Int64($0)) })
        let few = column.categories.prefix(32)
        spellings = few.flatMap { Array($0.utf8) }
        ends = few.reduce(into: []) { $0.append(($0.last ?? 0) + $1.utf8.count) }
    }

    func place(of bytes: Bytes) -> Int64? {
        let exact = spellings.withUnsafeBufferPointer { spellings -> Int64? in
            var start = 0
            for (place, end) in ends.enumerated() {
                if end - start == bytes.count, spellings[start..<end].elementsEqual(bytes) {
                    return Int64(place)
                }
                start = end
            }
            return nil
        }
        return exact ?? String(validating: bytes, as: UTF8.self).flatMap { places[$0] }
    }
}
