// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Check 8 of the reference: kernels give a value for everything, or NULL, and never trap.
@Suite struct TotalityTests {
    static let ends: [Int64] = [
        Schema.null, 0, 1, -1, 2, -2, .max, .max - 1, -.max, -.max + 1, 1 << 32, 1 << 62,
        -(1 << 62),
        999_999_999, 10_000_000, -10_000_001, 86_400_000_000, -86_399_999_999,
    ]

    /// A row for each pair of ends: `other` has one of them, `score` and all the rest the other.
    private static var pairs: Rows {
        let count = ends.count * ends.count
        let columns = Fixture.schema.columns.map { column in
            Rows.Column(
                values: (0..<count).map {
                    column.name == "other" ? ends[$0 / ends.count] : ends[$0 % ends.count]
                }, dictionary: column.kind == .text ? ["Graz"] : [])
        }
        return Rows(schema: Fixture.schema, columns: columns, count: count)
    }

    @Test(arguments: [
        "FLOOR(score)", "CEIL(score)", "ROUND(score)", "ROUND(score, 1)", "ROUND(score, 9)",
        "TRUNC(score)", "SIGN(score)", "SIGN(other)", "ABS(other)", "MOD(other, score)",
        "other % score", "score % other", "other % 0", "other % -1", "NULLIF(other, score)",
        "LEAST(other, score)", "GREATEST(other, score)", "LEAST(other, score, 0.5, NULLIF(1, 1))",
        "GREATEST(steps, money, other)", "other / score", "score / other", "other * other",
        "other + score", "other - score", "-other", "COALESCE(other / score, 0)",
        "CLIP(other * score, -5.5, 7)", "FLOOR(other / score)", "ROUND(score / other, 2)",
        "YEAR(day)", "QUARTER(day)", "MONTH(day)", "DAY(day)", "DOW(day)", "YEAR(woke)",
        "MONTH(woke)", "DOW(woke)", "HOUR(woke)", "MINUTE(woke)",
        "CASE WHEN other > score THEN other ELSE score END", "CASE steps WHEN 1 THEN other END",
    ])
    func `check 8: every function at every pair of ends gives what it means, or NULL`(
        text: String
    ) throws {
        let rows = Self.pairs
        let expression = try KernelTests.expression(text)
        var binder = try ColumnBinder(schema: Fixture.schema)
        let typed = try binder.bind(expression)
        let values = typed.scalar.evaluate(rows.columns, rows: 0..<rows.count)
        for row in 0..<rows.count {
            let expected = Oracle(rows: rows, row: row).value(expression)
            let value = values[row]
            guard value != Schema.null else {
                #expect(expected == .null, "row \(row)")
                continue
            }
            guard case .number(let number, _) = expected else {
                Issue.record("\(text), row \(row): \(value), expected \(expected)")
                continue
            }
            #expect(value == number, "row \(row)")
            if case .number(_, let bounds?) = typed.type { #expect(bounds.contains(value)) }
        }
    }

    @Test(arguments: ["year", "quarter", "month", "week", "day"])
    func `check 8: the beginnings of all dates are dates, or NULL`(unit: String) throws {
        var random = Seeded(8)
        let values =
            Self.ends
            + (0..<400).map { _ in Int64.random(in: -10_000_000...10_000_000, using: &random) }
        let columns = Fixture.schema.columns.map { _ in
            Rows.Column(values: values, dictionary: [""])
        }
        let rows = Rows(schema: Fixture.schema, columns: columns, count: values.count)
        for column in ["day", "woke"] {
            let expression = try KernelTests.expression("DATE_TRUNC('\(unit)', \(column))")
            var binder = try ColumnBinder(schema: Fixture.schema)
            let kernel = try binder.bind(expression).scalar
                .evaluate(rows.columns, rows: 0..<rows.count)
            for row in values.indices {
                let expected = Oracle(rows: rows, row: row).value(expression)
                #expect(
                    expected == (kernel[row] == Schema.null ? .null : .day(kernel[row])),
                    "\(column) \(values[row])")
            }
        }
    }

    @Test func `check 8: whole questions at the ends of everything never trap`() throws {
        var random = Seeded(81)
        var writer = TwinWriter(random: Seeded(82))
        var asked = 0
        for turn in 0..<Slow.count(150, 5000) {
            let sql =
                turn < SensitivityTests.questions.count
                ? SensitivityTests.questions[turn] : writer.question().text.ours
            guard let query = try? CompiledQuery(sql, pool: TwinPool.pool) else { continue }
            asked += 1
            let person = [TwinPool.days, TwinPool.nights].map { schema in
                let columns = schema.columns.map { column in
                    Rows.Column(
                        values: (0..<9).map { _ in
                            Self.ends[Int(random.next() % UInt64(Self.ends.count))]
                        }, dictionary: column.kind == .text ? ["Graz", "\u{0}", ""] : [])
                }
                return Rows(schema: schema, columns: columns, count: 9)
            }
            let partial = query.plan.partial(of: query.read(person))
            #expect(partial.people == 1)
        }
        #expect(asked > 100)
    }

    @Test(arguments: [
        "BUCKET(steps, 2)", "BUCKET(money, 1000)", "BUCKET(CLIP(other, 0, 4503599627370496), 1000)",
    ])
    func `check 8: every value is in a bucket, in order`(text: String) throws {
        var binder = try ColumnBinder(schema: Fixture.schema)
        let typed = try binder.bind(try KernelTests.expression(text))
        guard case .number(0, let bounds?) = typed.type else {
            Issue.record("\(typed.type)")
            return
        }
        var random = Seeded(83)
        let values =
            (Self.ends + (-200_000...200_000).shuffled(using: &random).prefix(3000).map(Int64.init))
            .sorted()
        let columns = Fixture.schema.columns.map { _ in Rows.Column(values: values) }
        let buckets = typed.scalar.evaluate(columns, rows: 0..<values.count)
        #expect(buckets[0] == Schema.null && buckets.dropFirst().allSatisfy(bounds.contains))
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy(<=))
        #expect(buckets[1] == 0 && buckets.last == bounds.upperBound)
    }
}
