// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Seals many segments of one schema, whose digest it computes once.
public struct SegmentWriter: Sendable {
    /// The schema of all rows that it seals.
    public let schema: Schema
    private let schemaDigest: Canon.Digest

    /// Prepares for rows of a schema, which has a column at least.
    public init(schema: Schema) {
        precondition(!schema.columns.isEmpty, "a table has a column at least")
        self.schema = schema
        schemaDigest = schema.digest
    }

    /// Encrypts the rows, as ``Segment/seal(_:key:)``. Cost: about 1 µs a column and a few ns a
    /// value.
    ///
    /// - Requires: rows of this writer's schema; a fresh key, never used for other rows.
    /// - Throws: ``SegmentError`` when a column is missing, a value does not fit its column's kind,
    ///   or the rows are too many.
    public func seal(_ rows: Rows, key: SegmentKey) throws(SegmentError) -> SealedSegment {
        precondition(rows.schema == schema, "rows of this writer's schema")
        guard rows.count <= Segment.rowLimit else {
            throw .tooLarge(what: "rows", found: rows.count, limit: Segment.rowLimit)
        }
        var contents: [[UInt8]] = []
        contents.reserveCapacity(schema.columns.count)
        for (column, values) in zip(schema.columns, rows.columns) {
            contents.append(try encode(values, as: column, rows: rows.count))
        }
        let directory = directory(rows: rows.count, lengths: contents.map(\.count))
        let length = contents.reduce(Segment.headerLength + directory.count + Segment.tagLength) {
            $0 + $1.count + Segment.tagLength
        }
        let padded = Segment.paddedLength(length)
        guard padded <= Segment.byteLimit else {
            throw .tooLarge(what: "bytes", found: padded, limit: Segment.byteLimit)
        }
        contents[contents.count - 1] += [UInt8](repeating: 0, count: padded - length)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(padded)
        withUnsafeBytes(of: Segment.magic.littleEndian) { bytes += $0 }
        let units = (directory.count + Segment.tagLength) / Segment.directoryUnit
        bytes += [UInt8(units), 0, 0, 0]
        SegmentCipher.seal(directory, number: 0, key: key, to: &bytes)
        for (place, content) in contents.enumerated() {
            SegmentCipher.seal(content, number: place + 1, key: key, to: &bytes)
        }
        return SealedSegment(bytes: bytes)
    }

    private func encode(
        _ column: Rows.Column, as described: Schema.Column, rows: Int
    ) throws(SegmentError) -> [UInt8] {
        guard column.values.count == rows else { throw .missingColumn(described.name) }
        if let row = described.firstInvalid(column.values, texts: column.dictionary.count) {
            throw .invalidValue(
                column: described.name, row: row, reason: described.allowed)
        }
        var writer = ByteWriter()
        if described.kind == .text {
            let compact = column.compacted()
            ColumnBlock.write(compact.values, to: &writer)
            ColumnBlock.write(texts: compact.dictionary, to: &writer)
        } else {
            ColumnBlock.write(column.values, to: &writer)
        }
        return writer.bytes
    }

    private func directory(rows: Int, lengths: [Int]) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(schemaDigest)
        writer.write(varint: UInt64(rows))
        for length in lengths { writer.write(varint: UInt64(length)) }
        let sealed = writer.bytes.count + Segment.tagLength
        let units = (sealed + Segment.directoryUnit - 1) / Segment.directoryUnit
        return writer.bytes + [UInt8](repeating: 0, count: units * Segment.directoryUnit - sealed)
    }
}

extension Schema.Column {
    /// The values that the column's kind allows, besides NULL; nil: all of them.
    func range(texts: Int) -> ClosedRange<Int64>? {
        switch kind {
        case .integer, .decimal, .date, .timestamp: nil
        case .boolean: 0...1
        case .category: 0...Int64(max(categories.count - 1, 0))
        case .text: 0...Int64(max(texts - 1, 0))
        }
    }

    /// The first row whose value the kind does not allow.
    func firstInvalid(_ values: [Int64], texts: Int) -> Int? {
        guard let range = range(texts: texts) else { return nil }
        // Without a text, no value but NULL can point to one.
        let nothing = kind == .text && texts == 0
        return values.firstIndex { $0 != Schema.null && (nothing || !range.contains($0)) }
    }

    /// What a value of this column has to be, for people.
    var allowed: String {
        switch kind {
        case .boolean: "0 or 1 wanted"
        case .category: "the place of one of the \(categories.count) categories wanted"
        case .text: "the place of a text in the column's dictionary wanted"
        case .integer, .decimal, .date, .timestamp: "any number"
        }
    }
}
