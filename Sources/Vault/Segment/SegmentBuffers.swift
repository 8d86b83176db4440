// SPDX-License-Identifier: Apache-2.0

/// The columns that a reader fills, segment after segment, without allocating anew.
///
/// Give each thread its own.
public struct SegmentBuffers: Sendable {
    /// The columns asked for, by their places in the schema.
    public let columns: [Int]
    /// Whether the texts of text columns are read too, or only which rows have equal ones.
    public let wantsTexts: Bool
    /// How many rows the segment read last has; 0 after an error.
    public internal(set) var rows = 0
    /// One array for each of ``columns``, in that order, with ``rows`` values.
    public internal(set) var values: [[Int64]]
    /// One dictionary for each of ``columns``; empty for those that are not text, and when texts
    /// are not wanted.
    public internal(set) var dictionaries: [[String]]

    var layout = SegmentLayout()
    var scratch: [UInt8] = []

    /// Asks for columns by their places.
    public init(columns: [Int], wantsTexts: Bool = true) {
        self.columns = columns
        self.wantsTexts = wantsTexts
        values = columns.map { _ in [] }
        dictionaries = columns.map { _ in [] }
    }

    /// Gives the array of a slot as many values as asked for; keeps its storage.
    mutating func resize(_ slot: Int, to count: Int) {
        let excess = values[slot].count - count
        if excess > 0 {
            values[slot].removeLast(excess)
        } else if excess < 0 {
            values[slot].append(contentsOf: repeatElement(0, count: -excess))
        }
    }

    /// Leaves no rows behind.
    mutating func clear() {
        rows = 0
        for slot in columns.indices {
            resize(slot, to: 0)
            dictionaries[slot].removeAll(keepingCapacity: true)
        }
    }
}
