// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault
import TestSupport

@Suite struct SegmentTests {
    let key: SegmentKey
    let sample: Rows

    init() {
        var generator = Seeded(1)
        key = SegmentKey(using: &generator)
        sample = Samples.purchases(40, using: &generator)
    }

    @Test func `every nasty column comes back exactly`() throws {
        for (name, values) in NastyColumns.named {
            let rows = Samples.single(values)
            let sealed = try Segment.seal(rows, key: key)
            let opened = try Segment.open(
                sealed.bytes, key: key, schema: rows.schema, columns: [0])
            #expect(opened == rows, "\(name)")
        }
    }

    @Test func `two thousand random columns come back exactly`() throws {
        var generator = Seeded(2)
        for _ in 0..<2000 {
            let rows = Samples.single(NastyColumns.random(using: &generator))
            let sealed = try Segment.seal(rows, key: key)
            let opened = try Segment.open(
                sealed.bytes, key: key, schema: rows.schema, columns: [0])
            #expect(opened == rows)
        }
    }

    @Test func `rows with texts come back with the same digest`() throws {
        let sealed = try Segment.seal(sample, key: key)
        let opened = try Segment.open(
            sealed.bytes, key: key, schema: sample.schema, columns: [0, 1, 2, 3, 4])
        #expect(opened.digest == sample.digest)
        #expect(opened.texts(1) == sample.texts(1))
    }

    @Test func `only the columns asked for are filled`() throws {
        let sealed = try Segment.seal(sample, key: key)
        let opened = try Segment.open(
            sealed.bytes, key: key, schema: sample.schema, columns: [3, 0])
        #expect(opened.count == 40)
        #expect(opened.columns.map(\.values.count) == [40, 0, 0, 40, 0])
        #expect(opened.columns[3] == sample.columns[3])
        let none = try Segment.open(sealed.bytes, key: key, schema: sample.schema, columns: [])
        #expect(none.count == 40)
    }

    @Test func `only the columns asked for are decrypted`() throws {
        let sealed = try Segment.seal(sample, key: key)
        var bytes = sealed.bytes
        bytes[bytes.count - 1] ^= 1
        // The last column is damaged; the others still open.
        _ = try Segment.open(bytes, key: key, schema: sample.schema, columns: [0, 1, 2, 3])
        #expect(throws: SegmentError.self) {
            try Segment.open(bytes, key: key, schema: sample.schema, columns: [4])
        }
    }

    @Test func `sealing is deterministic and content addressed`() throws {
        let once = try Segment.seal(sample, key: key)
        let again = try Segment.seal(sample, key: key)
        #expect(once == again)
        #expect(once.id == Digest(of: once.bytes))
    }

    @Test func `texts that no row points to are not stored`() throws {
        var rows = sample
        rows.columns[1].dictionary.append("secret of a dropped row")
        rows.columns[1].dictionary.append("tea")
        let sealed = try Segment.seal(rows, key: key)
        #expect(try sealed == Segment.seal(sample, key: key))
    }

    @Test func `texts that only look alike stay apart`() throws {
        let schema = Schema(table: "t", columns: [.init("name", .text)])
        // One letter with its accent, and the letter followed by the accent.
        let rows = Rows(
            schema: schema,
            columns: [.init(values: [0, 1], dictionary: ["\u{e9}", "e\u{301}"])], count: 2)
        let sealed = try Segment.seal(rows, key: key)
        let opened = try Segment.open(sealed.bytes, key: key, schema: schema, columns: [0])
        #expect(opened.columns[0].dictionary.map { Array($0.utf8).count } == [2, 3])
    }

    @Test func `the bytes tell neither table nor number of rows`() throws {
        let few = try Segment.seal(Samples.single([3, 1, 2]), key: key)
        let more = try Segment.seal(Samples.single([3, 1, 2, 9, 8]), key: key)
        #expect(few.bytes.count == more.bytes.count)
        #expect(few.bytes.prefix(8) == more.bytes.prefix(8))
        #expect(few.bytes.count % 64 == 0)
    }

    @Test func `values that the kind does not allow are refused by name and row`() {
        var rows = sample
        rows.columns[3].values[5] = 2
        #expect(
            throws: SegmentError.invalidValue(column: "gift", row: 5, reason: "0 or 1 wanted")
        ) { try Segment.seal(rows, key: key) }
        rows = sample
        rows.columns[1].values[0] = 5
        #expect(throws: SegmentError.self) { try Segment.seal(rows, key: key) }
        rows = sample
        rows.columns[4].values[0] = -1
        #expect(throws: SegmentError.self) { try Segment.seal(rows, key: key) }
        rows = sample
        rows.columns[2].values = []
        #expect(throws: SegmentError.missingColumn("price")) {
            try Segment.seal(rows, key: key)
        }
    }

    @Test func `more rows than a segment holds are refused`() {
        let count = Segment.rowLimit + 1
        let rows = Samples.single(Array(repeating: 0, count: count))
        #expect(
            throws: SegmentError.tooLarge(what: "rows", found: count, limit: Segment.rowLimit)
        ) { try Segment.seal(rows, key: key) }
    }

    @Test func `a column that the schema has not is refused`() throws {
        let sealed = try Segment.seal(sample, key: key)
        for place in [-1, 5, Int.max] {
            #expect(throws: SegmentError.noSuchColumn(place)) {
                try Segment.open(
                    sealed.bytes, key: key, schema: sample.schema, columns: [place])
            }
        }
    }
}
