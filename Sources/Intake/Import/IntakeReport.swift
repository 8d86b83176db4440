// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Vault

/// What an import read, kept, masked and dropped; made with a ``PreviewSink`` it is the preview.
///
/// It holds no value of any row: counts, column names, dates and line numbers only.
public struct IntakeReport: Hashable, Sendable {
    /// One table's share of the import.
    public struct Table: Hashable, Sendable {
        /// What the rows look like.
        public let schema: Schema
        /// Rows or records read for this table, before anything was summed up or dropped.
        public var read = 0
        /// Rows handed to the sink.
        public var kept = 0
        /// Rows that an earlier row of the same person already said.
        public var duplicates = 0
        /// The first and last day, where the table has a date or moment.
        public var dates: ClosedRange<CalendarDay>?
    }

    /// What people can be recognised by.
    public enum Secret: String, Hashable, Sendable, CaseIterable {
        /// The name of the person, or of someone else.
        case name
        /// E-mail addresses.
        case email
        /// Street addresses.
        case address
        /// Internet addresses.
        case ip
        /// Precise places.
        case coordinates
        /// Order numbers, tracking numbers, account ids.
        case identifier
        /// Names and serial numbers of devices.
        case device
        /// Cards and other means of payment.
        case payment
        /// Page addresses beyond the host.
        case url
        /// Free text that may say anything.
        case text
        /// Dates of birth and the like.
        case birth
    }

    /// Values that were left out or shortened because they could identify someone.
    public struct Masked: Hashable, Sendable {
        /// What they are.
        public let what: Secret
        /// The column or attribute of the file.
        public let column: String
        /// How many values.
        public var count: Int
    }

    /// Rows or columns that were left out, and why.
    public struct Dropped: Hashable, Sendable {
        /// Stable words joined by underscores.
        public let code: String
        /// The same for people.
        public let sentence: String
        /// The file within a folder or archive; nil for a single file.
        public let file: String?
        /// How many rows; how many values, for a column.
        public var count: Int
        /// The first ten line numbers, from 1; empty where the format has no lines.
        public var lines: [Int]
    }

    /// What the file is.
    public var format: Format
    /// The tables, in the order in which they were met.
    public var tables: [Table] = []
    /// What was masked.
    public var masked: [Masked] = []
    /// What was dropped.
    public var dropped: [Dropped] = []
    /// How many people the rows belong to.
    public var persons = 0
    /// How many bytes were read, after unpacking.
    public var bytes: Int64 = 0
    /// How many files of a folder or archive were read.
    public var files = 0
    /// Sentences that the contributor should read before agreeing.
    public var warnings: [String] = []

    /// Starts empty.
    public init(format: Format) { self.format = format }
}

extension IntakeReport {
    /// The machine-readable form; signable, since all numbers are whole.
    public var json: JSON {
        .object([
            "format": .string(format.rawValue),
            "tables": .array(tables.map(\.json)),
            "masked": .array(
                masked.map {
                    [
                        "what": .string($0.what.rawValue), "column": .string($0.column),
                        "count": .integer(Int64($0.count)),
                    ]
                }),
            "dropped": .array(dropped.map(\.json)),
            "persons": .integer(Int64(persons)),
            "bytes": .integer(bytes),
            "files": .integer(Int64(files)),
            "warnings": .array(warnings.map { .string($0) }),
        ])
    }
}

extension IntakeReport.Table {
    var json: JSON {
        var members: [String: JSON] = [
            "table": .string(schema.table),
            "columns": .array(schema.columns.map { .string($0.name) }),
            "read": .integer(Int64(read)), "kept": .integer(Int64(kept)),
            "duplicates": .integer(Int64(duplicates)),
        ]
        if let dates {
            members["first"] = .string(dates.lowerBound.description)
            members["last"] = .string(dates.upperBound.description)
        }
        return .object(members)
    }
}

extension IntakeReport.Dropped {
    var json: JSON {
        var members: [String: JSON] = [
            "code": .string(code), "sentence": .string(sentence), "count": .integer(Int64(count)),
            "lines": .array(lines.map { .integer(Int64($0)) }),
        ]
        if let file { members["file"] = .string(file) }
        return .object(members)
    }
}
