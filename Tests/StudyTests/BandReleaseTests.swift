// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Study

@Suite struct BandReleaseTests {
    private static let days = Schema(
        table: "days", columns: [.init("day", .date), .init("steps", .integer)])
    private static let minutes = Schema(table: "minutes", columns: [.init("at", .timestamp)])
    private static let wanted = [
        TableColumns(schema: days, columns: [0]), TableColumns(schema: minutes, columns: [0]),
    ]

    /// A person with rows on these days, and moments.
    private static func person(_ dates: [Int64], _ moments: [Int64] = []) -> [Rows] {
        [
            Rows(
                schema: days, columns: [.init(values: dates), .init(values: [])],
                count: dates.count),
            Rows(schema: minutes, columns: [.init(values: moments)], count: moments.count),
        ]
    }

    @Test func `a day counts once, however many rows and tables name it`() {
        let noon: Int64 = 43_200_000_000
        let day: Int64 = 86_400_000_000
        for (dates, moments, count) in [
            ([], [], 0), ([5, 5, 5], [], 1), ([5], [5 * day, 5 * day + noon, 6 * day - 1], 1),
            ([5, 6], [7 * day], 3), ([Schema.null, 1], [Schema.null], 1), ([-1], [-1, 0], 2),
            ([.max, .min + 1], [.max, .min + 1], 4),
        ] as [([Int64], [Int64], Int)] {
            #expect(
                DayCount.days(in: Self.person(dates, moments), reading: Self.wanted) == count)
        }
    }

    @Test func `bands are nearly always the true ones at a high epsilon`() throws {
        let bands = try BandRelease(
            DayCount(reading: Self.wanted), epsilon: #require(ExactDecimal("16")))
        let people = [0, 29, 30, 119, 120, 364, 365, 5000].map { count in
            Self.person((0..<Int64(count)).map { $0 })
        }
        var random = Seeded(3)
        var source = ByteSource(seededBy: &random)
        let drawn = try bands.draw(
            over: MemoryCohort(people: people), from: &source)
        #expect(drawn == [0, 0, 1, 1, 2, 2, 3, 3])
    }

    @Test func `at a low epsilon the bands tell next to nothing`() throws {
        let bands = try BandRelease(
            DayCount(reading: Self.wanted), epsilon: #require(ExactDecimal("0.01")))
        let people = (0..<4000).map { _ in Self.person([1]) }
        var random = Seeded(4)
        var source = ByteSource(seededBy: &random)
        let drawn = try bands.draw(
            over: MemoryCohort(people: people), from: &source)
        for band in 0..<4 {
            // 1000 expected of each, with a deviation of 27.
            #expect(abs(drawn.count { $0 == band } - 1000) < 140)
        }
    }

    @Test func `a contributor who cannot be read stops the draw`() throws {
        let bands = try BandRelease(
            DayCount(reading: Self.wanted), epsilon: #require(ExactDecimal("1")))
        let cohort = MemoryCohort(people: [Self.person([1]), Self.person([2])], damaged: [1])
        var random = Seeded(5)
        var source = ByteSource(seededBy: &random)
        #expect(throws: StudyError.self) {
            try bands.draw(over: cohort, from: &source)
        }
    }
}
