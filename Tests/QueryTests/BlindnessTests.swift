// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// A contributor's kernel does the same operations in the same order, whatever her values are.
///
/// No clock is read: the kernel runs on words that note each operation on them.
@Suite struct BlindnessTests {
    /// Questions that once took longer for some people than for others, and one for each operation.
    private static let questions = [
        "SUM(CLIP(\(attack), 0, 90000)), SUM(CLIP(\(attack), 7, 90000)) FROM demo",
        "COUNT(*) FROM demo WHERE member AND steps > 5 AND score > 0 OR money = 1 / (steps - 1)",
        "SUM(CASE WHEN member THEN steps * money WHEN score > 1 THEN ABS(money) ELSE 0 END) "
            + "FROM demo",
        "AVG(COALESCE(steps, money, 1)) FROM demo WHERE steps IN (0, 1, 9, 1023) OR kind = 'run'",
        "COUNT(money / steps), COUNT(other * other), COUNT(other - money), COUNT(other + score), "
            + "COUNT(score / -7) FROM demo",
        "COUNT(*), COUNT(DISTINCT contributor), AVG(money) FROM demo "
            + "WHERE city IN ('Graz', 'Linz', 'a text that is longer than the others') "
            + "AND NOT day BETWEEN '2015-01-01' AND '2020-01-01' AND other IS NOT NULL",
        "COUNT(*), COUNT(DISTINCT contributor), AVG(money), SUM(steps) FROM demo "
            + "WHERE score <= 1 GROUP BY kind, member, mood",
        "SUM(CLIP(score * score, 0, 1)), SUM(CLIP(score * 1.000000001, 0, 9)) FROM demo "
            + "WHERE money >= other OR woke < DATE '2020-01-01' OR score <> steps",
        "SUM(FLOOR(money)), SUM(CEIL(money)), SUM(ROUND(money, 1)), SUM(TRUNC(money)), "
            + "SUM(SIGN(other)) FROM demo WHERE ROUND(score) > FLOOR(other)",
        "SUM(MOD(steps, 7)), COUNT(other % score), COUNT(other % (steps - 1)) FROM demo",
        "SUM(LEAST(steps, money, 7)), SUM(GREATEST(steps, money)), COUNT(NULLIF(other, score)) "
            + "FROM demo WHERE kind LIKE '%u%' OR NULLIF(member, TRUE) IS NULL",
        "COUNT(*), SUM(DAY(day)), SUM(MONTH(woke)), SUM(QUARTER(day)), SUM(DOW(woke)) FROM demo "
            + "WHERE DATE_TRUNC('week', day) < DATE_TRUNC('quarter', woke) "
            + "AND DATE_TRUNC('year', day) > '2000-01-01' GROUP BY HOUR(woke), MONTH(day)",
        "VAR(steps), STDDEV(money), AVG(CLIP(score * score, -9, 9)) FROM demo GROUP BY mood",
        "VAR(CLIP(other, -1000000000000, 1000000000000)) FROM demo",
        "COUNT(*) FROM demo GROUP BY BUCKET(steps, 7), CASE WHEN member THEN 1 ELSE 0 END",
        "HISTOGRAM(money, 9) FROM demo WHERE CASE steps WHEN 1 THEN member ELSE TRUE END",
        "MEDIAN(steps), QUANTILE(money, 0.9), COUNT(*) FROM demo WHERE member GROUP BY kind",
    ]

    private static let attack =
        "steps / (CASE WHEN member THEN 1 ELSE 0 END)"
        + String(repeating: " * 1.000000001", count: 30)

    @Test(arguments: questions)
    func `whoever she is, the same is done to her rows`(question: String) throws {
        let query = try Fixture.query("SELECT \(question)")
        var random = Seeded(71)
        let count = 23
        var people = [0, 1, -1, 5, .max, -.max, Schema.null].map { value in
            BlindnessTests.person(rows: count) { _, _ in value }
        }
        for member in [0, 1] as [Int64] {
            people.append(
                BlindnessTests.person(rows: count) { column, row in
                    column.name == "member" ? member : Int64(row) - 9
                })
        }
        for _ in 0..<3 { people.append(Fixture.person(rows: count, using: &random)) }
        var traces: [Trace.Sum] = []
        for person in people {
            let (trace, numbers) = BlindnessTests.trace(of: person, in: query)
            traces.append(trace)
            #expect(
                numbers == query.plan.raw(of: [person]),
                "counted words give what plain words give")
        }
        #expect(traces.allSatisfy { $0 == traces[0] })
        // Words are opened where they find a group or a text, and as her numbers at the end: a
        // branch on one more would show here.
        let step = query.plan.step
        let lookups = question.contains("city") ? count : 0
        let numbers = step.statistics.count + (step.countsPeople ? 1 : 0)
        let groupings = step.listedGroups > 1 && numbers > 0 ? count : 0
        // A tree is met at a group and a leaf, with a weight: three words for each row.
        let leaves = 3 * count * step.trees.count
        #expect(
            traces[0].opened == numbers * step.listedGroups + lookups + groupings + leaves)
        // Every row is reckoned with, by every number that is asked for.
        #expect(traces[0].count > count * numbers)
        let more = BlindnessTests.trace(of: person(rows: count + 1), in: query).trace
        #expect(more.count > traces[0].count, "one row more is seen")
    }

    /// What is done to a contributor's rows, and what comes of it.
    private static func trace(
        of person: Rows, in query: CompiledQuery
    ) -> (trace: Trace.Sum, numbers: [[Int64]]) {
        let step = query.plan.step
        let run = AggregateRun<CountedWord>(step)
        var contribution = Contribution(groups: step.groups, blocks: step.blocks)
        let trace = Trace.of { run.contribute(person, to: &contribution) }
        return (trace, contribution.blocks)
    }

    @Test func `whether a radius is given or chosen, the same is done to her rows`() throws {
        var random = Seeded(74)
        let people = (0..<6).map { _ in Fixture.person(rows: 40, using: &random) }
        for question in ["COUNT(*), AVG(money) FROM demo GROUP BY kind", "SUM(steps) FROM demo"] {
            let traces = try ["31", "auto"].flatMap { rows in
                let query = try Fixture.query(
                    "SELECT \(question) WITH PRIVACY (rows => \(rows), epsilon => 2)")
                return people.map { BlindnessTests.trace(of: $0, in: query).trace }
            }
            #expect(traces.allSatisfy { $0 == traces[0] })
        }
    }

    @Test func `whatever is asked, all rows cost the same`() throws {
        var writer = Writer(random: Seeded(72))
        var random = Seeded(73)
        for turn in 0..<150 {
            let text = turn % 2 == 0 ? writer.truth(1 + turn % 4) : writer.number(1 + turn % 4)
            var binder = try ColumnBinder(schema: Fixture.schema)
            let scalar = try binder.bind(try KernelTests.expression(text)).scalar
            let people = [
                BlindnessTests.person(rows: 3) { _, _ in Schema.null },
                BlindnessTests.person(rows: 3) { _, _ in 0 },
                BlindnessTests.person(rows: 3) { _, _ in .max },
                Fixture.person(rows: 3, using: &random), Fixture.person(rows: 3, using: &random),
            ]
            let traces = people.map { person in
                Trace.of {
                    let values = scalar.evaluate(person.columns, rows: 0..<3, on: CountedWord.self)
                    #expect(values == scalar.evaluate(person.columns, rows: 0..<3), "\(text)")
                }
            }
            #expect(traces.allSatisfy { $0 == traces[0] }, "\(text)")
            // The values themselves, and once a row for each list of texts.
            let texts = Set(["IN ('Graz', '')", "city <> 'Gr"].filter { text.contains($0) })
            #expect(traces[0].opened == 3 + 3 * texts.count, "\(text)")
        }
    }

    @Test func `a short cut would be seen`() {
        /// Adds a value, but leaves out what adding 0 would do.
        func sum(_ values: [Int64]) {
            var sum = CountedWord(0)
            for value in values where CountedWord(value).opened != 0 {
                sum = sum &+ CountedWord(value)
            }
        }
        /// The same operations in another order.
        func sorted(_ values: [Int64]) {
            let (a, b) = (CountedWord(values[0]), CountedWord(values[1]))
            _ = values[0] < values[1] ? (a &+ b) ^ b : (a ^ b) &+ b
        }
        #expect(Trace.of { sum([1, 2, 3]) } == Trace.of { sum([4, 5, 6]) })
        #expect(Trace.of { sum([1, 2, 3]) } != Trace.of { sum([1, 0, 3]) })
        #expect(Trace.of { sorted([1, 2]) }.count == Trace.of { sorted([2, 1]) }.count)
        #expect(Trace.of { sorted([1, 2]) } != Trace.of { sorted([2, 1]) })
    }

    @Test func `texts are looked up alike, found or not`() throws {
        let list = TextList<CountedWord>(
            ["Graz", "", "a text of more than eight bytes"].map { .init($0) })
        let dictionaries = [
            ["Graz", "", "x"], ["no", "not", "nothing"],
            ["a text of more than eight bytes", "", ""],
            [
                String(repeating: "long ", count: 99), "Graz\u{0}",
                "a text of more than eight bytez",
            ],
        ]
        var found: [[Int64]] = []
        let traces = dictionaries.map { texts in
            Trace.of { found.append(list.truths(of: texts).map(\.opened)) }
        }
        #expect(traces.allSatisfy { $0 == traces[0] })
        #expect(found == [[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0]])
    }

    private func person(rows: Int) -> Rows { BlindnessTests.person(rows: rows) { _, _ in 2 } }

    /// A person whose values are what the body says; texts have one of three.
    private static func person(
        rows count: Int, _ value: (_ column: Schema.Column, _ row: Int) -> Int64
    ) -> Rows {
        let columns = Fixture.schema.columns.map { column in
            Rows.Column(
                values: (0..<count).map { value(column, $0) },
                dictionary: column.kind == .text ? ["Graz", "Linz", "Wien", "", "Gräz"] : [])
        }
        return Rows(schema: Fixture.schema, columns: columns, count: count)
    }
}
