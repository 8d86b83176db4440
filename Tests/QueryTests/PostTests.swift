// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@testable import Query
@testable import Study

/// HAVING, ORDER BY and reckoning with aggregates: all of it after the noise.
@Suite struct PostTests {
    /// The first column of the lines that are left of an answer whose groups have these counts.
    private static func shown(_ sql: String, _ counts: [Int64]) throws -> [String] {
        let query = try CompiledQuery(sql, pool: TwinPool.pool)
        let values = counts.map { $0 * query.plan.step.lattice }
        return query.table(from: .of(values)).rows.map { $0[0].text }
    }

    private static let kinds = "SELECT kind, COUNT(*) AS n FROM demo.days GROUP BY kind "

    @Test(arguments: [
        ("HAVING n > 10", ["run", "swim"]), ("HAVING NOT n > 10", ["walk", "NULL"]),
        ("HAVING COUNT(*) BETWEEN 5 AND 50 OR n = 0", ["walk", "run", "NULL"]),
        ("HAVING n IN (20, 900)", ["run", "swim"]), ("HAVING n * 2 - 30 > n / 2", ["swim"]),
        ("HAVING kind = 'run'", ["run"]), ("HAVING kind <> 'run'", ["walk", "swim"]),
        ("HAVING kind IN ('walk', 'swim')", ["walk", "swim"]), ("HAVING kind IS NULL", ["NULL"]),
        ("HAVING 'swim' = kind AND n > 1", ["swim"]), ("HAVING n / 0 > 1", []),
        ("HAVING NULL", []), ("HAVING ABS(n - 20) < 16 ORDER BY n DESC", ["run", "walk"]),
        ("HAVING n > 1 ORDER BY n DESC LIMIT 2", ["swim", "run"]),
        ("ORDER BY n * -1", ["swim", "run", "walk", "NULL"]),
    ])
    func `groups are filtered and ordered by what is noised`(
        tail: String, expected: [String]
    ) throws {
        #expect(try Self.shown(Self.kinds + tail, [5, 20, 900, 0]) == expected)
    }

    @Test(arguments: [
        ("HAVING level > 3", ["4", "5"]), ("HAVING level = -5", ["-5"]),
        ("HAVING level BETWEEN -1 AND 1", ["-1", "0", "1"]),
        ("HAVING level IN (0, 2.0, 9)", ["0", "2"]), ("HAVING level * 2 = 8", ["4"]),
    ])
    func `listed numbers have their values, not their places`(
        tail: String, expected: [String]
    ) throws {
        let sql = "SELECT level, COUNT(*) FROM demo.days GROUP BY level \(tail)"
        #expect(try Self.shown(sql, [Int64](repeating: 9, count: 12)) == expected)
    }

    @Test func `numbers found in the data are compared in their own unit`() throws {
        let query = try Fixture.query(
            "SELECT money, COUNT(*) FROM demo GROUP BY money HAVING money > 2.5 OR money < 0")
        let keys = [Schema.null, -100, 250, 251].map { GroupKey([.number($0)]) }
        let block = NoisedBlock(
            values: [Int64](repeating: 9 * query.plan.step.lattice, count: 4), sigma: 1)
        let table = query.table(from: NoisedAnswer(keys: keys, blocks: [block]))
        #expect(table.rows.map { $0[0].text } == ["-1", "2.51"])
    }

    @Test func `months and truths are compared as such`() throws {
        let months = "SELECT MONTH(day) AS m, COUNT(*) FROM demo.days GROUP BY m HAVING m > 10"
        #expect(try Self.shown(months, [Int64](repeating: 9, count: 13)) == ["11", "12"])
        let members = "SELECT member, COUNT(*) FROM demo.days GROUP BY member HAVING member = TRUE"
        #expect(try Self.shown(members, [9, 9, 9]) == ["true"])
    }

    @Test(arguments: [
        ("HAVING kind = 'fly'", "'fly' is none of the published categories"),
        ("HAVING n = 'run'", "a text"), ("HAVING kind > 'run'", "texts have no order"),
        ("HAVING steps > 1", "steps is one person's value"),
        ("HAVING FLOOR(COUNT(*)) > 1", "not offered with aggregates"),
    ])
    func `what cannot be compared is refused before anything is read`(
        tail: String, problem: String
    ) {
        let error = #expect(throws: QueryError.self) { try Self.shown(Self.kinds + tail, []) }
        #expect(error?.problem.contains(problem) ?? false, "\(error as Any)")
    }
}
