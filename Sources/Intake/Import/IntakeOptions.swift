// SPDX-License-Identifier: Apache-2.0

/// What the caller knows about a file and the file does not say.
public struct IntakeOptions: Sendable {
    /// How to read a CSV or TSV that no importer knows.
    public var mapping: Mapping?
    /// The column that tells people apart in a mapped file; overrides the mapping's own.
    public var personColumn: String?
    /// The one profile to take from a household's file; the rest is dropped and counted.
    public var profile: String?
    /// Minutes east of UTC for times that carry no zone; nil means UTC, and the report says so.
    public var offsetMinutes: Int?
    /// The order of day and month where the file alone cannot tell.
    public var dateOrder: DateOrder?
    /// How many threads type a mapped file at once, 1 to 64; the result is the same for any number.
    /// Each holds 10 MiB at most.
    public var threads: Int
    /// How much is read at most.
    public var limits: IntakeLimits

    /// No wishes: detects everything, reads times without a zone as UTC.
    public init(
        mapping: Mapping? = nil, personColumn: String? = nil, profile: String? = nil,
        offsetMinutes: Int? = nil, dateOrder: DateOrder? = nil, threads: Int = 2,
        limits: IntakeLimits = .init()
    ) {
        self.mapping = mapping
        self.personColumn = personColumn
        self.profile = profile
        self.offsetMinutes = offsetMinutes
        self.dateOrder = dateOrder
        self.threads = threads
        self.limits = limits
    }
}

/// The order of day, month and year in dates that do not start with the year.
public enum DateOrder: String, Hashable, Sendable, CaseIterable {
    /// Month, day, year: 12/31/26.
    case monthFirst = "month_first"
    /// Day, month, year: 31/12/26.
    case dayFirst = "day_first"
}

/// How much is read at most, so that no file can exhaust memory or disk.
public struct IntakeLimits: Sendable {
    /// Bytes read in all, after unpacking.
    public var bytes: Int64 = 16 << 30
    /// Unpacked bytes for each packed byte of an archive, once an entry passes 64 MiB.
    public var ratio: Int64 = 250
    /// Files in a folder or archive.
    public var entries = 100_000
    /// Folders inside folders.
    public var depth = 16
    /// Bytes of one CSV record, JSON element or XML tag.
    public var record = 4 << 20
    /// Columns of one CSV record.
    public var columns = 2_000
    /// Bytes of one text that is kept; longer ones are cut before a whole character, and a warning
    /// says so.
    public var text = 4_096
    /// People in one import.
    public var persons = 1_000_000
    /// Days, hours or minutes that are summed up in memory at once, over all people and sources.
    public var cells = 4_000_000
    /// Bytes of a browser's database, which is copied before it is opened.
    public var database: Int64 = 2 << 30

    /// The standard limits.
    public init() {}

    /// The text, cut to what is kept of one; nil where nothing needs cutting.
    func shortened(_ text: String) -> String? {
        guard text.utf8.count > self.text else { return nil }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: max(self.text, 0))
        // Back to the start of a scalar, so that none is cut through.
        while end > text.utf8.startIndex, text.utf8[end] & 0xc0 == 0x80 {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
