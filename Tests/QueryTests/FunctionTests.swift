// SPDX-License-Identifier: Apache-2.0
import Canon
import Study
import Testing
import Vault

@testable import Query

/// `PREDICT(name)`: a function that the buyer brings, worked out of each row.
@Suite struct FunctionTests {
    private static let schema = Schema(
        table: "days",
        columns: [
            .init("steps", .integer, bounds: 0...20_000),
            .init("hours", .decimal(scale: 1), bounds: 0...240),
            .init("weather", .category, categories: ["sun", "rain"]),
            .init("tired", .boolean),
        ])

    /// Tells all that it is given: steps, hours in hundredths, weather as 0 for rain, tired.
    private static func function(
        _ arguments: [RowFunction.Argument]? = nil, bounds: ClosedRange<Int64> = 0...1000,
        work: Int = 10, digest: Digest = Digest(of: [1]),
        value: @escaping @Sendable (UnsafeBufferPointer<Int64>) -> Int64 = { row in
            row[0] % 10 + row[1] + 100 * row[2] + 200 * row[3]
        }
    ) -> RowFunction {
        RowFunction(
            name: "risk", digest: digest,
            arguments: arguments ?? [
                .init(name: "steps", kind: .number(scale: 0)),
                .init(name: "hours", kind: .number(scale: 2)),
                .init(name: "weather", kind: .choice(["rain", "sun"])),
                .init(name: "tired", kind: .choice(["false", "true"])),
            ], scale: 2, bounds: bounds, work: work, value: value)
    }

    private func scalar(_ text: String, _ functions: [RowFunction]) throws(QueryError) -> Scalar {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        let expression = try parser.expression()
        var builder = ScopeBuilder(
            pool: QueryPool(name: "walkers", tables: [FunctionTests.schema], rowsPerPerson: 5))
        let scope = try builder.scope(
            of: .table(
                .init(
                    pool: "walkers", table: nil, alias: nil,
                    position: Position(line: 1, column: 1))))
        var binder = ColumnBinder(scope: scope, reads: builder.reads, functions: functions)
        return try binder.bind(expression).scalar
    }

    private func refusal(_ text: String, _ functions: [RowFunction]) -> String {
        do throws(QueryError) {
            _ = try scalar(text, functions)
            return "not refused"
        } catch { return error.description }
    }

    private static let columns: [Rows.Column] = [
        .init(values: [5, 30_000, 7], dictionary: []), .init(values: [3, 3, 3], dictionary: []),
        .init(values: [0, 1, 1], dictionary: []), .init(values: [1, 0, 0], dictionary: []),
    ]

    @Test func `columns come in the function's own units and order, within their bounds`() throws {
        let scalar = try scalar("PREDICT(risk)", [FunctionTests.function()])
        // Row 1: 5 + 30 + 100 (sun is its second) + 200; row 2: 20,000 steps after clipping; row 3: 7 + 30.
        #expect(scalar.evaluate(FunctionTests.columns, rows: 0..<3) == [335, 30, 37])
    }

    @Test func `what a function gives is brought into its bounds`() throws {
        let wild = FunctionTests.function(bounds: 0...9) { row in row[0] == 5 ? .max : .min }
        let scalar = try scalar("PREDICT(risk)", [wild])
        #expect(scalar.evaluate(FunctionTests.columns, rows: 0..<3) == [9, 0, 0])
    }

    @Test func `it works within an expression, and equal ones are worked out once`() throws {
        let scalar = try scalar(
            "CASE WHEN PREDICT(risk) > 0.36 THEN PREDICT(risk) ELSE 0 END",
            [FunctionTests.function()])
        #expect(scalar.evaluate(FunctionTests.columns, rows: 0..<3) == [335, 0, 37])
        var program = Program()
        _ = program.add(scalar)
        let calls = program.steps.count { if case .function = $0 { true } else { false } }
        #expect(calls == 1)
    }

    @Test func `another function is another question`() throws {
        let one = try scalar("PREDICT(risk)", [FunctionTests.function()])
        let other = try scalar("PREDICT(risk)", [FunctionTests.function(digest: Digest(of: [2]))])
        #expect(one.canonical != other.canonical)
    }

    @Test func `a feature that is missing, or means something else, is an error and no default`() {
        func wants(_ name: String, _ kind: RowFunction.Kind) -> String {
            refusal("PREDICT(risk)", [FunctionTests.function([.init(name: name, kind: kind)])])
        }
        #expect(wants("sleep", .number(scale: 0)).contains("wants a column 'sleep'"))
        #expect(wants("hours", .number(scale: 0)).contains("1 digits behind the point"))
        #expect(wants("weather", .number(scale: 0)).contains("hours") == false)
        #expect(wants("weather", .number(scale: 0)).contains("is a category here"))
        #expect(wants("steps", .choice(["a"])).contains("is a number here"))
        #expect(wants("weather", .choice(["rain"])).contains("does not know weather = 'sun'"))
    }

    @Test func `PREDICT names one model that came with the question`() {
        let functions = [FunctionTests.function()]
        #expect(refusal("PREDICT(other)", functions).contains("those that came are risk"))
        #expect(refusal("PREDICT(other)", []).contains("--model FILE"))
        for text in ["PREDICT()", "PREDICT(risk, risk)", "PREDICT(1)", "PREDICT(risk + 1)"] {
            #expect(refusal(text, functions).contains("write PREDICT(name)"), "\(text)")
        }
    }

    @Test func `a question with a function is compiled, and one that takes too long is refused`()
        throws
    {
        func compiled(_ work: Int) throws -> CompiledQuery {
            try CompiledQuery(
                "SELECT weather, AVG(PREDICT(risk)) FROM walkers WHERE PREDICT(risk) >= 0.1 "
                    + "GROUP BY weather",
                pool: QueryPool(
                    name: "walkers", tables: [FunctionTests.schema], rowsPerPerson: 5,
                    functions: [FunctionTests.function(work: work)]))
        }
        let query = try compiled(10)
        #expect(query.plan.step.reads[0].columns == [0, 1, 2, 3])
        // For more people it is the same question.
        #expect(try query.expecting(500)?.digest == query.digest)
        #expect(throws: QueryError.self) { try compiled(5_000) }
    }

    @Test func `one that takes too long is refused wherever it stands`() throws {
        let pool = QueryPool(
            name: "walkers", tables: [FunctionTests.schema], rowsPerPerson: 5,
            functions: [FunctionTests.function(work: 700)])
        #expect(throws: QueryError.self) {
            try CompiledQuery(
                "SELECT AVG(a) FROM (SELECT contributor, SUM(PREDICT(risk)) AS a, "
                    + "MAX(PREDICT(risk) + PREDICT(risk) * 2) AS b, SUM(CASE WHEN PREDICT(risk) > 1 "
                    + "THEN BUCKET(steps, 9) ELSE 0 END) AS c FROM walkers WHERE "
                    + (0..<150).map { "hours <> \($0)" }.joined(separator: " AND ")
                    + " GROUP BY contributor)", pool: pool)
        }
        let asked = "CREATE MODEL m FROM walkers WHERE PREDICT(risk) > 0.5 PREDICT tired"
        #expect(try ModelQuestion(asked, pool: pool).name == "m")
        let heavy = QueryPool(
            name: "walkers", tables: [FunctionTests.schema], rowsPerPerson: 5,
            functions: [FunctionTests.function(work: 5_000)])
        #expect(throws: QueryError.self) { try ModelQuestion(asked, pool: heavy) }
        #expect(throws: QueryError.self) {
            try CompiledQuery(
                "SELECT AVG(a) FROM (SELECT contributor, SUM(PREDICT(risk)) AS a FROM walkers "
                    + "GROUP BY contributor)", pool: heavy)
        }
    }

    @Test func `statements about models are told from questions`() throws {
        #expect(try ModelRequest("DESCRIBE MODEL risk;") == .describe("risk"))
        #expect(try ModelRequest("drop model risk") == .drop("risk"))
        #expect(try ModelRequest("RETRAIN risk") == .retrain("risk"))
        #expect(try ModelRequest("EXPLAIN RETRAIN MODEL risk") == .explainRetrain("risk"))
        #expect(try ModelRequest("EXPLAIN SELECT COUNT(*) FROM walkers") == nil)
        #expect(throws: QueryError.self) { try ModelRequest("EXPLAIN DROP MODEL risk") }
        #expect(try ModelRequest("DESCRIBE MODEL model") == .describe("model"))
        #expect(try ModelRequest("SELECT COUNT(*) FROM walkers") == nil)
        #expect(try ModelRequest("") == nil)
        #expect(throws: QueryError.self) { try ModelRequest("DROP MODEL") }
        #expect(throws: QueryError.self) { try ModelRequest("DROP MODEL risk, other") }
        #expect(throws: QueryError.self) { try ModelRequest("RETRAIN MODEL 'risk'") }
        #expect(
            ModelRequest.names(in: "SELECT AVG(PREDICT(a)), SUM(predict(b)) FROM x") == ["a", "b"])
        #expect(ModelRequest.names(in: "SELECT 'PREDICT(a)' FROM") == [])
    }
}
