// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Query

/// What EXPLAIN says of rows that are joined or worked out first.
@Suite struct ExplanationTests {
    private static func first(_ sql: String) throws -> [String] {
        let pool = QueryPool(
            name: "demo", tables: [Fixture.schema, TwinPool.nights], rowsPerPerson: 10)
        return try CompiledQuery(sql, pool: pool).explanation.lines
            .filter { $0.subject == "first" }.map(\.text)
    }

    @Test func `rows of a table count as they are`() throws {
        #expect(try Self.first("SELECT COUNT(*) FROM demo.days").isEmpty)
    }

    @Test func `a join says which pairs it makes, and how many at most`() throws {
        #expect(
            try Self.first(
                "SELECT COUNT(*) FROM demo.days JOIN demo.nights USING (contributor, day)")
                == [
                    "pairs of a row of her days and a row of her nights that agree in day; at most "
                        + "16384 pairs of one person are made"
                ])
        #expect(
            try Self.first("SELECT COUNT(*) FROM demo.days JOIN demo.nights USING (contributor)")
                == [
                    "pairs of a row of her days and a row of her nights, all of them; at most 16384 "
                        + "pairs of one person are made"
                ])
    }

    @Test func `a subquery says what it works out, for what, and within which bounds`() throws {
        let lines = try Self.first(
            """
            SELECT AVG(CLIP(total, 0, 9000)), AVG(best) FROM (SELECT contributor, kind, SUM(steps)
            AS total, COUNT(*) AS n, MAX(CLIP(steps, 0, 90)) AS best FROM demo.days WHERE steps > 5
            GROUP BY contributor, kind)
            """)
        #expect(
            lines.first
                == "a row for each of her kind, worked out exactly from her days that the WHERE inside "
                + "keeps, of which at most 65536 are looked at: kind, as it is; total, a SUM without "
                + "public bounds; n, a COUNT without public bounds; best, a MAX within 0 and 90")
    }

    @Test func `what is inside is said first`() throws {
        let lines = try Self.first(
            """
            SELECT COUNT(*) FROM (SELECT contributor, COUNT(*) AS n FROM demo.days
            JOIN demo.nights USING (contributor, day) GROUP BY contributor)
            """)
        #expect(lines.count == 2 && lines[0].hasPrefix("pairs of a row of her days"))
        #expect(lines[1].hasPrefix("one row, worked out exactly from her pairs, of which"))
    }
}
