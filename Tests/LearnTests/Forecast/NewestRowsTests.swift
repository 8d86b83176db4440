// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Study
import Testing
import Vault

@testable import Learn

/// Of more rows than count, a forecast takes the newest, in whatever order they are stored.
@Suite struct NewestRowsTests {
    private static let values: [Int64] = (0..<60).map { 5_000 + 997 * ($0 * $0 % 13) }

    private func sums(_ rows: Rows, most: Int) throws -> [Int64] {
        let compiled = try Walkers.compiled(
            "PREDICT steps ORDER BY day HORIZON 3 USING (model => forecast)", rows: most)
        let step = try #require(try Training(compiled).plan?.step)
        return Fixture.sums(step, [rows])
    }

    @Test func `older rows than count are as if they were not there`() throws {
        let all = NewestRowsTests.values
        let long = Walkers.rows(all.map { $0 })
        let late = Walkers.rows(all.suffix(40).map { $0 }, from: 16_020)
        #expect(try sums(long, most: 40) == sums(late, most: 40))
        #expect(try sums(long, most: 40) != sums(long, most: 60))
        let early = Walkers.rows(all.prefix(40).map { $0 })
        #expect(try sums(long, most: 40) != sums(early, most: 40), "the first rows are the oldest")
    }

    @Test func `the order in which rows are stored does not matter, nor do rows without a value`()
        throws
    {
        let dated = NewestRowsTests.values.enumerated().map { (Int64(16_000 + $0), $1) }
        let turned = Walkers.rows(dated.reversed().map { (day: $0.0, steps: $0.1) })
        let straight = Walkers.rows(dated.map { (day: $0.0, steps: $0.1) })
        #expect(try sums(turned, most: 40) == sums(straight, most: 40))
        let gaps = (0..<30).map { (day: Int64(16_100 + $0), steps: Schema.null) }
        let padded = Walkers.rows(dated.map { (day: $0.0, steps: $0.1) } + gaps)
        #expect(try sums(padded, most: 40) == sums(straight, most: 40))
    }

    @Test func `it is said which rows count`() throws {
        let said = try Walkers.forecast().explanation.lines.first { $0.subject == "rows" }?.text
        #expect(said?.hasPrefix("the newest 400 of each person") == true)
        let other = try Fixture.compiled("PREDICT spends", rows: 4).explanation.lines
        #expect(other.first { $0.subject == "rows" }?.text.hasPrefix("the first 4 of") == true)
    }
}
