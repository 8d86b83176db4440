// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query

/// The kernel against its plain twin, and at the ends of Int64.
@Suite struct KernelTests {
    /// 100,000 pairs of an expression and a row, in four parts that run side by side.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `a kernel gives what the words mean, row by row, and never traps`(seed: UInt64) throws {
        var writer = Writer(random: Seeded(seed))
        var random = Seeded(seed + 100)
        var pairs = 0
        var missing = 0
        for turn in 0..<625 {
            let isTruth = turn % 2 == 0
            let text = isTruth ? writer.truth(1 + turn % 3) : writer.number(1 + turn % 3)
            let expression = try KernelTests.expression(text)
            var binder = try ColumnBinder(schema: Fixture.schema)
            let typed: Typed
            do { typed = try binder.bind(expression) } catch {
                Issue.record("\(text): \(error)")
                continue
            }
            let rows = Fixture.person(rows: 40, using: &random)
            let values = typed.scalar.evaluate(rows.columns, rows: 0..<40)
            for row in 0..<40 {
                let expected = Oracle(rows: rows, row: row).value(expression)
                pairs += 1
                if expected == .null { missing += 1 }
                guard KernelTests.value(values[row], typed.type) == expected else {
                    Issue.record("\(text), row \(row): \(values[row]), expected \(expected)")
                    return
                }
                if case .number(_, let bounds?) = typed.type, values[row] != Schema.null {
                    #expect(bounds.contains(values[row]), "\(text): public bounds hold")
                }
            }
        }
        #expect(pairs == 25_000)
        #expect((2_500...17_500).contains(missing), "neither all NULL nor none")
    }

    @Test func `blocks of rows give what all rows give`() throws {
        var writer = Writer(random: Seeded(21))
        var random = Seeded(22)
        for _ in 0..<60 {
            var binder = try ColumnBinder(schema: Fixture.schema)
            let scalar = try binder.bind(try KernelTests.expression(writer.number(3))).scalar
            let rows = Fixture.person(rows: 37, using: &random)
            let whole = scalar.evaluate(rows.columns, rows: 0..<37)
            let parts = [0..<5, 5..<6, 6..<37].flatMap { scalar.evaluate(rows.columns, rows: $0) }
            #expect(parts == whole)
        }
    }

    @Test(arguments: [
        ("other + 1", nil), ("other - 1", Int64.max - 1), ("-other", -Int64.max),
        ("0 - other - 1", nil), ("other * 2", nil), ("other * other", nil), ("other / 0", nil),
        ("other / -1", nil), ("(other - other) / (other - other)", nil),
        ("ABS(-other)", Int64.max), ("other * 1 + 0.5", nil),
        ("CLIP(other, 0, 5.5)", nil), ("CLIP(CLIP(other, -1e10, 1e8), 0, 5.5)", 55),
        ("COALESCE(other + 1, other)", Int64.max), ("7 / 2", 3_500_000), ("-7 / 2", -3_500_000),
        ("1 / 3", 333_333), ("-1 / 3", -333_333), ("0.000000001 * 0.5", 0),
        ("2.5 * 2", 50), ("CASE WHEN other > 0.1 THEN 1 ELSE 0 END", 1),
        ("CASE WHEN other BETWEEN 0.1 AND 1e18 THEN 1 ELSE 0 END", 0),
    ])
    func `arithmetic is exact, truncates, and has no value beyond Int64`(
        text: String, expected: Int64?
    ) throws {
        var binder = try ColumnBinder(schema: Fixture.schema)
        let scalar = try binder.bind(try KernelTests.expression(text)).scalar
        let columns = Fixture.schema.columns.map {
            Rows.Column(values: [$0.name == "other" ? .max : 0])
        }
        #expect(scalar.evaluate(columns, rows: 0..<1) == [expected ?? Schema.null])
    }

    @Test func `codes that no list or dictionary has are harmless`() throws {
        for text in ["city = 'Graz'", "kind = 'run'", "NOT member", "mood IN ('bad')"] {
            var binder = try ColumnBinder(schema: Fixture.schema)
            let scalar = try binder.condition(try KernelTests.expression(text))
            for code in [-1, 5, .max, .min, Int64.min + 1] {
                let columns = Fixture.schema.columns.map { _ in
                    Rows.Column(values: [code], dictionary: ["Graz"])
                }
                let value = scalar.evaluate(columns, rows: 0..<1)[0]
                #expect(value == 0 || value == Schema.null)
            }
        }
    }

    @Test func `texts are equal by their bytes, not by what they look like`() throws {
        var binder = try ColumnBinder(schema: Fixture.schema)
        let scalar = try binder.condition(try KernelTests.expression("city = 'Gr\u{e4}z'"))
        let columns = Fixture.schema.columns.map { _ in
            Rows.Column(values: [0, 1], dictionary: ["Gra\u{308}z", "Gr\u{e4}z"])
        }
        #expect(scalar.evaluate(columns, rows: 0..<2) == [0, 1])
    }

    /// Reads an expression.
    static func expression(_ text: String) throws -> Expression {
        let statement = try Parser.statement(of: "SELECT COUNT(\(text)) FROM demo").statement
        let item = statement.items[0]
        guard case .aggregate(.countValues(let expression), _) = item.expression else {
            throw QueryError("no expression", at: item.position, remedy: "write one")
        }
        return expression
    }

    private static func value(_ value: Int64, _ type: ValueType) -> Oracle.Value {
        if value == Schema.null { return .null }
        switch type {
        case .number(let scale, _): return .number(value, scale: scale)
        case .boolean: return .truth(value == 1)
        default: return .day(value)
        }
    }
}
