// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import struct Crypto.SymmetricKey

/// Opens many segments of one schema, into buffers that are used again and again.
///
/// Holds no state of a segment: share one reader among threads, and give each thread its own
/// ``SegmentBuffers``.
public struct SegmentReader: Sendable {
    /// The schema of all segments that it opens.
    public let schema: Schema
    private let schemaDigest: [UInt8]
    /// What to check of each column; plain values, so that the hot path counts no references.
    private let checks: [Check]

    private struct Check {
        let isText: Bool
        /// The largest value besides NULL, when the kind bounds it; text has a bound of its own.
        let largest: Int64?
    }

    /// Prepares for segments of a schema.
    public init(schema: Schema) {
        self.schema = schema
        schemaDigest = schema.digest.bytes
        checks = schema.columns.map { column in
            Check(
                isText: column.kind == .text,
                largest: column.kind == .text ? nil : column.range(texts: 0)?.upperBound)
        }
    }

    /// Decrypts the columns that the buffers ask for, and no others; `bytes` are only borrowed,
    /// for instance from a mapped pack.
    ///
    /// Every length is checked; the buffers grow to at most ``Segment/rowLimit`` values a column,
    /// and only after the directory that calls for them was authenticated. After an error the
    /// buffers hold no rows. Cost: about 1 µs for the directory and each column, and about 1 ns a
    /// value.
    ///
    /// - Throws: ``SegmentError`` naming the place where the bytes are not what was sealed.
    public func read(
        _ bytes: UnsafeRawBufferPointer, key: SegmentKey, into buffers: inout SegmentBuffers
    ) throws(SegmentError) {
        var cipher = SegmentCipher()
        key.material.withUnsafeBytes { cipher.take($0) }
        try read(bytes, cipher: cipher, into: &buffers)
    }

    /// The same with a cipher that has the segment's key.
    func read(
        _ bytes: UnsafeRawBufferPointer, cipher: borrowing SegmentCipher,
        into buffers: inout SegmentBuffers
    ) throws(SegmentError) {
        do throws(SegmentError) {
            try readDirectory(bytes, cipher, into: &buffers)
            for slot in buffers.columns.indices {
                try readColumn(bytes, slot: slot, cipher, into: &buffers)
            }
            buffers.rows = buffers.layout.rows
        } catch {
            buffers.clear()
            throw error
        }
    }

    /// Decrypts the columns asked for into rows of their own; the other columns stay empty.
    ///
    /// - Throws: ``SegmentError`` naming the place where the bytes are not what was sealed.
    public func rows(
        of bytes: [UInt8], key: SegmentKey, columns: [Int]
    ) throws(SegmentError) -> Rows {
        var buffers = SegmentBuffers(columns: columns)
        let failure = bytes.withUnsafeBytes { raw -> SegmentError? in
            do throws(SegmentError) {
                try read(raw, key: key, into: &buffers)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        var filled = schema.columns.map { _ in Rows.Column(values: []) }
        for (slot, place) in columns.enumerated() {
            filled[place] = Rows.Column(
                values: buffers.values[slot], dictionary: buffers.dictionaries[slot])
        }
        return Rows(schema: schema, columns: filled, count: buffers.rows)
    }

    private func readDirectory(
        _ bytes: UnsafeRawBufferPointer, _ cipher: borrowing SegmentCipher,
        into buffers: inout SegmentBuffers
    ) throws(SegmentError) {
        let header = Segment.headerLength
        guard bytes.count >= header,
            bytes.loadUnaligned(as: UInt32.self) == Segment.magic.littleEndian,
            bytes[4] > 0, bytes[5] | bytes[6] | bytes[7] == 0
        else { throw .notASegment }
        let start = header + Int(bytes[4]) * Segment.directoryUnit
        guard bytes.count >= start else { throw .wrongLength(expected: start, found: bytes.count) }
        let sealed = UnsafeRawBufferPointer(rebasing: bytes[header..<start])
        guard let length = cipher.open(sealed, number: 0, into: &buffers.scratch) else {
            throw .notAuthentic(.directory, offset: header)
        }
        var layout = SegmentLayout()
        swap(&layout, &buffers.layout)
        let fault = buffers.scratch.withUnsafeBytes { raw -> ColumnBlock.Fault? in
            do throws(ColumnBlock.Fault) {
                try layout.parse(
                    UnsafeRawBufferPointer(rebasing: raw[..<length]),
                    schemaDigest: schemaDigest, columns: checks.count, start: start)
                return nil
            } catch {
                return error
            }
        }
        swap(&layout, &buffers.layout)
        if let fault {
            guard fault.offset > 0 else { throw .wrongSchema }
            throw .malformed(.directory, offset: fault.offset, reason: fault.reason)
        }
        guard bytes.count == buffers.layout.end else {
            throw .wrongLength(expected: buffers.layout.end, found: bytes.count)
        }
    }

    private func readColumn(
        _ bytes: UnsafeRawBufferPointer, slot: Int, _ cipher: borrowing SegmentCipher,
        into buffers: inout SegmentBuffers
    ) throws(SegmentError) {
        let place = buffers.columns[slot]
        guard checks.indices.contains(place) else { throw .noSuchColumn(place) }
        let start = buffers.layout.starts[place]
        let sealed = UnsafeRawBufferPointer(
            rebasing: bytes[start..<buffers.layout.starts[place + 1]])
        guard let length = cipher.open(sealed, number: place + 1, into: &buffers.scratch) else {
            throw .notAuthentic(.column(schema.columns[place].name), offset: start)
        }
        // Out of the buffers while they are written.
        var opened: [UInt8] = []
        swap(&opened, &buffers.scratch)
        let fault = opened.withUnsafeBytes { raw -> ColumnBlock.Fault? in
            do throws(ColumnBlock.Fault) {
                let contents = UnsafeRawBufferPointer(rebasing: raw[..<length])
                try decode(contents, slot: slot, place: place, into: &buffers)
                return nil
            } catch {
                return error
            }
        }
        swap(&opened, &buffers.scratch)
        if let fault {
            throw .malformed(
                .column(schema.columns[place].name), offset: fault.offset, reason: fault.reason)
        }
    }

    /// Reads the opened contents of a column's block, and what follows them.
    private func decode(
        _ raw: UnsafeRawBufferPointer, slot: Int, place: Int, into buffers: inout SegmentBuffers
    ) throws(ColumnBlock.Fault) {
        let length = buffers.layout.lengths[place]
        var cursor = BlockCursor(bytes: UnsafeRawBufferPointer(rebasing: raw[0..<length]))
        buffers.resize(slot, to: buffers.layout.rows)
        try ColumnBlock.read(&cursor, into: &buffers.values[slot])
        var largest = checks[place].largest
        if checks[place].isText {
            let count = try ColumnBlock.readTexts(
                &cursor, into: &buffers.dictionaries[slot], wanted: buffers.wantsTexts)
            largest = Int64(count) - 1
        }
        guard cursor.left == 0 else { throw cursor.fault("\(cursor.left) bytes too many") }
        if let largest, !SegmentReader.allFit(buffers.values[slot], largest: largest) {
            throw cursor.fault(schema.columns[place].allowed)
        }
        cursor = BlockCursor(bytes: raw, offset: length)
        try cursor.zeros("the filling is not zero")
    }

    /// Whether all values are NULL or within 0…largest, which is below 2^62.
    private static func allFit(_ values: [Int64], largest: Int64) -> Bool {
        // The highest bit tells of a value that does not fit, so that none needs a branch: it is
        // below 0 and stays so with 1 taken off, which NULL does not; or it is not, and too large.
        var signs: Int64 = 0
        for value in values {
            signs |= (value & (value &- 1)) | (~value & (largest &- value))
        }
        return signs >= 0
    }
}
