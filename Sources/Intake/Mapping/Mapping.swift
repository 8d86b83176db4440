// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Vault

/// How to read a CSV or TSV that no importer knows: a JSON document.
///
///     {
///       "table": "orders",
///       "person": "customer_id",
///       "delimiter": ",",
///       "null": ["", "NA"],
///       "columns": [
///         {"source": "date", "name": "day", "kind": "date", "format": "compact"},
///         {"source": "amount_usd", "name": "total", "kind": "decimal", "scale": 2,
///          "unit": "USD", "bounds": ["0", "1000000"], "strip": "$,"},
///         {"source": "colour", "name": "colour", "kind": "category",
///          "categories": ["red", "blue"]},
///         {"source": "email", "mask": "email"}
///       ],
///       "key": ["day"]
///     }
///
/// `kind` is integer, decimal (with `scale` 0…9), category, text, date, timestamp or boolean, as in
/// a published ``Vault/Schema``. `format` of dates is auto (the default: ISO 8601 or day and month
/// in an order decided over the whole file), month_first, day_first, compact (YYYYMMDD), unix_s,
/// unix_ms or unix_us. `point` is the decimal mark, "." or ",". `strip` lists characters that are
/// taken out of numbers. A column with `mask` is left out and counted; a column that is not named
/// is left out and said so. With `"header": false` the first line is a row, and the columns are called
/// "column 1", "column 2" and so on.
public struct Mapping: Hashable, Sendable {
    /// How one column of the file is read.
    public struct Source: Hashable, Sendable {
        /// How dates are written.
        public enum DateFormat: String, Hashable, Sendable, CaseIterable {
            /// ISO 8601, or an order decided over the whole file.
            case auto
            /// Month, day, year.
            case monthFirst = "month_first"
            /// Day, month, year.
            case dayFirst = "day_first"
            /// YYYYMMDD.
            case compact
            /// Seconds since 1970.
            case unixSeconds = "unix_s"
            /// Milliseconds since 1970.
            case unixMilliseconds = "unix_ms"
            /// Microseconds since 1970.
            case unixMicroseconds = "unix_us"
        }

        /// The column's name in the file.
        public let source: String
        /// The place in the schema; nil for a column that is masked.
        public let target: Int?
        /// What a masked column holds.
        public let mask: IntakeReport.Secret?
        /// How its dates are written.
        public let format: DateFormat
        /// The decimal mark.
        public let point: UInt8
        /// ASCII characters that are taken out of numbers.
        public let strip: Set<UInt8>
    }

    /// What the rows will look like.
    public let schema: Schema
    /// The columns of the file that are read.
    public let sources: [Source]
    /// The column that tells people apart; nil for one person's file.
    public let person: String?
    /// The delimiter; nil to find it by the header.
    public let delimiter: UInt8?
    /// Whether the first line names the columns; if not, they are "column 1", "column 2", ….
    public let hasHeader: Bool
    /// Texts that stand for no value; the empty text always does.
    public let nulls: Set<String>

    var dialect: CSVDialect? { delimiter.map { CSVDialect(delimiter: $0) } }

    /// Reads a mapping document.
    ///
    /// - Throws: ``IntakeError/Code/mapping`` naming the member that is wrong.
    public init(parsing bytes: [UInt8]) throws(IntakeError) {
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch {
            throw Mapping.wrong("no JSON: \(error)")
        }
        try self.init(json: json)
    }

    /// Reads a mapping document.
    ///
    /// - Throws: ``IntakeError/Code/mapping`` naming the member that is wrong.
    public init(json: JSON) throws(IntakeError) {
        guard let list = json["columns"]?.array, !list.isEmpty else {
            throw Mapping.wrong("columns: a list wanted")
        }
        try Mapping.know(
            json, ["table", "person", "delimiter", "header", "null", "columns", "key"], "")
        let kept = list.filter { $0["mask"] == nil }
        do {
            schema = try Schema(
                json: .object([
                    "table": json["table"] ?? .null, "columns": .array(kept),
                    "key": json["key"] ?? .array([]),
                ]))
            try schema.checkWords()
        } catch { throw Mapping.wrong(error.description) }
        guard StandardTables.named(schema.table) ?? schema == schema else {
            throw Mapping.wrong(
                "table: \(schema.table) is a standard table with other columns; choose another name"
            )
        }
        var sources: [Source] = []
        for item in list {
            let target = item["mask"] == nil ? sources.count { $0.target != nil } : nil
            let source = try Source(json: item, target: target)
            guard !sources.contains(where: { $0.source == source.source }) else {
                throw Mapping.wrong("columns: the source \"\(source.source)\" stands twice")
            }
            sources.append(source)
        }
        self.sources = sources
        person = json["person"]?.string
        nulls = Set((json["null"]?.array ?? []).compactMap(\.string))
        switch json["header"] {
        case nil, .bool(true)?: hasHeader = true
        case .bool(false)?: hasHeader = false
        default: throw Mapping.wrong("header: true or false wanted")
        }
        delimiter = try json["delimiter"]?.string.map { (text) throws(IntakeError) in
            try Mapping.single(text, "delimiter")
        }
    }

    /// Refuses members that there are not: one that is misspelt would be passed over in silence.
    fileprivate static func know(
        _ json: JSON, _ members: Set<String>, _ place: String
    ) throws(IntakeError) {
        guard case .object(let object) = json else { return }
        if let stranger = object.keys.sorted().first(where: { !members.contains($0) }) {
            throw wrong("\(place)\(stranger): there is no such member")
        }
    }

    static func wrong(_ reason: String) -> IntakeError {
        IntakeError(
            .mapping, "the mapping cannot be used: \(reason)", mend: "See docs/formats/mapping.md")
    }

    fileprivate static func single(_ text: String, _ member: String) throws(IntakeError) -> UInt8 {
        guard let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80, byte != 0x22,
            byte != 0x0a, byte != 0x0d, byte != 0
        else { throw wrong("\(member): one ASCII character wanted") }
        return byte
    }
}

extension Mapping.Source {
    fileprivate init(json: JSON, target: Int?) throws(IntakeError) {
        guard let source = json["source"]?.string, !source.isEmpty else {
            throw Mapping.wrong("columns: each needs a source, the column's name in the file")
        }
        try Mapping.know(
            json,
            [
                "source", "name", "kind", "scale", "unit", "bounds", "categories", "format",
                "point",
                "strip", "mask",
            ], source + ".")
        self.source = source
        self.target = target
        if let word = json["mask"] {
            guard let secret = word.string.flatMap(IntakeReport.Secret.init) else {
                let all = IntakeReport.Secret.allCases.map(\.rawValue).joined(separator: ", ")
                throw Mapping.wrong("\(source).mask: one of \(all) wanted")
            }
            mask = secret
        } else {
            mask = nil
        }
        if let word = json["format"] {
            guard let format = word.string.flatMap(DateFormat.init) else {
                let all = DateFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw Mapping.wrong("\(source).format: one of \(all) wanted")
            }
            self.format = format
        } else {
            format = .auto
        }
        point = try Mapping.single(json["point"]?.string ?? ".", "\(source).point")
        strip = Set((json["strip"]?.string ?? "").utf8)
    }
}
