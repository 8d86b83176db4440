// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@testable import Query
@testable import Study

/// What one question may cost the node: taken at each limit, refused one above.
@Suite struct LimitTests {
    private static func pool(_ sizes: [Int]) -> QueryPool {
        let groups = sizes.enumerated().map { place, size in
            Schema.Column("g\(place)", .category, categories: (1..<size).map { "c\($0)" })
        }
        let schema = Schema(
            table: "t", columns: groups + [.init("x", .integer, bounds: 0...1), .init("t", .text)])
        return QueryPool(name: "p", tables: [schema], rowsPerPerson: 1)
    }

    /// Asks about groups of so many codes each, NULL included.
    private static func ask(
        _ items: String, groupedBy sizes: [Int] = [], where filter: String? = nil, tail: String = ""
    ) throws(QueryError) -> CompiledQuery {
        let names = sizes.indices.map { "g\($0)" }.joined(separator: ", ")
        let text =
            "SELECT \(items)\nFROM p" + (filter.map { "\nWHERE \($0)" } ?? "")
            + (sizes.isEmpty ? "" : "\nGROUP BY \(names)") + tail
        return try CompiledQuery(text, pool: pool(sizes))
    }

    private static func refusal(_ body: () throws -> CompiledQuery) -> String? {
        let error = #expect(throws: QueryError.self) { _ = try body() }
        return error?.description
    }

    private static func sums(_ count: Int) -> String {
        (0..<count).map { "SUM(x + \($0))" }.joined(separator: ", ")
    }

    @Test func `10,000 groups are taken and one more is not`() throws {
        #expect(
            try LimitTests.ask("COUNT(*)", groupedBy: [100, 100]).plan.step.listedGroups == 10_000)
        // 73 · 137 = 10,001.
        #expect(
            LimitTests.refusal { try LimitTests.ask("COUNT(*)", groupedBy: [73, 137]) }
                == "line 3, column 10: more than 10000 groups; group by fewer columns")
    }

    @Test func `20,000 numbers are taken and one more is not`() throws {
        let three = "COUNT(*), AVG(x)"
        #expect(
            try LimitTests.ask("SUM(x + 1), \(three)", groupedBy: [50, 100]).numbers == 20_000)
        // 59 · 113 · 3 = 20,001.
        #expect(
            LimitTests.refusal { try LimitTests.ask(three, groupedBy: [59, 113]) }
                == "line 1, column 18: the answer has 20001 numbers, 3 for each of 6667 groups, "
                + "and more than 20000; show at most 2 counts and sums, an AVG being two, or "
                + "group by fewer columns")
    }

    @Test func `140 sums over four columns are refused before anything is made for them`() {
        let message = LimitTests.refusal {
            try LimitTests.ask(LimitTests.sums(140), groupedBy: [11, 11, 7, 4])
        }
        #expect(message?.contains("474320 numbers, 140 for each of 3388 groups") ?? false)
        #expect(message?.hasPrefix("line 1, column 68:") ?? false, "the sixth sum")
    }

    @Test func `what is shown again costs no number, but a value`() throws {
        let again = [String](repeating: "COUNT(*)", count: 10).joined(separator: ", ")
        let query = try LimitTests.ask(again, groupedBy: [100, 100])
        #expect(query.numbers == 10_000)
        #expect(
            LimitTests.refusal { try LimitTests.ask("g0, \(again)", groupedBy: [100, 100]) }
                == "line 1, column 102: the answer has 110000 values and more than 100000; "
                + "show at most 10 columns, or group by fewer")
    }

    @Test func `a list of 996 values is taken and one more is not`() throws {
        func filter(_ count: Int) -> String {
            "x IN (\((0..<count).map(String.init).joined(separator: ",")))"
        }
        _ = try LimitTests.ask("COUNT(*)", where: filter(996))
        let message = LimitTests.refusal { try LimitTests.ask("COUNT(*)", where: filter(997)) }
        #expect(message?.contains("more than 1000 operations for each row") ?? false)
    }

    @Test func `long texts, many sums and many cases are refused with their place`() throws {
        func texts(_ bytes: Int) -> String { "t = '\(String(repeating: "a", count: bytes))'" }
        _ = try LimitTests.ask("COUNT(*)", where: texts(7000))
        #expect(
            LimitTests.refusal { try LimitTests.ask("COUNT(*)", where: texts(8000)) }
                == "line 3, column 9: this takes more than 1000 operations for each row; ask for "
                + "less at once, or compare with fewer or shorter values")
        let quotients = (0..<120).map { "COUNT(x / \($0))" }.joined(separator: ", ")
        #expect(
            LimitTests.refusal { try LimitTests.ask(quotients) }?.hasPrefix("line 1, column 1")
                ?? false)
        let arms = (0..<290).map { "WHEN x=\($0) THEN x" }.joined(separator: " ")
        _ = try LimitTests.ask("COUNT(CASE \(arms) END)")
        _ = try LimitTests.ask(LimitTests.sums(200))
        _ = try LimitTests.ask("COUNT(*)", where: texts(4000))
        let both = LimitTests.refusal {
            try LimitTests.ask(LimitTests.sums(200), where: texts(4000))
        }
        #expect(both?.contains("line 1, column") ?? false, "filter and sums count together")
    }

    @Test func `sixteen columns of ORDER BY are taken and one more is not`() throws {
        func tail(_ count: Int) -> String {
            " ORDER BY " + [String](repeating: "1", count: count).joined(separator: ", ")
        }
        #expect(try LimitTests.ask("COUNT(*)", tail: tail(16)).orders.count == 16)
        #expect(
            LimitTests.refusal { try LimitTests.ask("COUNT(*)", tail: tail(17)) }
                == "line 2, column 65: ORDER BY has more than 16 columns; keep the first few: "
                + "they decide")
    }

    @Test func `work that questions share is counted once`() throws {
        let chain = "x" + String(repeating: " * 1.000000001", count: 40)
        let items = (0..<20).map { "COUNT(\(chain) + \($0))" }.joined(separator: ", ")
        let step = try LimitTests.ask(items).plan.step
        var program = Program()
        for statistic in step.statistics {
            _ = Tally<PlainWord>(statistic, lattice: 1, in: &program)
        }
        #expect(program.steps.count < 100)
        #expect(program.work <= 4 * 40 + 60)
    }
}

extension CompiledQuery {
    /// How many numbers a study of listed groups gives.
    fileprivate var numbers: Int {
        plan.step.blocks.reduce(0) { $0 + $1.width } * plan.step.listedGroups
    }
}
