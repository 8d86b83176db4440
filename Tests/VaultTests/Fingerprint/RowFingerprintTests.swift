// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@Suite struct RowFingerprintTests {
    private let plain = Schema(
        table: "plays", columns: [.init("at", .timestamp), .init("title", .text)])

    private func plays(_ lines: [(Int64, String)]) -> Rows {
        var texts: [String] = []
        let places = lines.map { line -> Int64 in
            if let place = texts.firstIndex(of: line.1) { return Int64(place) }
            texts.append(line.1)
            return Int64(texts.count - 1)
        }
        return Rows(
            schema: plain,
            columns: [
                .init(values: lines.map(\.0)), .init(values: places, dictionary: texts),
            ], count: lines.count)
    }

    @Test func `a file that is imported twice adds nothing`() {
        let file = plays([(1, "a"), (2, "b"), (2, "b"), (3, "a")])
        let again = RowFingerprints.keep(new: file, existing: file)
        #expect(again.rows.count == 0)
        #expect(again.dropped == 4)
        #expect(again.conflicting == 0)
    }

    @Test func `equal rows of one file stay, and a later file adds only the difference`() {
        let first = plays([(2, "b"), (2, "b")])
        #expect(RowFingerprints.keep(new: first, existing: Rows(schema: plain)).rows.count == 2)
        let later = plays([(2, "b"), (1, "x"), (2, "b"), (2, "b")])
        let kept = RowFingerprints.keep(new: later, existing: first)
        #expect(kept.dropped == 2)
        #expect(kept.rows.columns[0].values == [1, 2])
        #expect(kept.rows.texts(1) == ["x", "b"])
    }

    @Test func `text is compared as text, whatever its place in the dictionary`() {
        let one = plays([(1, "a"), (1, "b")])
        let other = plays([(1, "b"), (1, "a")])
        #expect(one.columns[1].values == other.columns[1].values)
        #expect(RowFingerprints.keep(new: other, existing: one).dropped == 2)
        let third = plays([(1, "c"), (1, "d")])
        #expect(RowFingerprints.keep(new: third, existing: one).dropped == 0)
    }

    @Test func `with a key the first row stays and differing ones are counted apart`() {
        let existing = Samples.days([(1, 100, "watch"), (1, 90, "phone")])
        let new = Samples.days([
            (1, 100, "watch"), (1, 91, "phone"), (2, 5, "watch"), (2, 5, "watch"),
            (2, 6, "watch"),
        ])
        let kept = RowFingerprints.keep(new: new, existing: existing)
        #expect(kept.rows.count == 1)
        #expect(kept.rows.columns[1].values == [5])
        #expect(kept.dropped == 2)
        #expect(kept.conflicting == 2)
    }

    @Test func `NULL equals NULL and no other value`() {
        let null = plays([(Schema.null, "a")])
        #expect(RowFingerprints.keep(new: null, existing: null).dropped == 1)
        #expect(RowFingerprints.keep(new: plays([(0, "a")]), existing: null).dropped == 0)
    }

    @Test func `many random rows agree with a slow count`() {
        var generator = Seeded(30)
        for _ in 0..<200 {
            func file() -> Rows {
                plays(
                    (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                        (
                            Int64.random(in: 0...3, using: &generator),
                            ["a", "b", ""].randomElement(using: &generator)!
                        )
                    })
            }
            let (existing, new) = (file(), file())
            func lines(_ rows: Rows) -> [String] {
                zip(rows.columns[0].values, rows.texts(1)).map { "\($0) \($1 ?? "-")" }
            }
            var left = lines(existing)
            var expected: [String] = []
            for line in lines(new) {
                if let place = left.firstIndex(of: line) {
                    left.remove(at: place)
                } else {
                    expected.append(line)
                }
            }
            let kept = RowFingerprints.keep(new: new, existing: existing)
            #expect(lines(kept.rows) == expected)
            #expect(kept.dropped == new.count - expected.count)
        }
    }

    @Test func `a keyed import in any order keeps one row for each key`() {
        var generator = Seeded(31)
        var stored = Rows(schema: Samples.days)
        var seen: Set<String> = []
        for _ in 0..<30 {
            let lines = (0..<20).map { _ in
                (
                    Int64.random(in: 0...9, using: &generator), Int64(1),
                    ["w", "p"].randomElement(using: &generator)!
                )
            }
            let kept = RowFingerprints.keep(new: Samples.days(lines), existing: stored)
            for line in lines { seen.insert("\(line.0) \(line.2)") }
            #expect(kept.rows.count + kept.dropped == 20)
            stored.append(kept.rows)
            #expect(stored.count == seen.count)
        }
    }

    @Test func `a large file is done in linear time`() {
        let count = 60_000
        // Hashes that only look at low bits would put all of these into one place.
        let rows = Samples.single((0..<count).map { Int64($0) << 40 })
        let kept = RowFingerprints.keep(new: rows, existing: rows)
        #expect(kept.dropped == count)
    }
}
