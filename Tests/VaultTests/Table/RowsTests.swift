// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@Suite struct RowsTests {
    @Test func `appending joins dictionaries and keeps every text`() {
        var rows = Samples.days([(1, 10, "watch"), (2, 20, "phone")])
        rows.append(Samples.days([(3, 30, "phone"), (4, 40, "ring"), (5, 50, "watch")]))
        #expect(rows.count == 5)
        #expect(rows.texts(2) == ["watch", "phone", "phone", "ring", "watch"])
        #expect(rows.columns[2].dictionary == ["watch", "phone", "ring"])
        #expect(rows.columns[1].values == [10, 20, 30, 40, 50])
    }

    @Test func `appending to nothing and appending nothing change nothing else`() {
        let some = Samples.days([(1, 10, "watch")])
        var rows = Rows(schema: Samples.days)
        rows.append(some)
        #expect(rows == some)
        rows.append(Rows(schema: Samples.days))
        #expect(rows == some)
    }

    @Test func `a column that one side lacks stays empty`() {
        var rows = Samples.days([(1, 10, "watch")])
        var other = Samples.days([(2, 20, "phone")])
        other.columns[1] = .init(values: [])
        rows.append(other)
        #expect(rows.count == 2)
        #expect(rows.columns.map(\.values.count) == [2, 0, 2])
    }

    @Test func `NULL texts stay NULL`() {
        var rows = Samples.days([(1, 10, "watch")])
        var other = Samples.days([(2, 20, "phone")])
        other.columns[2] = .init(values: [Schema.null])
        rows.append(other)
        #expect(rows.texts(2) == ["watch", nil])
    }

    @Test
    func `joining many gives what adding one by one gives, and parts put together are the whole`() {
        let schema = Schema(
            table: "t", columns: [.init("n", .integer), .init("word", .text)])
        var parts: [Rows] = []
        for part in 0..<5 {
            let count = [3, 0, 1, 4, 2][part]
            let words = ["a", "b", "word \(part)"]
            parts.append(
                Rows(
                    schema: schema,
                    columns: [
                        .init(values: (0..<Int64(count)).map { $0 + Int64(part * 10) }),
                        .init(
                            values: (0..<count).map { $0 == 3 ? Schema.null : Int64(2 - $0 % 3) },
                            dictionary: words),
                    ], count: count))
        }
        var added = Rows(schema: schema)
        for part in parts { added.append(part) }
        let joined = Rows(schema: schema, joining: parts)
        #expect(joined.count == 10 && joined.digest == added.digest)
        #expect(joined.columns[0].values == added.columns[0].values)
        for most in [1, 3, 9, 10, 11] {
            let split = joined.parts(of: most)
            #expect(split.allSatisfy { $0.count <= most })
            #expect(Rows(schema: schema, joining: split).digest == joined.digest)
        }
        #expect(Rows(schema: schema, joining: []).count == 0)
    }

    @Test func `selecting takes the rows named, in their order`() {
        let rows = Samples.days([(1, 10, "a"), (2, 20, "b"), (3, 30, "c")])
        let picked = rows.selecting([2, 0, 2])
        #expect(picked.columns[0].values == [3, 1, 3])
        #expect(picked.texts(2) == ["c", "a", "c"])
        #expect(rows.selecting([]).count == 0)
    }

    @Test func `sorting goes by the key, NULL first, texts as bytes`() {
        let rows = Samples.days([
            (2, 1, "b"), (2, 2, "B"), (Schema.null, 3, "z"), (1, 4, "a"), (2, 5, "b"),
        ])
        #expect(rows.sortedByKey().columns[1].values == [3, 4, 2, 1, 5])
    }

    @Test func `without a key all columns order the rows`() {
        #expect(
            Samples.single([3, .min, .max, -1]).sortedByKey().columns[0].values
                == [.min, -1, 3, .max])
    }

    @Test func `the digest sees rows, not dictionaries`() {
        let rows = Samples.days([(1, 10, "a"), (2, 20, "b")])
        var turned = rows
        turned.columns[2] = .init(values: [2, 0], dictionary: ["b", "unused", "a", "a"])
        #expect(turned.digest == rows.digest)
        #expect(rows.selecting([1, 0]).digest != rows.digest)
        var changed = rows
        changed.columns[1].values[0] = 11
        #expect(changed.digest != rows.digest)
        changed = rows
        changed.columns[1] = .init(values: [])
        #expect(changed.digest != rows.digest)
        #expect(Rows(schema: Samples.days).digest != Rows(schema: Samples.purchases).digest)
    }

    @Test func `texts are told apart from one another in the digest`() {
        let one = Samples.days([(1, 1, "ab"), (1, 1, "c")])
        let other = Samples.days([(1, 1, "a"), (1, 1, "bc")])
        #expect(one.digest != other.digest)
    }
}
