// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799_000),
        ("2026-11-22T02:07:47.120Z", 1_795_313_267_120), ("1969-12-31T23:59:59.999Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func `a moment is written and read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T02:07:47", "2026-11-22T02:07:47+00:00",
        "2026-11-22t02:07:47Z", "2026-11-22T24:00:00Z", "2026-11-22T02:60:00Z",
        "2026-11-22T02:07:60Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-22T02:07:47.Z", "2026-11-22T02:07:47.1234Z", "2026-11-22T02:07:47.-1Z",
        "2026-+1-22T02:07:47Z", "+026-11-22T02:07:47Z", "2026-11-+2T02:07:47Z",
        "2026-11-22T0é:07:4Z", "2026-11-22T02:07:47,5Z", "0000-01-01T00:00:00Z",
    ])
    func `anything else is no moment`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [Int64.min, Int64.min + 1, Int64.max, -62_135_596_800_001])
    func `far moments are shown without a trap`(milliseconds: Int64) {
        let text = Timestamp(milliseconds: milliseconds).description
        #expect(text == (milliseconds > 0 ? "9999-12-31T23:59:59.999Z" : "0001-01-01T00:00:00Z"))
    }

    @Test func `adding stays at the ends`() {
        #expect(Timestamp(milliseconds: .max).adding(milliseconds: 1).milliseconds == .max)
        #expect(Timestamp(milliseconds: .min).adding(milliseconds: -1).milliseconds == .min)
        #expect(Timestamp(milliseconds: 5).adding(milliseconds: -7).milliseconds == -2)
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
    }

    @Test func `every day of four centuries reads back and follows the one before`() {
        var day = CalendarDay(year: 1800, month: 1, day: 1)!
        let last = CalendarDay(year: 2200, month: 12, day: 31)!
        var before = (year: 1799, month: 12, day: 31)
        var count = 0
        while day < last {
            let date = day.civil
            let next =
                before.day < date.day && before.month == date.month && before.year == date.year
                || date.day == 1
            guard CalendarDay(year: date.year, month: date.month, day: date.day) == day, next else {
                Issue.record("day \(day.number)")
                return
            }
            before = date
            day = CalendarDay(number: day.number + 1)
            count += 1
        }
        #expect(count == 146_461)
        #expect(CalendarDay("2024-02-29")?.number == 19_782)
        #expect(CalendarDay(year: 1900, month: 2, day: 29) == nil)
        #expect(CalendarDay(year: 2000, month: 2, day: 29)?.description == "2000-02-29")
    }

    @Test(arguments: [
        "2026-1-01", "2026-01-1", "2026--1-01", "26-01-01", "2026-01-01-", "2026-+1-01",
    ])
    func `a day has eight digits`(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}
