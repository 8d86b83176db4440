// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// What is let out: the law of the noise, the margins, and what is done to it afterwards.
@Suite struct ReleaseTests {
    @Test func `a released count has the noise that was promised, fresh each time`() throws {
        let query = try Fixture.query("SELECT COUNT(*) FROM demo", rows: 1)
        let people = ReleaseTests.people(50)
        let exact = try #require(query.sums(of: people).first)
        #expect(exact == 50 * query.plan.step.lattice)
        let sigma = Double(query.plan.mechanism.noise.sigma)
        let releases = 20_000
        var source = ByteSource.seeded(61)
        var (sum, squares) = (0.0, 0.0)
        var values: Set<Int64> = []
        for value in try ReleaseTests.releases(releases, of: query, people, from: &source) {
            let noise = Double(value.values[0] - exact) / sigma
            sum += noise
            squares += noise * noise
            values.insert(value.values[0])
        }
        let mean = sum / Double(releases)
        let variance = squares / Double(releases)
        // Five standard errors: mean 1/√n, variance √(2/n).
        #expect(abs(mean) < 5 / Double(releases).squareRoot())
        #expect(abs(variance - 1) < 5 * (2 / Double(releases)).squareRoot())
        #expect(values.count > releases - 300, "noise of 5 million units hardly ever repeats")
    }

    @Test func `averaging many answers takes as many charges`() throws {
        let query = try Fixture.query("SELECT COUNT(*) FROM demo", rows: 1)
        let people = ReleaseTests.people(50)
        var source = ByteSource.seeded(62)
        let answers = try ReleaseTests.releases(400, of: query, people, from: &source)
        let mean = answers.reduce(0.0) { $0 + Double($1.values[0]) } / 400
        let lattice = Double(query.plan.step.lattice)
        let error = abs(mean / lattice - 50)
        // The mean of 400 is 20 times nearer than one answer, and ρ of 400 answers allows that.
        let one = Double(query.plan.mechanism.noise.sigma) / lattice
        #expect(error < 5 * one / 20)
        let together = try query.plan.cost.times(400)
        #expect(together.units == 400 * query.plan.cost.units)
    }

    @Test(arguments: [
        ("SELECT COUNT(*) FROM demo", 100.0), ("SELECT SUM(steps) FROM demo", 20_000),
        ("SELECT SUM(steps), AVG(steps) FROM demo", 20_000),
        ("SELECT AVG(steps) FROM demo", 200),
    ])
    func `the margin covers the exact number in 95 of 100 answers`(
        sql: String, truth: Double
    ) throws {
        let query = try Fixture.query(sql, rows: 1)
        let people = ReleaseTests.people(100)
        var source = ByteSource.seeded(63)
        let releases = 4000
        let covered = try ReleaseTests.releases(releases, of: query, people, from: &source)
            .count { release in
                let cell = query.table(from: release).rows[0][0]
                guard let value = Double(cell.text), let margin = cell.margin.flatMap(Double.init)
                else { return false }
                return abs(value - truth) <= margin
            }
        // Margins are rounded up to two digits: up to a tenth wider, 97 in 100.
        #expect((0.94...0.976).contains(Double(covered) / Double(releases)))
    }

    @Test func `an average of few stays within its bounds and says how little it knows`() throws {
        let query = try Fixture.query("SELECT AVG(steps), COUNT(steps) FROM demo", rows: 1)
        var source = ByteSource.seeded(64)
        for people in [[], ReleaseTests.people(3)] {
            for release in try ReleaseTests.releases(300, of: query, people, from: &source) {
                let cell = query.table(from: release).rows[0][0]
                let value = try #require(Double(cell.text))
                let margin = try #require(cell.margin.flatMap(Double.init))
                #expect((0...1024).contains(value))
                #expect(value - margin <= 200 && 200 <= value + margin)
            }
        }
    }

    @Test func `no count is shown below zero, and division by a noisy zero is none`() throws {
        let query = try Fixture.query(
            "SELECT kind, COUNT(*), AVG(money), SUM(steps), AVG(steps) FROM demo GROUP BY kind")
        for value in [Int64.min, -1, 0, 1, .max] {
            let count = query.plan.step.listedGroups * query.plan.step.statistics.count
            let noised = NoisedAnswer.of([Int64](repeating: value, count: count))
            for row in query.table(from: noised).rows {
                #expect(try #require(Double(row[1].text)) >= 0)
                for cell in row.dropFirst() {
                    #expect(Double(cell.text)?.isFinite ?? false)
                    #expect(try #require(cell.margin.flatMap(Double.init)) > 0)
                }
                #expect((-1024...1024).contains(try #require(Double(row[2].text))))
                #expect((0...1024).contains(try #require(Double(row[4].text))))
            }
        }
    }

    @Test(arguments: [
        "COUNT(*) FROM demo WHERE steps <> 200 OR 1 / (steps - steps) > 0",
        "COUNT(1 / (steps - 200)) FROM demo", "SUM(CLIP(other * other * other, 0, 1)) FROM demo",
        "SUM(CLIP(1 / (other - other), 0, 9)) FROM demo WHERE city <> 'x' GROUP BY kind",
    ])
    func `one person's values never make an error or another shape of answer`(
        sql: String
    ) async throws {
        let query = try Fixture.query("SELECT \(sql)")
        var random = Seeded(66)
        let people = (0..<20).map { _ in Fixture.person(rows: 5, using: &random) }
        var shapes: Set<[Int]> = []
        for cohort in [people, people + ReleaseTests.people(1), []] {
            let partial = try await query.plan.run(over: MemoryCohort(people: cohort))
            var source = ByteSource.seeded(67)
            let released = try query.plan.release(partial, adding: query.plan.noise(from: &source))
            shapes.insert(query.table(from: released).rows.map(\.count))
        }
        #expect(shapes.count == 1)
    }

    @Test func `order and limit are applied to what is already noised`() throws {
        let sql = "SELECT kind, COUNT(*) AS n FROM demo GROUP BY kind"
        func kinds(_ tail: String, _ counts: [Int64]) throws -> [String] {
            let query = try Fixture.query("\(sql) \(tail)", rows: 1)
            let values = counts.map { $0 * query.plan.step.lattice }
            return query.table(from: .of(values)).rows.map { $0[0].text }
        }
        let counts: [Int64] = [20, 900, 20, 400]
        #expect(try kinds("", counts) == ["walk", "run", "swim", "NULL"])
        #expect(try kinds("ORDER BY n", counts) == ["walk", "swim", "NULL", "run"])
        #expect(try kinds("ORDER BY n DESC", counts) == ["run", "NULL", "walk", "swim"])
        #expect(try kinds("ORDER BY 2 DESC, 1 DESC", counts) == ["run", "NULL", "swim", "walk"])
        #expect(try kinds("ORDER BY kind DESC LIMIT 2", counts) == ["NULL", "swim"])
        #expect(try kinds("LIMIT 1", counts) == ["walk"])
        #expect(try kinds("LIMIT 999", counts).count == 4)
    }

    @Test func `every group is shown, with people or without`() throws {
        let query = try Fixture.query(
            "SELECT mood, member, COUNT(*) FROM demo GROUP BY mood, member", rows: 1)
        let labels = query.exact(of: []).map { $0[0...1].joined(separator: " ") }
        #expect(
            labels == [
                "good false", "good true", "good NULL", "bad false", "bad true", "bad NULL",
                "NULL false", "NULL true", "NULL NULL",
            ])
        #expect(query.exact(of: []).allSatisfy { $0[2] == "0" })
    }

    @Test func `an answer survives its canonical form`() throws {
        let query = try Fixture.query("SELECT kind, COUNT(*), AVG(money) FROM demo GROUP BY kind")
        var source = ByteSource.seeded(65)
        let release = try ReleaseTests.releases(1, of: query, [], from: &source)[0]
        let table = query.table(from: release)
        #expect(ResultTable(json: table.json) == table)
        for wrong in [[:], ["columns": ["a"], "rows": [["x", "y"]]], ["columns": ["a"]]] as [JSON] {
            #expect(ResultTable(json: wrong) == nil)
        }
    }

    @Test func `a quote says what margins to expect`() throws {
        // 4,000 people in four groups: 1,000 in each.
        let pool = QueryPool(
            name: "demo", tables: [Fixture.schema], rowsPerPerson: 1, people: 4000)
        let query = try CompiledQuery(
            "SELECT kind, COUNT(*), AVG(steps) FROM demo GROUP BY kind", pool: pool)
        let margins = query.expectedMargins
        #expect(margins.map(\.name) == ["count(*)", "avg(steps)"])
        let one = query.plan.step.statistics.map { statistic -> Int64 in
            switch statistic {
            case .rows(nil): 1000 * query.plan.step.lattice
            default: 0
            }
        }
        let table = query.table(
            from: .of(
                [[Int64]](repeating: one, count: 4).flatMap(\.self),
                sigma: query.plan.mechanism.noise.sigma))
        #expect(margins.map(\.margin) == table.rows[0].dropFirst().compactMap(\.margin))
    }

    /// People with one row of 200 steps each.
    private static func people(_ count: Int) -> [Rows] {
        let columns = Fixture.schema.columns.map {
            Rows.Column(values: [$0.name == "steps" ? 200 : Schema.null])
        }
        let person = Rows(schema: Fixture.schema, columns: columns, count: 1)
        return [Rows](repeating: person, count: count)
    }

    private static func releases(
        _ count: Int, of query: CompiledQuery, _ people: [Rows], from source: inout ByteSource
    ) throws -> [NoisedAnswer] {
        let partial = query.plan.partial(ofAll: people.map { [$0] })
        var released: [NoisedAnswer] = []
        for _ in 0..<count {
            released.append(
                try query.plan.release(partial, adding: query.plan.noise(from: &source)))
        }
        return released
    }
}

extension ByteSource {
    /// A source of noise that depends on the seed alone.
    static func seeded(_ seed: UInt64) -> ByteSource {
        var generator = Seeded(seed)
        return ByteSource(seededBy: &generator)
    }
}
