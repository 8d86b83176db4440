// SPDX-License-Identifier: Apache-2.0
public import Canon

/// What a table's rows look like: published, so it never tells anything about anyone's data.
///
/// Every value is an Int64: a count, a number of 10^-scale units, a day, a moment, or the place of
/// a text in a list. ``Schema/null`` stands for "no value". There is no floating point in a table,
/// so a study gives the same bytes on every machine.
public struct Schema: Hashable, Sendable {
    /// The Int64 that stands for NULL; no value may equal it.
    public static let null = Int64.min

    /// What the Int64s of a column mean.
    public enum Kind: Hashable, Sendable {
        /// A whole number.
        case integer
        /// A number counted in units of 10^-scale, scale 0…9.
        case decimal(scale: Int)
        /// One of the published categories, as its place in ``Column/categories``.
        case category
        /// Private text, as its place in the dictionary that lies beside the column's values.
        case text
        /// Days since 1970-01-01.
        case date
        /// Microseconds since 1970-01-01T00:00:00Z.
        case timestamp
        /// 0 or 1.
        case boolean
    }

    /// One column.
    public struct Column: Hashable, Sendable {
        /// Lower-case letters, digits and underscores.
        public let name: String
        /// What its values mean.
        public let kind: Kind
        /// The unit that people read, such as "km" or "USD"; nil for a pure number.
        public let unit: String?
        /// Public bounds in stored units, both included; values outside are clipped by studies.
        public let bounds: ClosedRange<Int64>?
        /// The published categories of a ``Kind/category`` column, in order; otherwise empty.
        public let categories: [String]

        /// Describes a column.
        public init(
            _ name: String, _ kind: Kind, unit: String? = nil, bounds: ClosedRange<Int64>? = nil,
            categories: [String] = []
        ) {
            self.name = name
            self.kind = kind
            self.unit = unit
            self.bounds = bounds
            self.categories = categories
        }
    }

    /// The table's name, such as "activity_days".
    public let table: String
    /// Its columns, in stored order.
    public let columns: [Column]
    /// The columns (by place) that name a row: of rows of one contributor that agree in all of
    /// them, only the first is kept. Empty: rows are counted, and only a file that is read again
    /// is recognised.
    public let key: [Int]

    /// Describes a table.
    public init(table: String, columns: [Column], key: [Int] = []) {
        self.table = table
        self.columns = columns
        self.key = key
    }

    /// The place of the column of that name.
    public func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

    /// The columns whose values are counts, amounts, places in a list, or yes and no: what proofs can be about.
    public var wholeNumberColumns: [Int] {
        columns.indices.filter { place in
            switch columns[place].kind {
            case .integer, .decimal, .category, .boolean: true
            case .text, .date, .timestamp: false
            }
        }
    }
}

extension Schema {
    /// The published form; ``init(json:)`` reads it.
    public var json: JSON {
        .object([
            "table": .string(table), "columns": .array(columns.map(\.json)),
            "key": .array(key.map { .string(columns[$0].name) }),
        ])
    }

    /// Reads the published form.
    ///
    /// - Throws: ``SchemaError`` naming the member that is wrong.
    public init(json: JSON) throws(SchemaError) {
        guard let table = json["table"]?.string, Schema.isName(table) else {
            throw SchemaError("table: a name of a-z, 0-9 and _ wanted")
        }
        guard let list = json["columns"]?.array, !list.isEmpty, list.count <= 256 else {
            throw SchemaError("columns: a list of 1 to 256 columns wanted")
        }
        var columns: [Column] = []
        for item in list {
            let column = try Column(json: item)
            guard !columns.contains(where: { $0.name == column.name }) else {
                throw SchemaError("columns: \(column.name) stands twice")
            }
            columns.append(column)
        }
        var key: [Int] = []
        guard let names = (json["key"] ?? []).array else {
            throw SchemaError("key: a list of column names wanted")
        }
        for item in names {
            guard let place = columns.firstIndex(where: { $0.name == item.string }) else {
                throw SchemaError("key: \(item.string ?? "?") is no column")
            }
            guard !key.contains(place) else {
                throw SchemaError("key: \(item.string ?? "?") stands twice")
            }
            key.append(place)
        }
        self.init(table: table, columns: columns, key: key)
    }

    /// Whether a table or column may be called so.
    public static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7a).contains(first) || first == 0x5f else {
            return false
        }
        return text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
            }
    }
}

/// A schema that cannot be used, and why.
public struct SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which member, and what it should be.
    public let description: String
    /// Names the member and what it should be.
    public init(_ description: String) { self.description = description }
}

extension Schema.Column {
    var json: JSON {
        var members: [String: JSON] = ["name": .string(name), "kind": .string(kind.word)]
        if case .decimal(let scale) = kind { members["scale"] = .integer(Int64(scale)) }
        if let unit { members["unit"] = .string(unit) }
        if let bounds {
            // Text, because bounds may lie beyond the whole numbers that JSON readers keep.
            members["bounds"] = [
                .string(String(bounds.lowerBound)), .string(String(bounds.upperBound)),
            ]
        }
        if !categories.isEmpty { members["categories"] = .array(categories.map { .string($0) }) }
        return .object(members)
    }

    init(json: JSON) throws(SchemaError) {
        guard let name = json["name"]?.string, Schema.isName(name) else {
            throw SchemaError("columns: a name of a-z, 0-9 and _ wanted")
        }
        guard let word = json["kind"]?.string,
            let kind = Schema.Kind(word: word, scale: json["scale"]?.integer)
        else {
            throw SchemaError(
                "\(name).kind: integer, decimal (with scale 0 to 9), category, text, date, "
                    + "timestamp or boolean wanted")
        }
        var bounds: ClosedRange<Int64>?
        if let pair = json["bounds"] {
            guard let ends = pair.array, ends.count == 2,
                let low = ends[0].string.flatMap({ Int64($0) }) ?? ends[0].integer,
                let high = ends[1].string.flatMap({ Int64($0) }) ?? ends[1].integer,
                low <= high, low > Schema.null
            else { throw SchemaError("\(name).bounds: [lowest, highest] wanted") }
            bounds = low...high
        }
        guard let list = (json["categories"] ?? []).array else {
            throw SchemaError("\(name).categories: a list of texts wanted")
        }
        let categories = list.compactMap(\.string)
        guard categories.count == list.count else {
            throw SchemaError("\(name).categories: a list of texts wanted")
        }
        if let unit = json["unit"], unit.string == nil {
            throw SchemaError("\(name).unit: a text wanted")
        }
        guard Set(categories).count == categories.count, (kind == .category) != categories.isEmpty
        else { throw SchemaError("\(name).categories: distinct texts wanted, for categories only") }
        self.init(
            name, kind, unit: json["unit"]?.string, bounds: bounds, categories: categories)
    }
}

extension Schema.Kind {
    /// The word of the published form.
    public var word: String {
        switch self {
        case .integer: "integer"
        case .decimal: "decimal"
        case .category: "category"
        case .text: "text"
        case .date: "date"
        case .timestamp: "timestamp"
        case .boolean: "boolean"
        }
    }

    init?(word: String, scale: Int64?) {
        switch word {
        case "integer": self = .integer
        case "decimal":
            guard let scale, (0...9).contains(scale) else { return nil }
            self = .decimal(scale: Int(scale))
        case "category": self = .category
        case "text": self = .text
        case "date": self = .date
        case "timestamp": self = .timestamp
        case "boolean": self = .boolean
        default: return nil
        }
    }

    /// How many digits stand behind the point.
    public var scale: Int { if case .decimal(let scale) = self { scale } else { 0 } }
}
