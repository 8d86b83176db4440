// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// What one contributor can move, and what identifies a question.
@Suite struct PlanTests {
    private static let questions = [
        "SELECT COUNT(*) FROM demo",
        "SELECT COUNT(DISTINCT contributor) FROM demo GROUP BY kind, mood, member",
        "SELECT AVG(steps), SUM(money), COUNT(*) FROM demo GROUP BY kind",
        "SELECT SUM(money), COUNT(DISTINCT contributor), AVG(CLIP(score, -7, 1)) FROM demo "
            + "WHERE steps > 3 GROUP BY mood, kind",
        "SELECT SUM(CASE WHEN member THEN money ELSE -steps END), SUM(steps), AVG(steps) FROM demo",
    ]

    @Test(arguments: questions, [1, 3, 31])
    func `nobody with few enough rows is scaled down, and nobody at all passes the radius`(
        sql: String, rows: Int
    ) throws {
        let query = try Fixture.query(sql, rows: rows)
        var random = Seeded(41)
        for turn in 0..<60 {
            let few = turn % 2 == 0
            let count = few ? Int.random(in: 0...rows, using: &random) : rows * 20
            let person = Fixture.person(rows: count, using: &random)
            let raw = query.plan.raw(of: [person])
            let clipped = query.plan.partial(of: [person]).blocks.map(\.highest)
            for (place, block) in query.plan.step.blocks.enumerated() {
                let squaredRadius = Int128(block.bound.largest) * Int128(block.bound.largest)
                if few {
                    #expect(clipped[place] == raw[place] && norm(raw[place]) <= squaredRadius)
                }
                #expect(norm(clipped[place]) <= squaredRadius)
            }
        }
    }

    @Test func `the radius is reached, so less of it would not do`() throws {
        // The largest values in one group, and for people one row in each group.
        let rows = 3
        for (sql, spread) in [
            ("SELECT COUNT(*), SUM(steps), AVG(money) FROM demo GROUP BY kind", false),
            ("SELECT COUNT(DISTINCT contributor) FROM demo GROUP BY kind", true),
        ] {
            let query = try Fixture.query(sql, rows: rows)
            #expect(query.plan.step.blocks.count == 1)
            let columns = Fixture.schema.columns.map { column -> Rows.Column in
                let values: [Int64] =
                    switch column.name {
                    case "kind": spread ? [0, 1, 2] : [1, 1, 1]
                    default: [.max, .max, .max]
                    }
                return .init(values: values)
            }
            let sums = query.plan.partial(
                of: [Rows(schema: Fixture.schema, columns: columns, count: rows)]
            ).sums
            let reached = Double(norm(sums)).squareRoot()
            #expect(reached > Double(query.plan.radius) * 0.999)
            #expect(reached <= Double(query.plan.radius))
        }
    }

    @Test(arguments: [1, 2, 30, 31, 4095, 4096, 4097, 65_535, 65_536, 99_999, 100_000])
    func `the radius grows with the rows and never wraps`(rows: Int) throws {
        let sql = "SELECT COUNT(*), SUM(steps) FROM demo WITH PRIVACY (rows => \(rows))"
        let plan = try Fixture.query(sql).plan
        // A row has a value or none: it adds to two numbers, or to one.
        let expected = Double(rows) * 2.0.squareRoot() * Double(plan.step.lattice)
        #expect(abs(Double(plan.radius) - expected) <= 1)
        #expect(plan.step.blocks[0].bound == .fixed(plan.radius))
        #expect(plan.mechanism.noise.sigma > Int(plan.radius), "epsilon 1 needs that much")
    }

    @Test(arguments: [32, 33, 64, 65, 4096, 100_000])
    func `more than a few rows are bounded by a ladder that reaches all of them`(
        rows: Int
    ) throws {
        let plan = try Fixture.query("SELECT COUNT(*) FROM demo", rows: rows).plan
        guard case .ladder(let ladder) = plan.step.blocks[0].bound else {
            Issue.record("no ladder")
            return
        }
        let lattice = UInt64(plan.step.lattice)
        #expect(ladder.lowest == lattice)
        #expect(ladder.radius(of: ladder.rungs - 1) >= UInt64(rows) * lattice)
        #expect(ladder.radius(of: ladder.rungs - 2) < UInt64(rows) * lattice, "no rung too many")
    }

    @Test func `a root is rounded up`() {
        for value in [0, 1, 2, 3, 4, 5, 99, 100, 101] as [UInt128] + [(1 << 80) - 1, 1 << 80] {
            let root = UInt128(squareRootRoundedUp(value))
            #expect(root * root >= value && (root == 0 || (root - 1) * (root - 1) < value))
        }
        #expect(squareRootRoundedUp((1 << 80) + 1) == (1 << 40) + 1)
    }

    @Test func `every number that is worked out is charged, and none twice`() throws {
        func kinds(_ items: String) throws -> Int {
            try Fixture.query("SELECT \(items) FROM demo").plan.step.blocks.reduce(0) {
                $0 + $1.width
            }
        }
        #expect(try kinds("COUNT(*)") == 1)
        #expect(try kinds("COUNT(*), COUNT(*) AS again") == 1)
        #expect(try kinds("AVG(steps)") == 2)
        #expect(try kinds("AVG(steps), SUM(steps), COUNT(steps)") == 2)
        #expect(try kinds("SUM(steps), AVG( Steps ), COUNT(*)") == 3)
        #expect(try kinds("AVG(steps), SUM(money)") == 3)
        // All rows once, and of each value the sum and the rows that have none.
        #expect(try kinds("AVG(steps), AVG(steps + 1)") == 5)
        #expect(try kinds("COUNT(*), COUNT(DISTINCT contributor)") == 2)
    }

    @Test func `a wrong delta is told at the delta`() {
        for delta in ["0", "1", "2"] {
            let error = #expect(throws: QueryError.self) {
                _ = try Fixture.query(
                    "SELECT COUNT(*) FROM demo WITH PRIVACY (epsilon => 1, delta => \(delta))")
            }
            #expect(error?.position.column == 55, "\(error?.description ?? "")")
        }
    }

    @Test func `the same question has the same digest however it is written`() throws {
        let same = [
            "SELECT kind, AVG(steps) FROM demo WHERE member AND money > 1 GROUP BY kind",
            "select  Kind,\n avg(STEPS) as x from demo -- hm\n where MEMBER and money>1.00 "
                + "group by kind",
            "SELECT kind, AVG(steps) FROM demo.days WHERE (money > 1e0) AND (member) GROUP BY kind"
                + " ORDER BY kind DESC LIMIT 2",
            "SELECT kind, AVG(steps) FROM demo WHERE member AND money > 2 - 1 GROUP BY kind "
                + "WITH PRIVACY (delta => 0.0000001, epsilon => 1, rows => 10);",
        ]
        #expect(try Set(same.map { try Fixture.query($0).digest }).count == 1)
    }

    @Test func `what is shown first makes no other question`() throws {
        let items = ["SUM(steps)", "AVG(money)", "COUNT(*)", "MEDIAN(steps)", "MEDIAN(money)"]
        var random = Seeded(42)
        let digests = try (0..<6).map { _ in
            let order = items.shuffled(using: &random).joined(separator: ", ")
            return try Fixture.query("SELECT \(order) FROM demo").digest
        }
        #expect(Set(digests).count == 1)
    }

    @Test func `different questions have different digests`() throws {
        let different = [
            "COUNT(*) FROM demo", "COUNT(steps) FROM demo", "COUNT(money) FROM demo",
            "COUNT(DISTINCT contributor) FROM demo", "SUM(steps) FROM demo",
            "SUM(steps), SUM(money) FROM demo",
            "AVG(steps) FROM demo", "SUM(CLIP(steps, 0, 1000)) FROM demo",
            "SUM(CLIP(steps, 1, 1000)) FROM demo", "COUNT(*) FROM demo GROUP BY kind",
            "COUNT(*) FROM demo GROUP BY mood", "COUNT(*) FROM demo GROUP BY kind, mood",
            "COUNT(*) FROM demo GROUP BY mood, kind", "COUNT(*) FROM demo WHERE member",
            "COUNT(*) FROM demo WHERE NOT member", "COUNT(*) FROM demo WHERE steps < 1",
            "COUNT(*) FROM demo WHERE steps <= 1", "COUNT(*) FROM demo WHERE steps < 2",
            "COUNT(*) FROM demo WHERE other < 1", "COUNT(*) FROM demo WHERE city = 'a'",
            "COUNT(*) FROM demo WHERE city IN ('a', 'b')",
            "COUNT(*) FROM demo WHERE city IN ('a, b')",
            "COUNT(*) FROM demo WHERE city IN ('Gr\u{e4}z')",
            "COUNT(*) FROM demo WHERE city IN ('Gra\u{308}z')",
            "COUNT(*) FROM demo WHERE (steps IN (1)) IS NULL",
            "COUNT(*) FROM demo WHERE (steps IS NULL) IN (TRUE)",
            "COUNT(*) FROM demo WHERE steps - (money - score) > 0",
            "COUNT(*) FROM demo WHERE (steps - money) - score > 0",
            "COUNT(*) FROM demo WHERE member AND steps > 0 OR money > 0",
            "COUNT(*) FROM demo WHERE member AND (steps > 0 OR money > 0)",
            "COUNT(*) FROM demo WHERE steps BETWEEN 1 AND 2",
            "COUNT(*) FROM demo WHERE steps BETWEEN 2 AND 1",
            "COUNT(*) FROM demo WITH PRIVACY (rows => 11)",
            "COUNT(*) FROM demo WITH PRIVACY (epsilon => 1.01)",
            "COUNT(*) FROM demo WITH PRIVACY (delta => 1e-8)",
            "SUM(CASE WHEN member THEN 1 ELSE 0 END) FROM demo",
            "SUM(CASE WHEN member THEN 0 ELSE 1 END) FROM demo",
            "SUM(COALESCE(steps, 1)) FROM demo", "SUM(COALESCE(steps, 2)) FROM demo",
            "SUM(ABS(money)) FROM demo", "SUM(-money) FROM demo",
        ]
        let digests = try different.map { try Fixture.query("SELECT \($0)").digest }
        for (place, digest) in digests.enumerated() {
            let earlier = try #require(digests.firstIndex(of: digest))
            #expect(earlier == place, "\(different[earlier]) = \(different[place])")
        }
    }

    @Test func `the published schema is part of the question`() throws {
        let wider = Schema(
            table: "days",
            columns: Fixture.schema.columns.map {
                $0.name == "mood"
                    ? .init("mood", .category, categories: ["good", "bad", "ugly"]) : $0
            })
        let sql = "SELECT COUNT(*) FROM demo WHERE mood = 'good'"
        let other = try CompiledQuery(
            sql, pool: QueryPool(name: "demo", tables: [wider], rowsPerPerson: 10))
        #expect(try other.digest != Fixture.query(sql).digest)
    }

    @Test func `columns are read once each, in the schema's order, and no others`() throws {
        let sql =
            "SELECT SUM(money), AVG(steps) FROM demo WHERE city = 'x' AND steps > money "
            + "GROUP BY kind"
        #expect(try Fixture.query(sql).plan.step.reads.map(\.columns) == [[0, 1, 2, 4]])
        #expect(try Fixture.query("SELECT COUNT(*) FROM demo").plan.step.reads[0].columns == [])
    }

    private func norm(_ vector: [Int64]) -> Int128 {
        vector.reduce(0) { $0 + Int128($1) * Int128($1) }
    }
}
