// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// The parser and the binder under what nobody would write: large, deep, and broken questions.
@Suite struct GrammarTests {
    private static func compile(_ text: String) throws -> CompiledQuery {
        try CompiledQuery(text, pool: TwinPool.pool)
    }

    private static func nested(_ open: String, _ core: String, _ close: String) -> String {
        String(repeating: open, count: 14) + core + String(repeating: close, count: 14)
    }

    /// How many parts a scalar has, each counted where it stands.
    private static func size(_ text: String) throws -> Int {
        var binder = try ColumnBinder(schema: TwinPool.days)
        let scalar = try binder.bind(try KernelTests.expression(text)).scalar
        return scalar.canonical.utf8.count { $0 == UInt8(ascii: "(") }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("NULLIF(", "steps", ", 3)"), ("ROUND(1.5 + ", "score", ", 1)"),
            ("COALESCE(1, ", "steps", ")"), ("LEAST(", "steps", ", 3, 4)"),
            ("ABS(1 - ", "steps", ")"),
            ("MOD(", "steps", ", 5)"), ("FLOOR(0.5 + ", "score", ")"), ("SIGN(1 - ", "steps", ")"),
            ("CLIP(", "score", ", -5, 5)"), ("SIGN(7 % ", "steps", ")"),
        ])
    func `what nests is worked out once at each level`(
        open: String, core: String, close: String
    ) throws {
        // Twice as deep is about twice as large: in no form does a part stand twice.
        let half =
            String(repeating: open, count: 7) + core + String(repeating: close, count: 7)
        let (small, large) = (try Self.size(half), try Self.size(Self.nested(open, core, close)))
        #expect(large <= 2 * small + 2, "\(small) \(large)")
        _ = try? Self.compile("SELECT COUNT(\(Self.nested(open, core, close))) FROM demo.days")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a thousand arguments stand ten deep`() throws {
        for name in ["LEAST", "GREATEST"] {
            let many = (0..<990).map { "\($0)" }.joined(separator: ", ")
            let query = try Self.compile("SELECT COUNT(\(name)(steps, \(many))) FROM demo.days")
            #expect(query.plan.step.statistics.count == 1)
            var binder = try ColumnBinder(schema: TwinPool.days)
            let typed = try binder.bind(try KernelTests.expression("\(name)(steps, \(many))"))
            #expect(Self.depth(typed.scalar) <= 12)
        }
    }

    private static func depth(_ scalar: Scalar) -> Int {
        if case .pair(_, let l, let r) = scalar { 1 + max(depth(l), depth(r)) } else { 1 }
    }

    @Test(.timeLimit(.minutes(1)))
    func `long lists are taken up to a limit, and refused in words above it`() throws {
        func list(_ count: Int) -> String {
            "SELECT COUNT(*) FROM demo.days WHERE steps IN ("
                + (0..<count).map { "\($0)" }.joined(separator: ",") + ")"
        }
        _ = try Self.compile(list(990))
        for count in [1100, 1500, 30_000] {
            let error = #expect(throws: QueryError.self) { try Self.compile(list(count)) }
            let words = ["operations", "words", "bytes"]
            #expect(words.contains { error?.problem.contains($0) ?? false })
        }
    }

    @Test func `subqueries nest as deep as brackets may, and no deeper`() throws {
        func nested(_ count: Int) -> String {
            var text = "SELECT contributor, COUNT(*) AS n FROM demo.days GROUP BY contributor"
            for _ in 0..<count {
                text = "SELECT contributor, SUM(n) AS n FROM (\(text)) GROUP BY contributor"
            }
            return "SELECT COUNT(*) FROM (\(text))"
        }
        let query = try Self.compile(nested(20))
        var random = Seeded(3)
        #expect(query.exact(ofAll: TwinPool.people(9, using: &random)).count == 1)
        let error = #expect(throws: QueryError.self) { try Self.compile(nested(40)) }
        #expect(error?.problem == "the expression nests too deep")
    }

    private static let sources =
        SensitivityTests.questions + [
            "EXPLAIN SELECT kind, EXTRACT(MONTH FROM day) AS m, SUM(steps) / COUNT(*) AS r FROM "
                + "demo.days AS d WHERE CASE mood WHEN 'bad' THEN FALSE ELSE NOT member END GROUP BY kind, "
                + "m HAVING r > 3 AND kind IN ('run', 'walk') ORDER BY r DESC, 2 LIMIT 7 "
                + "WITH ACCURACY (5%, delta => 1e-8, rows => auto)",
            "SELECT DATE_TRUNC('week', woke) AS w, city, COUNT(NULLIF(LEAST(steps, 3, level), 2)) FROM "
                + "demo.days JOIN demo.nights USING (contributor, city) GROUP BY w, city "
                + "HAVING COUNT(*) BETWEEN 3 AND 9 OR city LIKE 'x'",
            "SELECT QUANTILE(day, 0.25), STDDEV(ROUND(MOD(money, 7), 1)) FROM demo.days WHERE kind "
                + "NOT LIKE '%u_' AND day >= '1970-01-01' WITH PRIVACY (epsilon => 2, rows => 31)",
        ]

    @Test func `questions with words changed, cut or moved never trap`() throws {
        let sources = Self.sources.map { Array($0.utf8) }
        var random = Seeded(32)
        let people = TwinPool.people(2, using: &random)
        var understood = 0
        let turns = Slow.count(3000, 100_000)
        for turn in 0..<turns {
            let text = String(
                decoding: random.mutateText(sources[turn % sources.count]), as: UTF8.self)
            do {
                let query = try Self.compile(text)
                understood += 1
                guard query.plan.step.trees.isEmpty || turn % 10 == 0 else { continue }
                _ = query.plan.partial(ofAll: people.map(query.read))
            } catch let error as QueryError {
                #expect(!error.problem.isEmpty && !error.remedy.isEmpty)
                _ = error.marked(in: text)
            }
        }
        #expect(understood > turns / 50 && understood < turns)
    }

    @Test func `words in any order are refused or answered, never trapped`() {
        var random = Seeded(33)
        let words = Self.sources.flatMap { $0.split(separator: " ") }
        for _ in 0..<Slow.count(3000, 100_000) {
            let count = Int.random(in: 1...25, using: &random)
            let text = (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }
                .joined(separator: " ")
            #expect(throws: QueryError.self, "\(text)") {
                try Self.compile("SELECT " + text + " (")
            }
        }
    }
}
