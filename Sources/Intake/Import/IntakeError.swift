// SPDX-License-Identifier: Apache-2.0

/// Why a file cannot be imported: what is wrong, where, and how to mend it.
///
/// After an error, whatever the sink already took is to be thrown away.
public struct IntakeError: Error, Sendable {
    /// What kind of trouble; callers may meet codes that they do not know yet.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable lower-case words joined by underscores.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// There is no such file, or it may not be read.
        public static let unreadable = Code("unreadable")
        /// A device, a pipe or a socket where a file or folder is wanted.
        public static let notAFile = Code("not_a_file")
        /// Nothing in it.
        public static let empty = Code("empty")
        /// No importer knows the content.
        public static let unknownFormat = Code("unknown_format")
        /// A table with a header that no importer knows; a mapping can say what it holds.
        public static let unknownTable = Code("unknown_table")
        /// Known formats of different services in one folder or archive.
        public static let severalFormats = Code("several_formats")
        /// Bytes that are not UTF-8 text.
        public static let encoding = Code("encoding")
        /// The format's own rules are broken.
        public static let malformed = Code("malformed")
        /// The file ends too early.
        public static let truncated = Code("truncated")
        /// Larger than ``IntakeLimits`` allow.
        public static let limit = Code("limit")
        /// Dates that may be read in two ways.
        public static let ambiguousDates = Code("ambiguous_dates")
        /// The mapping does not fit the file, or is wrong in itself.
        public static let mapping = Code("mapping")
        /// The option names something the file does not have.
        public static let option = Code("option")
        /// The sink refused the rows; ``IntakeError/underlying`` says why.
        public static let sink = Code("sink")
    }

    /// What kind of trouble.
    public let code: Code
    /// What is wrong, as the part of a sentence.
    public let reason: String
    /// How to mend it, as a sentence without its full stop; empty when nothing can be done.
    public let mend: String
    /// The file, or the file within the folder or archive.
    public var file: String?
    /// The line, from 1.
    public var line: Int?
    /// The byte, from 0.
    public var offset: Int64?
    /// The sink's own error.
    public let underlying: (any Error)?

    /// Takes all that is known.
    public init(
        _ code: Code, _ reason: String, mend: String = "", file: String? = nil, line: Int? = nil,
        offset: Int64? = nil, underlying: (any Error)? = nil
    ) {
        self.code = code
        self.reason = reason
        self.mend = mend
        self.file = file
        self.line = line
        self.offset = offset
        self.underlying = underlying
    }

    /// The same error, placed in a file unless it already is.
    func inside(_ name: String) -> IntakeError {
        var copy = self
        if copy.file == nil { copy.file = name }
        return copy
    }
}

extension IntakeError: CustomStringConvertible {
    /// The place, what is wrong, and how to mend it.
    public var description: String {
        var place = file ?? ""
        if let line { place += place.isEmpty ? "line \(line)" : ", line \(line)" }
        if let offset { place += place.isEmpty ? "byte \(offset)" : ", byte \(offset)" }
        let head = place.isEmpty ? reason : "\(place): \(reason)"
        return mend.isEmpty ? head : "\(head). \(mend)"
    }
}
