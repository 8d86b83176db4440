// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@testable import Vault

/// The contents of a block without the encryption around them, which hides them from a fuzzer.
@Suite struct ColumnBlockTests {
    private func write(_ values: [Int64]) -> [UInt8] {
        var writer = ByteWriter()
        ColumnBlock.write(values, to: &writer)
        return writer.bytes
    }

    private func read(_ bytes: [UInt8], count: Int) throws(ColumnBlock.Fault) -> [Int64] {
        var values = [Int64](repeating: 0, count: count)
        let fault = bytes.withUnsafeBytes { raw -> ColumnBlock.Fault? in
            var cursor = BlockCursor(bytes: raw)
            do throws(ColumnBlock.Fault) {
                try ColumnBlock.read(&cursor, into: &values)
                guard cursor.left == 0 else { throw cursor.fault("bytes left") }
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw fault }
        return values
    }

    @Test(arguments: [
        ("constant", 0), ("hours", 3), ("long runs", 4), ("runs and NULL", 4),
        ("widest with NULL", 2), ("multiples", 1), ("booleans", 1), ("counting", 3),
    ])
    func `each encoding is taken where it wins`(name: String, encoding: UInt8) throws {
        let values = try #require(NastyColumns.named.first { $0.0 == name }).1
        #expect(write(values).first == encoding)
    }

    @Test func `regular timestamps take a few bytes`() {
        let hours = (0..<4000).map { 1_460_419_200_000_000 + 3_600_000_000 * Int64($0) }
        #expect(write(hours).count < 30)
        let gaps = (0..<4000).map { 3_600_000_000 * Int64($0 + $0 / 50) }
        // One bit an hour: a gap or none.
        #expect(write(gaps).count < 4000 / 8 + 30)
    }

    @Test func `numbers of every width come back, also at the end of the bytes`() {
        var generator = Seeded(10)
        for width in 0...64 {
            for count in [0, 1, 2, 3, 7, 8, 9, 63, 64, 65] {
                let numbers = (0..<count).map { _ in
                    width == 0 ? 0 : generator.next() >> UInt64(64 - width)
                }
                var bytes: [UInt8] = []
                BitPacking.pack(numbers, width: width, to: &bytes)
                #expect(bytes.count == BitPacking.byteCount(count: count, width: width))
                var out: [UInt64] = []
                bytes.withUnsafeBytes { raw in
                    BitPacking.forEach(raw, width: width, count: count) { index, number in
                        #expect(index == out.count)
                        out.append(number)
                    }
                }
                #expect(out == numbers, "width \(width), count \(count)")
            }
        }
    }

    @Test func `cut contents are refused`() {
        for (_, values) in NastyColumns.named where values.count > 1 {
            let bytes = write(values)
            for length in Set([0, 1, 2, 3, bytes.count / 2, bytes.count - 1])
            where length < bytes.count {
                #expect(throws: ColumnBlock.Fault.self) {
                    try read(Array(bytes[..<length]), count: values.count)
                }
            }
        }
    }

    @Test func `changed contents give numbers or an error, never a trap`() {
        var generator = Seeded(11)
        var refused = 0
        for (_, values) in NastyColumns.named {
            let bytes = write(values)
            for _ in 0..<400 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: 0..<min(changed.count, 40), using: &generator)
                    changed[place] = UInt8.random(in: 0...255, using: &generator)
                }
                do { _ = try read(changed, count: values.count) } catch { refused += 1 }
            }
        }
        #expect(refused > 1000)
    }

    @Test func `impossible runs, widths and encodings are refused`() {
        let cases: [[UInt8]] = [
            [5, 0],  // no such encoding
            [1, 65, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],  // width 65
            [4, 1, 4, 1, 0, 2, 0, 8],  // runs of runs
            [4, 1, 0, 2, 0, 0],  // a run of length 0
            [4, 1, 0, 2, 0, 1],  // a run of length −1
            [4, 1, 0, 2, 0, 40],  // a run longer than the column
            [4, 200, 1, 0, 2, 0, 8],  // more runs than rows
            [0, 0x80, 0],  // a number not in its shortest form
            [0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2],  // a number over 64 bits
        ]
        for bytes in cases {
            #expect(throws: ColumnBlock.Fault.self, "\(bytes)") { try read(bytes, count: 4) }
        }
    }

    private func texts(_ bytes: [UInt8]) throws(ColumnBlock.Fault) -> [String] {
        var texts: [String] = []
        let fault = bytes.withUnsafeBytes { raw -> ColumnBlock.Fault? in
            var cursor = BlockCursor(bytes: raw)
            do throws(ColumnBlock.Fault) {
                _ = try ColumnBlock.readTexts(&cursor, into: &texts, wanted: true)
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw fault }
        return texts
    }

    @Test func `texts come back, and broken ones are refused`() throws {
        var writer = ByteWriter()
        ColumnBlock.write(texts: ["", "é", String(repeating: "x", count: 300)], to: &writer)
        #expect(try texts(writer.bytes).map(\.utf8.count) == [0, 2, 300])
        #expect(throws: ColumnBlock.Fault.self) { try texts([1, 1, 0xff]) }
        #expect(throws: ColumnBlock.Fault.self) { try texts([2, 1, 65]) }
        #expect(throws: ColumnBlock.Fault.self) { try texts([1, 2, 65]) }
        #expect(throws: ColumnBlock.Fault.self) {
            try texts([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
        }
    }

    @Test func `a changed directory gives an error, never a trap or a huge allocation`() {
        var generator = Seeded(12)
        let digest = [UInt8](repeating: 7, count: 32)
        for _ in 0..<20_000 {
            let tail = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let bytes = digest + tail + [UInt8](repeating: 0, count: 8)
            var layout = SegmentLayout()
            bytes.withUnsafeBytes { raw in
                do throws(ColumnBlock.Fault) {
                    try layout.parse(raw, schemaDigest: digest, columns: 3, start: 72)
                    #expect(layout.rows <= Segment.rowLimit)
                    #expect(layout.end <= 8 * Segment.byteLimit)
                } catch {
                    #expect(error.offset >= 32)
                }
            }
        }
    }
}
