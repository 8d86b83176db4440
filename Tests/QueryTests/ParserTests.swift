// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

@Suite struct ParserTests {
    @Test func `spaces, comments, case and line ends mean nothing`() throws {
        let plain = try ParserTests.tokens("select count(*) from demo where steps>=5 and day<>'x'")
        let spaced = try ParserTests.tokens(
            "\u{a0}SELECT -- how many\r\n\tCount ( * )\nFROM demo--\nWHERE Steps >= 5\rAND day != 'x'"
        )
        #expect(plain == spaced)
    }

    @Test(arguments: [
        ("1", "1"), ("1.50", "1.50"), ("1e5", "1e5"), ("1E-5", "1e-5"), ("1e+5", "1e+5"),
    ])
    func `numbers have a point and an exponent`(text: String, read: String) throws {
        #expect(try ParserTests.tokens(text) == [.number(read), .end])
    }

    @Test func `what only looks like a number ends where it stops being one`() throws {
        #expect(try ParserTests.tokens("1e") == [.number("1"), .word("e"), .end])
        #expect(try ParserTests.tokens("1e-") == [.number("1"), .word("e"), .mark("-"), .end])
        #expect(
            try ParserTests.tokens("1..2") == [.number("1"), .mark("."), .mark("."), .number("2")]
                + [.end])
        #expect(try ParserTests.tokens("2x") == [.number("2"), .word("x"), .end])
    }

    @Test(arguments: [
        ("5", 5, 0), ("5.0", 5, 0), ("0.5", 5, 1), ("1e3", 1000, 0), ("1.25e1", 125, 1),
        ("1e-9", 1, 9), ("12345e-3", 12345, 3), ("007", 7, 0), ("0e40", 0, 0),
        ("4611686018427387903", (1 << 62) - 1, 0),
    ])
    func `a decimal is read exactly`(text: String, value: Int64, scale: Int) throws {
        let read = try #require(exactDecimal(text, most: 9))
        #expect(read.value == value && read.scale == scale)
    }

    @Test(arguments: [
        "1e-10", "0.0000000001", "4611686018427387904", "1e19", "1e41", "1e999999999",
    ])
    func `a decimal that does not fit is none`(text: String) {
        #expect(exactDecimal(text, most: 9) == nil)
    }

    @Test(arguments: [
        "demo", "adults-1994", "sleep-24h", "fit-2e", "a-1e5-x", "p-07", "q2-e5", "by-days", "in",
        "group-by",
    ])
    func `pools are named by words and numbers with hyphens`(name: String) throws {
        #expect(try CompiledQuery.pool(of: "SELECT COUNT(*) FROM \(name) LIMIT 1") == name)
        let source = try Parser.statement(of: "SELECT COUNT(*) FROM \(name).days").statement.source
        guard case .table(let table) = source else {
            Issue.record("no table")
            return
        }
        #expect(table.pool == name && table.table == "days")
    }

    @Test func `a column of the result is named in one spelling`() throws {
        let text = """
            SELECT Sum( Steps ) , COUNT(DISTINCT  contributor), AVG(CLIP(steps,0, 5)),
              count(case when City = 'Graz' then 1 end), COUNT(*) AS n FROM demo ORDER BY sum(steps)
            """
        let query = try Fixture.query(text)
        #expect(
            query.outputs.map(\.name) == [
                "sum(steps)", "count(distinct contributor)", "avg(clip(steps, 0, 5))",
                "count(case when city = 'Graz' then 1 end)", "n",
            ])
        #expect(query.orders.map(\.value) == [query.outputs[0].value])
    }

    @Test func `columns may be called like words of CASE`() throws {
        for word in ["case", "when", "then", "else", "end", "date", "coalesce"] {
            let schema = Schema(table: "t", columns: [.init(word, .integer, bounds: 0...9)])
            let pool = QueryPool(name: "p", tables: [schema], rowsPerPerson: 1)
            for form in [
                "SUM(\(word))", "SUM(CASE WHEN \(word) > 1 THEN \(word) ELSE \(word) END)",
            ] {
                _ = try CompiledQuery("SELECT \(form) FROM p WHERE \(word) = 1", pool: pool)
            }
        }
    }

    @Test func `an error is marked under its place`() throws {
        let text = "SELECT\tCOUNT(*)\r\nFROM\tdemo WHERE\töl > 1"
        let error = try #require(throws: QueryError.self) { try Fixture.query(text) }
        #expect(error.position == Position(line: 2, column: 17))
        let lines = error.marked(in: text).split(separator: "\n")
        #expect(lines[0] == "FROM\tdemo WHERE\töl > 1")
        #expect(lines[1] == "    \t          \t^")
        #expect(error.marked(in: "shorter").contains("line 2, column 17"))
    }

    @Test func `too long and too many are refused before anything else`() {
        let long = String(repeating: " ", count: 65_537)
        #expect(throws: QueryError.self) { _ = try Fixture.query(long) }
        let many = "SELECT " + String(repeating: "COUNT(*),", count: 600)
        let error = #expect(throws: QueryError.self) { _ = try Fixture.query(many) }
        #expect(error?.problem == "the query has more than 2048 words")
    }

    @Test(arguments: ["((", "NOT ", "- ", "ABS(", "CASE WHEN ", "1+", "(1+", "(1 IN ("])
    func `a query that nests too deep is refused`(part: String) {
        for count in [65, 1000] {
            let text = "SELECT COUNT(\(String(repeating: part, count: count))1) FROM demo"
            let error = #expect(throws: QueryError.self) { _ = try Fixture.query(text) }
            let problems = ["nests too deep", "one upon another", "2048 words", "no meaning"]
            #expect(problems.contains { error?.problem.contains($0) ?? false }, "\(count) \(part)")
        }
    }

    @Test func `the deepest queries fit on a stack of 512 KiB, from text to answer`() async {
        await #expect(processExitsWith: .success) {
            let thread = Thread {
                for text in ParserTests.deepQueries(oneMore: false) where !ParserTests.walk(text) {
                    exit(EXIT_FAILURE)
                }
                exit(EXIT_SUCCESS)
            }
            thread.stackSize = 512 << 10
            thread.start()
            sleep(60)
            exit(EXIT_FAILURE)
        }
    }

    @Test func `one level more than the deepest is refused`() {
        for text in ParserTests.deepQueries(oneMore: true) {
            #expect(throws: QueryError.self, "\(text)") { _ = try Fixture.query(text) }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `no short query keeps the compiler busy for ever`() throws {
        // Each level stands once in the plan, where it once was doubled: 2^31 steps.
        var between = "TRUE"
        var isIn = "TRUE"
        for _ in 0..<31 {
            between = "(\(between) BETWEEN FALSE AND TRUE)"
            isIn = "(\(isIn) IN (member, TRUE))"
        }
        for text in [between, isIn] {
            #expect(ParserTests.walk("SELECT COUNT(*) FROM demo WHERE \(text)"))
        }
    }

    @Test func `questions with bytes changed, cut or moved never trap`() throws {
        let sources = ParserTests.questions.map { Array($0.utf8) }
        var random = Seeded(31)
        var understood = 0
        for turn in 0..<6000 {
            let bytes = random.mutateText(sources[turn % sources.count])
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let query = try Fixture.query(text)
                _ = query.plan.partial(of: [Fixture.person(rows: 2, using: &random)])
                understood += 1
            } catch let error as QueryError {
                #expect(!error.problem.isEmpty && !error.remedy.isEmpty)
                _ = error.marked(in: text)
            }
        }
        #expect((100...5900).contains(understood))
    }

    private static func tokens(_ text: String) throws -> [Token.Kind] {
        try Lexer.tokens(of: text).map(\.kind)
    }

    private static let questions = [
        "SELECT kind, COUNT(*) AS n, AVG(steps) FROM demo WHERE day >= '2020-01-01' GROUP BY kind "
            + "ORDER BY n DESC LIMIT 3 WITH PRIVACY (epsilon => 1.5, delta => 1e-8, rows => 20)",
        "SELECT SUM(CASE WHEN city IN ('Graz', 'Linz') THEN money / 2 ELSE -ABS(money) END) FROM "
            + "demo.days WHERE NOT (member IS NULL OR steps NOT BETWEEN 10 AND 1e3)",
        "SELECT COUNT(DISTINCT contributor), SUM(CLIP(score, -1.5, COALESCE(7, 1))) -- so\nFROM demo",
    ]

    /// The deepest queries that are not refused, or those with one level more.
    private static func deepQueries(oneMore more: Bool) -> [String] {
        func nested(_ open: String, _ core: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + core + String(repeating: close, count: count)
        }
        // The aggregate takes three levels and an operation; a function takes two levels.
        let sum = nested("1+", "1", "", 33)
        let less = more ? 1 : 0
        return [
            nested("1+", "1", "", 63 + less), nested("(", sum, ")", 29 + less),
            nested("(1+", "1", "+1)", 29 + less),
            nested("CASE WHEN TRUE THEN ", sum, " ELSE 0 END", 29 + less),
            nested("CASE WHEN ", "member", " THEN TRUE END", 29 + less),
            nested("ABS(", nested("1-", "steps", "", 33), ")", 14 + less),
            nested("COALESCE(1, ", nested("2*", "steps", "", 33), ")", 14 + less),
            nested("NULLIF(", nested("2*", "steps", "", 33), ", 1)", 14 + less),
            nested("ROUND(", nested("2.5 * ", "steps", "", 6), ", 1)", 14 + less),
            nested("LEAST(1, ", nested("2*", "steps", "", 33), ")", 14 + less),
            nested("NOT ", "member", "", 29 + less), nested("NOT (", "member", ")", 14 + less),
            nested("-(", "steps", ")", 14 + less),
            nested("(steps=1 AND ", "member", ")", 29 + less),
            nested("(", "TRUE", " IN (TRUE, member))", 29 + less),
            nested("(", "TRUE", " NOT BETWEEN FALSE AND member)", 29 + less),
            // As many as there are words for.
            nested("steps=1 OR ", "member", "", more ? 600 : 500),
        ].map { "SELECT COUNT(\($0)) FROM demo" }
    }

    /// Compiles a question and works it out for one contributor; false when it is refused.
    private static func walk(_ text: String) -> Bool {
        guard let query = try? Fixture.query(text) else { return false }
        var random = Seeded(1)
        _ = query.plan.partial(of: [Fixture.person(rows: 3, using: &random)])
        return (try? query.digest) != nil
    }
}
