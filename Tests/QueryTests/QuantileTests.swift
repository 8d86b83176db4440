// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Quantiles of rows: without noise as fine as the leaves, and with it where the interval says.
@Suite struct QuantileTests {
    /// People with one row each: steps and days as drawn.
    private static func people(_ count: Int, _ draw: (inout Seeded) -> Int64) -> [Rows] {
        var random = Seeded(25)
        return (0..<count).map { _ in
            let value = draw(&random)
            let columns = Fixture.schema.columns.map { column in
                Rows.Column(values: [column.kind == .category ? value % 2 : value])
            }
            return Rows(schema: Fixture.schema, columns: columns, count: 1)
        }
    }

    @Test(arguments: ["0.01", "0.1", "0.25", "0.5", "0.9", "0.99"])
    func `the part of the rows below a quantile is the one asked for`(level: String) throws {
        let query = try Fixture.query("SELECT QUANTILE(steps, \(level)) FROM demo")
        let shape = query.plan.step.trees[0].tree
        let leaf = 1025.0 / Double(shape.leaves)
        for draw in [
            { Int64.random(in: 0...1024, using: &$0) }, { Int64.random(in: 300...310, using: &$0) },
            { random in
                let (a, b) = (
                    Int64.random(in: 0...32, using: &random),
                    Int64.random(in: 0...32, using: &random)
                )
                return a * b
            },
        ] as [(inout Seeded) -> Int64] {
            let people = Self.people(2000, draw)
            let text = query.exact(of: people)[0][0]
            let value = try #require(Double(text))
            let steps = people.map { Double($0.columns[1].values[0]) }
            let wanted = try #require(Double(level))
            // Parts of less than 1 in 200 on each of two levels count as empty.
            let below = Double(steps.count { $0 < value - leaf }) / 2000
            let upTo = Double(steps.count { $0 <= value + leaf }) / 2000
            #expect(below <= wanted + 0.02 && upTo >= wanted - 0.02, "\(below) \(upTo)")
        }
    }

    @Test func `quantiles rise with their part, group by group`() throws {
        let levels = ["0.1", "0.3", "0.5", "0.7", "0.95"]
        let items = levels.map { "QUANTILE(money, \($0))" }.joined(separator: ", ")
        let query = try Fixture.query("SELECT \(items) FROM demo GROUP BY kind", rows: 1)
        #expect(query.plan.step.trees.count == 1, "all of them are read off one tree")
        let partial = query.plan.partial(
            ofAll: Self.people(500) { Int64.random(in: -99_999...99_999, using: &$0) }.map { [$0] })
        var source = ByteSource.seeded(26)
        for _ in 0..<20 {
            let table = query.table(
                from: try query.plan.release(partial, adding: query.plan.noise(from: &source)))
            for row in table.rows {
                let values = row.compactMap { Double($0.text) }
                #expect(values.count == 5 && values == values.sorted())
                #expect(values.allSatisfy { (-1024.0...1024.0).contains($0) })
            }
        }
    }

    @Test func `an interval covers the quantile at least as often as it says`() throws {
        let query = try Fixture.query("SELECT MEDIAN(steps) FROM demo", rows: 1)
        let people = Self.people(3000) { Int64.random(in: 0...1024, using: &$0) }
        let partial = query.plan.partial(ofAll: people.map { [$0] })
        let exact = people.map { $0.columns[1].values[0] }.sorted()[1500]
        var source = ByteSource.seeded(27)
        let releases = Slow.count(150, 5000)
        let covered = try (0..<releases).count { _ in
            let answer = try query.plan.release(partial, adding: query.plan.noise(from: &source))
            let reading = AnswerReader(query.plan, answer).read(query.contents[0], group: 0)
            return abs(reading.value - Double(exact)) <= reading.margin
        }
        #expect(Double(covered) / Double(releases) > 0.9, "\(covered)")
    }

    @Test func `a quantile of days is a day, and of nobody within the bounds`() throws {
        let query = try Fixture.query("SELECT MEDIAN(day), MEDIAN(woke), MEDIAN(steps) FROM demo")
        let answer = query.table(from: query.noiseless([])).rows[0].map(\.text)
        #expect(answer.count == 3)
        let days = Self.people(300) { _ in 18_262 }
        let shown = query.table(from: query.noiseless(days.map { [$0] })).rows[0]
        // 2020-01-01, as near as 256 parts of a hundred years tell.
        #expect(shown[0].text.hasPrefix("2020") || shown[0].text.hasPrefix("2019"))
        #expect(shown[0].margin?.hasSuffix(" days") ?? false)
        #expect(shown[1].text.hasPrefix("1970") && shown[1].margin?.hasSuffix(" s") ?? false)
    }
}
