// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Joins and subqueries: what is worked out inside one contributor.
@Suite struct PerContributorTests {
    /// Somebody with so many rows of days and of nights; texts are "a", "b" … by place.
    private static func person(
        days: Int, nights: Int = 0, city: (Int) -> Int64 = { Int64($0) }
    ) -> [Rows] {
        [TwinPool.days, TwinPool.nights].enumerated().map { table, schema in
            let count = table == 0 ? days : nights
            let columns = schema.columns.map { column -> Rows.Column in
                let isText = column.kind == .text
                return Rows.Column(
                    values: (0..<count).map { isText ? city($0) : Int64($0 % 2) },
                    dictionary: isText ? ["a", "b", "c"] : [])
            }
            return Rows(schema: schema, columns: columns, count: count)
        }
    }

    private static func answer(_ sql: String, _ people: [[Rows]]) throws -> [[String]] {
        try CompiledQuery(sql, pool: TwinPool.pool).exact(ofAll: people)
    }

    @Test func `somebody without rows is in no subquery`() throws {
        let people = [Self.person(days: 2), Self.person(days: 0), Self.person(days: 3)]
        for (filter, count) in [("", "2"), ("WHERE steps > 5", "0"), ("WHERE steps = 1", "2")] {
            let sql = """
                SELECT COUNT(*), COUNT(DISTINCT contributor) FROM
                  (SELECT contributor, SUM(steps) AS total FROM demo.days \(filter) GROUP BY contributor)
                """
            #expect(try Self.answer(sql, people) == [[count, count]])
        }
    }

    @Test func `places that no dictionary has are NULL, wherever texts are met`() throws {
        let people = [-1, 3, 5, .max, .min, Int64.min + 1].map { code in
            Self.person(days: 2, nights: 2) { $0 == 0 ? code : 1 }
        }
        #expect(
            try Self.answer("SELECT city, COUNT(*) FROM demo.days GROUP BY city", people)
                == [["NULL", "6"], ["b", "6"]])
        #expect(
            try Self.answer(
                "SELECT COUNT(*) FROM demo.days JOIN demo.nights USING (contributor, city)", people)
                == [["6"]])
        #expect(
            try Self.answer(
                "SELECT COUNT(*) FROM (SELECT contributor, city, COUNT(*) AS n FROM demo.days "
                    + "GROUP BY contributor, city) WHERE city = 'b'", people) == [["6"]])
    }

    @Test func `a join multiplies no further than its limit`() throws {
        let query = try CompiledQuery(
            "SELECT COUNT(*) FROM demo.days JOIN demo.nights USING (contributor)",
            pool: TwinPool.pool)
        let person = query.read(Self.person(days: 1500, nights: 1500))
        let lattice = query.plan.step.lattice
        #expect(query.plan.raw(of: person) == [[Int64(Join.most) * lattice]])
        let small = query.read(Self.person(days: 20, nights: 30))
        #expect(query.plan.raw(of: small) == [[600 * lattice]])
    }

    @Test func `somebody who has one of two tables only is in no join`() throws {
        let people = [Self.person(days: 3), Self.person(days: 0, nights: 3)]
        let sql = "SELECT COUNT(*) FROM demo.days JOIN demo.nights USING (contributor)"
        #expect(try Self.answer(sql, people) == [["0"]])
    }
}
