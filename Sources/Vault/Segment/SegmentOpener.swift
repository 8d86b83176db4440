// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Opens wrapped segments of one schema one after another, on one thread, with room that is made
/// once: the hot end of every study.
///
/// Cost: well below a microsecond for the key, the directory and each column, and about a
/// nanosecond a value.
public final class SegmentOpener {
    private let reader: SegmentReader
    private let unwrappers: [UInt32: KeyUnwrapper]
    // One thread uses an opener, and nothing here calls out while it writes.
    @exclusivity(unchecked) private var cipher = SegmentCipher()
    @exclusivity(unchecked) private var buffers: SegmentBuffers

    /// Prepares for segments that a reader reads, of the columns at these places.
    ///
    /// - Parameter keys: the node keys that segment keys may be wrapped by.
    public init(_ reader: SegmentReader, columns: [Int], keys: [NodeKey]) {
        self.reader = reader
        unwrappers = Dictionary(keys.map { ($0.epoch, KeyUnwrapper($0)) }) { first, _ in first }
        buffers = SegmentBuffers(columns: columns)
    }

    /// Replaces the rows by those of a segment; columns that were not asked for stay as they are.
    ///
    /// - Requires: rows of the reader's schema, each column of which was asked for being filled or
    ///   empty.
    /// - Throws: ``KeyError`` or ``SegmentError``; then the rows are empty.
    public func open(
        _ bytes: UnsafeRawBufferPointer, key: WrappedKey, segment: Canon.Digest,
        into rows: inout Rows
    ) throws {
        rows.count = 0
        guard let unwrapper = unwrappers[key.epoch] else {
            throw KeyError.wrongEpoch(wrapped: key.epoch, given: unwrappers.keys.max() ?? 0)
        }
        // The rows' arrays are read into, and given back: nothing is copied.
        exchange(&rows)
        defer { exchange(&rows) }
        try unwrapper.withKey(key, segment: segment) { cipher.take($0) }
        try reader.read(bytes, cipher: cipher, into: &buffers)
        rows.count = buffers.rows
    }

    private func exchange(_ rows: inout Rows) {
        for (slot, place) in buffers.columns.enumerated() {
            swap(&rows.columns[place].values, &buffers.values[slot])
            swap(&rows.columns[place].dictionary, &buffers.dictionaries[slot])
        }
    }
}
