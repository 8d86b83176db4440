// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Query

/// Averages over everybody's rows, as published answers tell them.
@Suite struct PlainAverageTests {
    private func all(
        _ sql: String, _ columns: [String], _ rows: [[JSON]]
    ) throws -> [PlainAverage] {
        let json: JSON = [
            "columns": .array(columns.map { .string($0) }),
            "rows": .array(rows.map { .array($0) }),
        ]
        return PlainAverage.all(in: sql, answered: try #require(ResultTable(json: json)))
    }

    private func number(_ value: String, _ margin: String) -> JSON {
        ["value": .string(value), "margin": .string(margin)]
    }

    @Test func `an average over all, with its margin; a clipped one too`() throws {
        let rows = [[number("812", "30"), number("7638", "120"), number("55.5", "0.5")]]
        let found = try all(
            "SELECT COUNT(*), AVG(steps), AVG(CLIP(pulse, 40, 200)) FROM walkers.days "
                + "WITH PRIVACY (epsilon => 1.0)", ["n", "a", "b"], rows)
        #expect(found.map(\.column) == ["steps", "pulse"])
        #expect(found.allSatisfy { $0.table == "days" && $0.step == nil })
        #expect(found.first?.points == [.init(day: nil, value: 7638, text: "7638 ± 120")])
    }

    @Test func `averages in steps of time, whichever column has the time`() throws {
        let found = try all(
            "SELECT AVG(steps), DATE_TRUNC('month', day) FROM walkers "
                + "GROUP BY DATE_TRUNC('month', day)", ["a", "m"],
            [[number("7000", "10"), "2025-01-01"], [number("7100", "12"), "2025-02-01"]])
        #expect(found.map(\.step) == ["month"])
        #expect(found.first?.points.map(\.day) == ["2025-01-01", "2025-02-01"])
    }

    @Test(arguments: [
        "SELECT AVG(steps) FROM walkers WHERE steps > 5", "SELECT AVG(steps + 1) FROM walkers",
        "SELECT SUM(steps) FROM walkers",
        "SELECT AVG(steps) FROM (SELECT contributor, SUM(steps) AS steps FROM walkers "
            + "GROUP BY contributor)",
        "SELECT AVG(steps) FROM walkers JOIN walkers.nights USING (contributor)", "not SQL",
    ])
    func `an average of others than everybody, or of something else, is none`(
        sql: String
    ) throws {
        #expect(try all(sql, ["a"], [[number("1", "1")]]).isEmpty)
    }

    @Test func `groups by anything but time tell no average over everybody`() throws {
        let found = try all(
            "SELECT city, AVG(steps) FROM walkers GROUP BY city", ["city", "a"],
            [["Graz", number("1", "1")]])
        #expect(found.isEmpty)
    }
}
