// SPDX-License-Identifier: Apache-2.0
import Canon
import Learn
import Ledger
import Testing
import WebUI

@testable import Node

/// What pages are made of: parts of lists, steps of time, what was typed.
@Suite struct PageTests {
    @Test func `a list is turned page by page, the newest first`() {
        let all = Array(0..<7)
        let first = Directory.page(all, skipping: 0, most: 3)
        #expect(first.items == [6, 5, 4] && first.newer == nil && first.older == 3)
        let second = Directory.page(all, skipping: 3, most: 3)
        #expect(second.items == [3, 2, 1] && second.newer == 0 && second.older == 6)
        let last = Directory.page(all, skipping: 6, most: 3)
        #expect(last.items == [0] && last.newer == 3 && last.older == nil)
        #expect(Directory.page(all, skipping: 99, most: 3).items.isEmpty)
        #expect(Directory.page(all, skipping: -1, most: 3).items == [6, 5, 4])
    }

    @Test func `days lie in weeks from Monday and in months from their first`() {
        func day(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
            CalendarDay(year: year, month: month, day: day)?.number ?? .min
        }
        #expect(SeriesStep(over: 20) == .day)
        #expect(SeriesStep(over: 200) == .week && SeriesStep(over: 2000) == .month)
        // 2026-11-28 is a Saturday.
        #expect(SeriesStep.week.begin(of: day(2026, 11, 28)) == day(2026, 11, 23))
        #expect(SeriesStep.week.begin(of: day(2026, 11, 23)) == day(2026, 11, 23))
        #expect(SeriesStep.week.begin(of: day(1969, 12, 31)) == day(1969, 12, 29))
        #expect(SeriesStep.month.begin(of: day(2024, 2, 29)) == day(2024, 2, 1))
        #expect(SeriesStep.day.begin(of: 5) == 5)
    }

    @Test func `a line says what comes next, where it is long enough to tell`() throws {
        let frame = Frame("en", path: "/")
        func values(_ count: Int64) -> [(day: Int64, value: Double)] {
            (0..<count).map { (16_000 + $0, $0 % 7 == 0 ? 12_000 : 8_000) }
        }
        // Day 35 is one of those on which more is walked.
        let next = try #require(Trends.next(after: values(35), by: .day, in: frame))
        #expect(
            next
                == "Next (day): about 12000; going by your own past, but for the last one (day), which may be unfinished: between 12000 and 12000 eight times in ten."
        )
        // The day of the export is hardly over: what little it has says nothing.
        let unfinished = values(34) + [(16_034, 0)]
        #expect(Trends.next(after: unfinished, by: .day, in: frame) == next)
        #expect(Trends.next(after: values(5), by: .day, in: frame) == nil)
        #expect(Trends.next(after: [], by: .week, in: frame) == nil)
    }

    @Test(arguments: [("a+b", "a b"), ("  steps ++ km ", "steps km"), ("", "")])
    func `what was typed into a search box has single spaces`(typed: String, words: String) {
        #expect(Form.words(typed[...]) == words)
    }

    @Test func `an entry names its order, its pool and its parties`() throws {
        let quote: JSON = ["pool": "walkers"]
        let placed = Entry.of("order.place", ["quote": ["quote": quote], "buyer": "did:key:b"])
        #expect(Directory.order(of: placed) == Digest(of: try quote.signable()))
        #expect(Directory.parties(of: placed.body) == ["did:key:b"])
        #expect(placed.subject == "walkers")
        let grant = Entry.of("grant", ["grant": ["party": "did:key:g", "pool": "walkers"]])
        #expect(Directory.parties(of: grant.body) == ["did:key:g"] && grant.subject == "walkers")
        let withdrawn = Entry.of("withdraw", ["grant": "00"])
        #expect(Directory.parties(of: withdrawn.body).isEmpty)
        let shares = Entry.of("shares.set", ["pool": "p", "shares": [["party": "did:key:s"]]])
        #expect(Directory.parties(of: shares.body) == ["did:key:s"])
        #expect(Directory.order(of: grant) == nil)
    }
}

extension Entry {
    fileprivate static func of(_ kind: String, _ body: JSON) -> Entry {
        Entry(kind: kind, time: Timestamp(milliseconds: 0), body: body)
    }
}
