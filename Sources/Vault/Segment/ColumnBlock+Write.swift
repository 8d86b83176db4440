// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension ColumnBlock {
    /// Appends the shortest list of the numbers. Cost: a few passes.
    static func write(_ values: [Int64], runs: Bool = true, to writer: inout ByteWriter) {
        let first = values.first ?? Schema.null
        if values.allSatisfy({ $0 == first }) {
            writer.write(Encoding.constant.rawValue)
            writer.write(varint: first.zigzag)
            return
        }
        var best = packed(values)
        if let other = delta(values), other.count < best.count { best = other }
        // Runs are slower to read, so they must be worth it.
        if runs, let other = runList(values, shorterThan: best.count * 3 / 4) { best = other }
        writer.write(raw: best)
    }

    /// Base and scale of values that are not all NULL, and whether there are NULLs.
    private static func frame(_ values: [Int64]) -> (low: Int64, scale: UInt64, nulls: Bool) {
        var low = Int64.max
        var nulls = false
        for value in values {
            if value == Schema.null { nulls = true } else if value < low { low = value }
        }
        var scale: UInt64 = 0
        for value in values where value != Schema.null && scale != 1 {
            let distance = UInt64(bitPattern: value &- low)
            if scale == 0 || distance % scale != 0 { scale = divisor(scale, distance) }
        }
        return (low, max(scale, 1), nulls)
    }

    private static func packed(_ values: [Int64]) -> [UInt8] {
        let (low, scale, nulls) = frame(values)
        // NULL takes code 0. The largest distance is 2⁶⁴ − 2, so one more still fits.
        let step: UInt64 = nulls ? 1 : 0
        let codes = values.map { value in
            value == Schema.null ? 0 : UInt64(bitPattern: value &- low) / scale + step
        }
        let width = BitPacking.width(of: codes.reduce(0, |))
        var writer = ByteWriter(
            reserving: 24 + BitPacking.byteCount(count: codes.count, width: width))
        writer.write((nulls ? Encoding.packedWithNulls : .packed).rawValue)
        writer.write(UInt8(width))
        writer.write(varint: low.zigzag)
        writer.write(varint: scale)
        return joined(writer, codes, width)
    }

    private static func delta(_ values: [Int64]) -> [UInt8]? {
        guard values.count > 2, !values.contains(Schema.null) else { return nil }
        var steps = [Int64](repeating: 0, count: values.count - 1)
        for index in steps.indices { steps[index] = values[index + 1] &- values[index] }
        // A step may equal the null sentinel, so the frame is taken here without it.
        let low = steps.reduce(Int64.max, min)
        var scale: UInt64 = 0
        for step in steps where scale != 1 {
            let distance = UInt64(bitPattern: step &- low)
            if scale == 0 || distance % scale != 0 { scale = divisor(scale, distance) }
        }
        scale = max(scale, 1)
        let codes = steps.map { UInt64(bitPattern: $0 &- low) / scale }
        let width = BitPacking.width(of: codes.reduce(0, |))
        var writer = ByteWriter(
            reserving: 34 + BitPacking.byteCount(count: codes.count, width: width))
        writer.write(Encoding.delta.rawValue)
        writer.write(UInt8(width))
        writer.write(varint: values[0].zigzag)
        writer.write(varint: low.zigzag)
        writer.write(varint: scale)
        return joined(writer, codes, width)
    }

    /// The list of runs, or nil when it cannot be shorter than `limit`.
    private static func runList(_ values: [Int64], shorterThan limit: Int) -> [UInt8]? {
        var heads: [Int64] = []
        var lengths: [Int64] = []
        for value in values {
            if let last = heads.last, last == value {
                lengths[lengths.count - 1] += 1
            } else {
                // A run takes at least two bits, one of its value and one of its length.
                guard heads.count < limit * 4 else { return nil }
                heads.append(value)
                lengths.append(1)
            }
        }
        var writer = ByteWriter()
        writer.write(Encoding.runs.rawValue)
        writer.write(varint: UInt64(heads.count))
        write(heads, runs: false, to: &writer)
        write(lengths, runs: false, to: &writer)
        return writer.bytes.count < limit ? writer.bytes : nil
    }

    private static func joined(_ header: ByteWriter, _ codes: [UInt64], _ width: Int) -> [UInt8] {
        var bytes = header.bytes
        BitPacking.pack(codes, width: width, to: &bytes)
        return bytes
    }

    /// The greatest common divisor; 0 divides by everything.
    private static func divisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Appends the texts.
    static func write(texts: [String], to writer: inout ByteWriter) {
        writer.write(varint: UInt64(texts.count))
        for text in texts { writer.write(varint: UInt64(text.utf8.count)) }
        for text in texts { writer.write(raw: Array(text.utf8)) }
    }
}
