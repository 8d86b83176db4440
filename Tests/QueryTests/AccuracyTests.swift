// SPDX-License-Identifier: Apache-2.0
import Privacy
import TestSupport
import Testing
import Vault

@testable import Query
@testable import Study

/// WITH ACCURACY: as much privacy as the wanted error takes, and no more.
@Suite struct AccuracyTests {
    private static func query(_ item: String, _ clause: String, people: Int) throws -> CompiledQuery
    {
        try CompiledQuery(
            "SELECT \(item) FROM demo WITH ACCURACY (\(clause))",
            pool: QueryPool(
                name: "demo", tables: [Fixture.schema], rowsPerPerson: 1, people: people))
    }

    @Test(arguments: ["COUNT(*)", "SUM(steps)", "AVG(steps)", "COUNT(DISTINCT contributor)"])
    func `the expected margin is the one that was asked for`(item: String) throws {
        for (percent, part) in [("10%", 0.1), ("5%", 0.05), ("2.5%", 0.025)] {
            let query = try Self.query(item, percent, people: 20_000)
            let expected = ExpectedError(
                query.plan, bound: query.bound, people: 20_000, target: query.target
            ).relative(query.contents)
            // σ is whole, and ε is rounded to six digits: a thousandth of it.
            #expect(expected > part * 0.97 && expected < part * 1.01, "\(percent): \(expected)")
        }
    }

    @Test(arguments: [
        ("AVG(steps)", 60), ("AVG(money)", 30), ("MEDIAN(steps)", 2000), ("VAR(steps)", 400),
    ])
    func `where the error does not fall with the root, what is sold is kept all the same`(
        item: String, people: Int
    ) throws {
        for (percent, part) in [("50%", 0.5), ("20%", 0.2), ("10%", 0.1)] {
            guard let query = try? Self.query(item, percent, people: people) else { continue }
            let expected = { (query: CompiledQuery) in
                ExpectedError(
                    query.plan, bound: query.bound, people: people, target: query.target
                ).relative(query.contents)
            }
            #expect(expected(query) <= part, "\(item) \(percent)")
            // And no more than it takes: with a twentieth less privacy it would not be.
            let less = Double(query.plan.cost.units) * 0.95
            let epsilon = Rho(units: UInt64(less)).epsilon(at: ExactDecimal("1e-7")!)
            let cheaper = try CompiledQuery(
                "SELECT \(item) FROM demo WITH PRIVACY (epsilon => \(epsilon.text(digits: 6)))",
                pool: QueryPool(
                    name: "demo", tables: [Fixture.schema], rowsPerPerson: 1, people: people))
            #expect(expected(cheaper) > part, "\(item) \(percent)")
        }
    }

    @Test func `what is expected of a chosen radius is what few and many people get`() throws {
        func expected(_ people: Int) throws -> Double {
            let query = try CompiledQuery(
                "SELECT COUNT(*) FROM demo WITH PRIVACY (epsilon => 6)",
                pool: QueryPool(
                    name: "demo", tables: [Fixture.schema], rowsPerPerson: 1024, people: people))
            return ExpectedError(
                query.plan, bound: query.bound, people: people, target: query.target
            ).relative(query.contents)
        }
        #expect(try expected(26) > 1, "26 people cannot be seen: the highest radius has its noise")
        #expect(try expected(1_000_000) < 0.01)
    }

    @Test func `of a value reckoned with aggregates, each of them keeps the accuracy`() throws {
        let items = "SUM(steps) / COUNT(*) * 2 AS twice, SUM(steps) - SUM(money) AS rest"
        let query = try Self.query(items, "5%", people: 20_000)
        let expected = ExpectedError(
            query.plan, bound: query.bound, people: 20_000, target: query.target)
        #expect(query.contents.count == 3, "SUM, COUNT and the other SUM")
        #expect(expected.relative(query.contents) <= 0.05)
        // The quote tells what that comes to for what is shown, which may be more.
        let margins = query.expectedMargins
        #expect(margins.map(\.name) == ["twice", "rest"])
        #expect(margins.allSatisfy { (Double($0.margin) ?? 0) > 0 })
    }

    @Test func `half the error costs four times as much, and so does half the pool`() throws {
        let wide = try Self.query("COUNT(*)", "4%", people: 20_000).plan.cost.units
        let narrow = try Self.query("COUNT(*)", "2%", people: 20_000).plan.cost.units
        let fewer = try Self.query("COUNT(*)", "4%", people: 10_000).plan.cost.units
        for more in [narrow, fewer] {
            #expect((3.9...4.1).contains(Double(more) / Double(wide)))
        }
    }

    @Test func `the margin that is asked for is kept by the releases`() throws {
        let query = try Self.query("COUNT(*)", "5%", people: 4000)
        let columns = Fixture.schema.columns.map { _ in Rows.Column(values: [1]) }
        let person = [Rows(schema: Fixture.schema, columns: columns, count: 1)]
        let partial = query.plan.partial(ofAll: Array(repeating: person, count: 4000))
        var source = ByteSource.seeded(30)
        let within = try (0..<1000).count { _ in
            let answer = try query.plan.release(partial, adding: query.plan.noise(from: &source))
            let reading = AnswerReader(query.plan, answer).read(query.contents[0], group: 0)
            return abs(reading.value - 4000) <= 200
        }
        // 95 of 100, with a deviation of 7 of 1,000.
        #expect((915...985).contains(within))
    }
}
