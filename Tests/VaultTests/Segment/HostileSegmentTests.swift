// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@testable import Vault

/// Bytes that are not what was sealed: an error that names the place, never a trap.
@Suite struct HostileSegmentTests {
    let key: SegmentKey
    let sample: Rows
    let sealed: SealedSegment
    let all = [0, 1, 2, 3, 4]

    init() throws {
        var generator = Seeded(3)
        key = SegmentKey(using: &generator)
        sample = Samples.purchases(30, using: &generator)
        sealed = try Segment.seal(sample, key: key)
    }

    private func open(_ bytes: [UInt8], columns: [Int]? = nil) throws(SegmentError) -> Rows {
        try Segment.open(bytes, key: key, schema: sample.schema, columns: columns ?? all)
    }

    /// Where the directory and the columns' blocks start, and the end.
    private func starts() throws -> [Int] {
        var buffers = SegmentBuffers(columns: [])
        try sealed.bytes.withUnsafeBytes {
            try SegmentReader(schema: sample.schema).read($0, key: key, into: &buffers)
        }
        return [Segment.headerLength] + buffers.layout.starts
    }

    @Test func `flipping any bit of any byte is found`() {
        for index in sealed.bytes.indices {
            for bit in [UInt8(1), 0x10, 0x80] {
                var bytes = sealed.bytes
                bytes[index] ^= bit
                #expect(throws: SegmentError.self, "byte \(index)") { try open(bytes) }
            }
        }
    }

    @Test func `the error names the block that was changed`() throws {
        let starts = try starts()
        for place in all {
            var bytes = sealed.bytes
            bytes[starts[place + 1]] ^= 1
            #expect(
                throws: SegmentError.notAuthentic(
                    .column(sample.schema.columns[place].name), offset: starts[place + 1])
            ) { try open(bytes) }
        }
        var bytes = sealed.bytes
        bytes[starts[0] + 3] ^= 1
        #expect(throws: SegmentError.notAuthentic(.directory, offset: 8)) { try open(bytes) }
    }

    @Test func `every truncation is found`() {
        for length in sealed.bytes.indices {
            #expect(throws: SegmentError.self, "\(length)") {
                try open(Array(sealed.bytes[..<length]), columns: [])
            }
        }
        #expect(throws: SegmentError.self) { try open(sealed.bytes + [0], columns: []) }
    }

    @Test func `another key or schema opens nothing`() throws {
        var generator = Seeded(4)
        let other = SegmentKey(using: &generator)
        #expect(throws: SegmentError.notAuthentic(.directory, offset: 8)) {
            try Segment.open(sealed.bytes, key: other, schema: sample.schema, columns: [0])
        }
        let schema = Schema(table: "purchases2", columns: sample.schema.columns)
        #expect(throws: SegmentError.wrongSchema) {
            try Segment.open(sealed.bytes, key: key, schema: schema, columns: [0])
        }
    }

    @Test func `blocks of equal length cannot be swapped`() throws {
        let schema = Schema(
            table: "two", columns: [.init("a", .integer), .init("b", .integer)])
        let rows = Rows(
            schema: schema, columns: [.init(values: [1]), .init(values: [2])], count: 1)
        let sealed = try Segment.seal(rows, key: key)
        var buffers = SegmentBuffers(columns: [])
        try sealed.bytes.withUnsafeBytes {
            try SegmentReader(schema: schema).read($0, key: key, into: &buffers)
        }
        let (first, second) = (buffers.layout.starts[0], buffers.layout.starts[1])
        let length = second - first
        var bytes = sealed.bytes
        for index in 0..<length { bytes.swapAt(first + index, second + index) }
        #expect(throws: SegmentError.notAuthentic(.column("a"), offset: first)) {
            try Segment.open(bytes, key: key, schema: schema, columns: [0, 1])
        }
    }

    @Test func `random bytes are refused`() {
        var generator = Seeded(5)
        for round in 0..<3000 {
            var bytes = (0..<Int.random(in: 0..<600, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if round % 2 == 0, bytes.count >= 8 {
                bytes.replaceSubrange(0..<8, with: sealed.bytes.prefix(8))
            }
            #expect(throws: SegmentError.self) { try open(bytes) }
        }
    }

    @Test func `after an error the buffers hold no rows`() throws {
        var buffers = SegmentBuffers(columns: all)
        let reader = SegmentReader(schema: sample.schema)
        try sealed.bytes.withUnsafeBytes { try reader.read($0, key: key, into: &buffers) }
        #expect(buffers.rows == 30)
        var bytes = sealed.bytes
        bytes[bytes.count - 1] ^= 1
        #expect(throws: SegmentError.self) {
            try bytes.withUnsafeBytes { try reader.read($0, key: key, into: &buffers) }
        }
        #expect(buffers.rows == 0)
        #expect(buffers.values == [[], [], [], [], []])
    }

    @Test func `buffers are used again for shorter and longer segments`() throws {
        var generator = Seeded(6)
        var buffers = SegmentBuffers(columns: [2, 1], wantsTexts: false)
        let reader = SegmentReader(schema: sample.schema)
        for count in [100, 3, 0, 250, 1] {
            let rows = Samples.purchases(count, using: &generator)
            let sealed = try Segment.seal(rows, key: key)
            try sealed.bytes.withUnsafeBytes { try reader.read($0, key: key, into: &buffers) }
            #expect(buffers.rows == count)
            #expect(buffers.values[0] == rows.columns[2].values)
            #expect(buffers.values[1].count == count)
            #expect(buffers.dictionaries == [[], []])
        }
    }
}
