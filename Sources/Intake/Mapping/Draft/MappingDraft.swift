// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Vault

/// A mapping for an unknown table, proposed by ``Mapping/draft(of:table:)`` and finished by asking.
///
/// Every decision is a member that may be changed; ``mapping()`` makes the mapping of what was
/// decided, and ``document()`` is its file, which ``Mapping/init(parsing:)`` reads again. A column
/// that looks as if it could tell who someone is, and every free text, starts as masked.
public struct MappingDraft: Hashable, Sendable {
    /// What happens to a column.
    public enum Decision: Hashable, Sendable {
        /// It becomes a column of the table.
        case take
        /// It is left out, and its values are counted as this.
        case mask(IntakeReport.Secret)
        /// It is left out, and the report says so.
        case leave
    }

    /// One column of the file.
    public struct Column: Hashable, Sendable {
        /// Its name in the file, trimmed.
        public let source: String
        /// Up to three of its values, each at most 24 characters; to be shown, never stored.
        public let examples: [String]
        /// What it looks like, where that could tell who someone is.
        public let secret: IntakeReport.Secret?
        /// Whether its dates, as far as they were seen, could have the day or the month first; the
        /// import is refused unless a later date tells, or ``format`` says.
        public let isAmbiguous: Bool
        /// What happens to it.
        public var decision: Decision
        /// Its name in the table.
        public var name: String
        /// What its values mean.
        public var kind: Schema.Kind
        /// The texts of a category; others become NULL.
        public var categories: [String]
        /// What people read, such as "km".
        public var unit: String?
        /// Public bounds in stored units, guessed as ``Mapping/draft(of:table:)`` says; nil for none.
        public var bounds: ClosedRange<Int64>?
        /// How dates are written.
        public var format: Mapping.Source.DateFormat
        /// The decimal mark.
        public var point: UInt8
        /// ASCII characters that are taken out of numbers.
        public var strip: String
    }

    /// The table's name.
    public var table: String
    /// The columns, in the file's order.
    public var columns: [Column]
    /// Whether the first line names the columns; to change it, draft anew.
    public let hasHeader: Bool
    /// Whether the first line holds what is hardly a name: a number, a date, an address.
    public let isHeaderDoubtful: Bool
    /// The column of the file that tells people apart; nil for one person's file.
    public var person: String?
    /// What separates fields.
    public var delimiter: UInt8
    /// Texts that stand for no value.
    public var nulls: [String]
    /// The names, in the table, of the columns that name a row.
    public var key: [String]

    /// The mapping of what was decided.
    ///
    /// - Throws: ``IntakeError/Code/mapping`` naming the member that is wrong: a name that is none,
    ///   or stands twice, no column taken, a category without texts.
    public func mapping() throws(IntakeError) -> Mapping { try Mapping(json: json) }

    /// The mapping file of what was decided; columns that are left stand nowhere in it.
    public var json: JSON {
        var members: [String: JSON] = [
            "table": .string(table),
            "delimiter": .string(String(Unicode.Scalar(delimiter))),
            "columns": .array(columns.compactMap(\.json)),
            "key": .array(key.map { .string($0) }),
        ]
        if !hasHeader { members["header"] = .bool(false) }
        if let person { members["person"] = .string(person) }
        if !nulls.isEmpty { members["null"] = .array(nulls.map { .string($0) }) }
        return .object(members)
    }

    /// The bytes of the mapping file, in canonical form: the same decisions give the same bytes.
    ///
    /// - Throws: ``IntakeError/Code/mapping`` for what ``mapping()`` refuses.
    public func document() throws(IntakeError) -> [UInt8] {
        _ = try mapping()
        do { return try json.canonical() } catch { throw Mapping.wrong("\(error)") }
    }
}

extension MappingDraft.Column {
    fileprivate var json: JSON? {
        var members: [String: JSON] = ["source": .string(source)]
        switch decision {
        case .leave: return nil
        case .mask(let secret):
            members["mask"] = .string(secret.rawValue)
            return .object(members)
        case .take: break
        }
        members["name"] = .string(name)
        members["kind"] = .string(kind.word)
        if let unit { members["unit"] = .string(unit) }
        if let bounds {
            members["bounds"] = [
                .string(String(bounds.lowerBound)), .string(String(bounds.upperBound)),
            ]
        }
        switch kind {
        case .decimal(let scale):
            members["scale"] = .integer(Int64(scale))
            addMarks(to: &members)
        case .integer: addMarks(to: &members)
        case .category: members["categories"] = .array(categories.map { .string($0) })
        case .date, .timestamp:
            if format != .auto { members["format"] = .string(format.rawValue) }
        case .text, .boolean: break
        }
        return .object(members)
    }

    private func addMarks(to members: inout [String: JSON]) {
        if point != UInt8(ascii: ".") {
            members["point"] = .string(String(Unicode.Scalar(point)))
        }
        if !strip.isEmpty { members["strip"] = .string(strip) }
    }
}
