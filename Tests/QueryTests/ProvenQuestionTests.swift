// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport
import Vault

@testable import Query
@testable import Study

/// Questions whose answers can be proven: their numbers are whole multiples of what is counted or added up, and what
/// cannot be proven is refused at its place, with what to ask instead.
@Suite struct ProvenQuestionTests {
    private static let proof = "WITH PRIVACY (epsilon => 1.0, proof => on)"

    private static func people(rows: Int) -> [[Rows]] {
        var random = Seeded(5)
        return (0..<60).map { person in
            [Fixture.person(rows: person % (rows + 1), using: &random)]
        }
    }

    /// What a number is, by a plain loop over the first rows of each.
    private static func plain(
        _ number: ProvenQuestion.Number, _ people: [[Rows]], rows: Int
    ) -> Int64 {
        func values(_ column: Int) -> [Int64] {
            people.flatMap { $0[0].columns[column].values.prefix(rows) }
        }
        func clipped(_ column: Int, _ bounds: ClosedRange<Int64>) -> [Int64] {
            values(column).filter { $0 != Schema.null }.map {
                min(max($0, bounds.lowerBound), bounds.upperBound)
            }
        }
        switch number {
        case .rows: return Int64(values(0).count)
        case .present(let column): return Int64(values(column).count { $0 != Schema.null })
        case .missing(let column): return Int64(values(column).count { $0 == Schema.null })
        case .sum(let column, let bounds): return clipped(column, bounds).reduce(0, +)
        case .centredSum(let column, let bounds):
            return clipped(column, bounds).reduce(0) {
                $0 + 2 * $1 - bounds.lowerBound - bounds.upperBound
            }
        case .group(let column, let value):
            return Int64(values(column).count { $0 == value ?? Schema.null })
        case .part(let column, let range):
            // What is told apart are values from 0 up to the greatest that has a code.
            let seen = 0...ProvenQuestion.mostValue
            return Int64(clipped(column, seen).count { range.contains($0) })
        }
    }

    @Test(arguments: [
        ("COUNT(*) FROM demo", [ProvenQuestion.Number.rows]),
        ("COUNT(score) FROM demo", [.present(column: 3)]),
        ("SUM(CLIP(other, 0, 1000)) FROM demo", [.sum(column: 9, 0...1000)]),
        ("SUM(CLIP(other, 7, 30000)) FROM demo", [.sum(column: 9, 7...30_000)]),
        ("AVG(steps) FROM demo", [.centredSum(column: 1, 0...1024), .present(column: 1)]),
        (
            "COUNT(*), AVG(CLIP(score, 1, 9)), SUM(steps) FROM demo",
            [
                .centredSum(column: 3, 1000...9000), .rows, .missing(column: 3),
                .sum(column: 1, 0...1024),
            ]
        ),
        (
            "AVG(CLIP(steps, 10, 500)), COUNT(*) FROM demo",
            [.centredSum(column: 1, 10...500), .rows, .missing(column: 1)]
        ),
        (
            "kind, COUNT(*) FROM demo GROUP BY kind",
            [
                .group(column: 0, value: 0), .group(column: 0, value: 1),
                .group(column: 0, value: 2), .group(column: 0, value: nil),
            ]
        ),
        (
            "COUNT(*) FROM demo GROUP BY member",
            [
                .group(column: 5, value: 0), .group(column: 5, value: 1),
                .group(column: 5, value: nil),
            ]
        ),
        (
            "HISTOGRAM(steps, 3) FROM demo",
            [
                .part(column: 1, 0...341), .part(column: 1, 342...682),
                .part(column: 1, 683...32_510), .missing(column: 1),
            ]
        ),
        (
            "BUCKET(CLIP(score, 2.5, 9), 2), COUNT(*) FROM demo GROUP BY 1",
            [.part(column: 3, 0...5749), .part(column: 3, 5750...32_510), .missing(column: 3)]
        ),
        (
            "HISTOGRAM(CLIP(other, 7, 9), 3) FROM demo",
            [
                .part(column: 9, 0...7), .part(column: 9, 8...8), .part(column: 9, 9...32_510),
                .missing(column: 9),
            ]
        ),
        (
            "HISTOGRAM(CLIP(other, 7, 9), 2) FROM demo",
            [.part(column: 9, 0...7), .part(column: 9, 8...32_510), .missing(column: 9)]
        ),
    ])
    func `numbers are whole multiples of what the first rows of everybody give`(
        sql: String, numbers: [ProvenQuestion.Number]
    ) throws {
        let query = try Fixture.query("SELECT \(sql) \(ProvenQuestionTests.proof)", rows: 3)
        let proven = try #require(query.proven)
        #expect(Set(proven.numbers) == Set(numbers))
        #expect(proven.rows == 3 && proven.schema == Fixture.schema)
        #expect(proven.units.allSatisfy { $0 >= 1 })
        // People with more rows than count are not scaled down: their first rows count.
        let people = ProvenQuestionTests.people(rows: 7)
        let sums = query.plan.partial(ofAll: people).sums
        let plain = zip(proven.numbers, proven.units).map { number, units in
            ProvenQuestionTests.plain(number, people, rows: 3) * units
        }
        #expect(sums == plain)
    }

    @Test func `what is shown of proven numbers is what is counted, within their noise`() throws {
        let sql = "SELECT COUNT(*), SUM(steps), AVG(CLIP(other, 0, 1000)) FROM demo"
        let proven = try Fixture.query("\(sql) \(ProvenQuestionTests.proof)", rows: 3)
        let people = ProvenQuestionTests.people(rows: 3)
        let exact = NoisedAnswer.of(proven.plan.partial(ofAll: people).sums)
        let row = try #require(proven.table(from: exact).rows.first)
        let values = people.flatMap { $0[0].columns[1].values }.filter { $0 != Schema.null }
        let sum = values.reduce(0) { $0 + min(max($1, 0), 1024) }
        #expect(Double(row[0].text) == Double(people.reduce(0) { $0 + $1[0].count }))
        #expect(abs((Double(row[1].text) ?? 0) - Double(sum)) < 1)
    }

    @Test func `a proof makes another question, and is not seen where it is not asked`() throws {
        let with = try Fixture.query("SELECT COUNT(*) FROM demo \(ProvenQuestionTests.proof)")
        let without = try Fixture.query("SELECT COUNT(*) FROM demo")
        #expect(try with.digest != without.digest)
        #expect(without.proven == nil && without.plan.step.provenRows == nil)
    }

    @Test(arguments: [
        ("SELECT COUNT(*) FROM demo WHERE steps > 3", "all rows"),
        ("SELECT SUM(money) FROM demo", "from 0 to 32510"),
        ("SELECT SUM(CLIP(other, 0, 32511)) FROM demo", "from 0 to 32510"),
        ("SELECT SUM(CLIP(other, -1, 5)) FROM demo", "from 0 to 32510"),
        ("SELECT SUM(steps + other) FROM demo", "bounds"),
        ("SELECT SUM(CLIP(steps + other, 0, 9)) FROM demo", "a column as it is"),
        ("SELECT COUNT(city) FROM demo", "a column as it is"),
        ("SELECT COUNT(DISTINCT contributor) FROM demo", "counts and sums"),
        ("SELECT MEDIAN(steps) FROM demo", "counts and sums"),
        ("SELECT VAR(steps) FROM demo", "a column as it is"),
        ("SELECT kind, SUM(steps) FROM demo GROUP BY kind", "of one column, and nothing else"),
        (
            "SELECT kind, mood, COUNT(*) FROM demo GROUP BY kind, mood",
            "of one column, and nothing else"
        ),
        ("SELECT other, COUNT(*) FROM demo GROUP BY other", "of published categories"),
        ("SELECT HISTOGRAM(money, 4) FROM demo", "from 0 to 32510 units of its last digit"),
        ("SELECT HISTOGRAM(CLIP(other, 0, 32511), 4) FROM demo", "from 0 to 32510"),
        ("SELECT HISTOGRAM(CLIP(other, 0, 5), 7) FROM demo", "6 of them at most"),
        ("SELECT HISTOGRAM(steps, 700) FROM demo", "699 of them at most"),
        ("SELECT HISTOGRAM(CLIP(steps + other, 0, 9), 2) FROM demo", "a column as it is"),
        ("SELECT HISTOGRAM(CLIP(steps, 0, 99.5), 4) FROM demo", "at values that it can have"),
        ("SELECT HISTOGRAM(steps, 4), SUM(steps) FROM demo", "and nothing else"),
        ("SELECT kind, HISTOGRAM(steps, 4) FROM demo GROUP BY kind", "and nothing else"),
        (
            "SELECT COUNT(*) FROM (SELECT contributor, SUM(steps) AS s FROM demo GROUP BY contributor)",
            "one table"
        ),
    ])
    func `what cannot be proven is refused with what to ask instead`(
        sql: String, words: String
    ) throws {
        let error = #expect(throws: QueryError.self) {
            try Fixture.query("\(sql) \(ProvenQuestionTests.proof)")
        }
        #expect(error.map { "\($0)" }?.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `rows of a person are as many as the pool says`() throws {
        func query(_ rows: String) throws -> CompiledQuery {
            try Fixture.query(
                "SELECT COUNT(*) FROM demo WITH PRIVACY (rows => \(rows), proof => on)")
        }
        #expect(try query("10").proven?.rows == 10)
        #expect(throws: QueryError.self) { try query("9") }
        #expect(throws: QueryError.self) { try query("auto") }
        // Where the radius would be chosen it is stated.
        let many = try Fixture.query(
            "SELECT COUNT(*) FROM demo \(ProvenQuestionTests.proof)", rows: 400)
        #expect(many.proven?.rows == 400)
    }

    @Test func `the option is on, once`() throws {
        for clause in ["proof => off", "proof => 1", "proof", "proof => on, proof => on"] {
            #expect(throws: QueryError.self, "\(clause)") {
                try Fixture.query("SELECT COUNT(*) FROM demo WITH PRIVACY (\(clause))")
            }
        }
        #expect(
            try Fixture.query("SELECT COUNT(*) FROM demo WITH PRIVACY (proof => on)").proven != nil)
        let accurate = "SELECT COUNT(*) FROM demo WITH ACCURACY (20%, proof => on)"
        #expect(try Fixture.query(accurate).proven != nil)
    }
}
