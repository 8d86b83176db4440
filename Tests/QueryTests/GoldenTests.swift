// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import Vault

@testable import Query
@testable import Study

/// Questions and their exact answers, from the files in Golden. The answers there were computed
/// by SQLite from the same rows.
@Suite struct GoldenTests {
    @Test func `answers without noise are those of SQLite`() throws {
        let golden = try Golden(file: "activity.test")
        #expect(golden.people.count == 6)
        #expect(golden.cases.count > 35)
        for (sql, expected) in golden.cases {
            let query = try Fixture.query(sql)
            let answer = query.exact(ofAll: golden.people).map { $0.joined(separator: " | ") }
            #expect(answer == expected, "\(sql)")
        }
    }

    @Test func `every construct of the language means what it means in DuckDB`() throws {
        let golden = try Golden(file: "language.test")
        #expect(golden.people.count == 7)
        #expect(golden.cases.count > 25)
        for (sql, expected) in golden.cases {
            let query = try CompiledQuery(sql, pool: GoldenTests.pool)
            let answer = query.exact(ofAll: golden.people)
            let wanted = expected.map { $0.components(separatedBy: " | ") }
            #expect(answer.count == wanted.count, "\(sql)")
            for (line, wanted) in zip(answer, wanted) {
                let same = zip(line, wanted).allSatisfy(GoldenTests.isSame)
                #expect(same && line.count == wanted.count, "\(sql): \(line), wanted \(wanted)")
            }
        }
    }

    @Test func `the plans of questions are those reckoned by hand`() throws {
        let golden = try Golden(file: "plans.test")
        #expect(golden.cases.count > 15)
        for (sql, expected) in golden.cases {
            let step = try CompiledQuery(sql, pool: GoldenTests.pool).plan.step
            func rows(_ radius: UInt64) -> String {
                let rows = (Double(radius) / Double(step.lattice) * 1000).rounded() / 1000
                return rows == rows.rounded() ? "\(Int(rows))" : "\(rows)"
            }
            var parts = step.blocks.map { block in
                switch block.bound {
                case .fixed(let radius): "\(block.width) within \(rows(radius))"
                case .ladder(let ladder):
                    "\(block.width) within \(rows(ladder.lowest)) to "
                        + rows(ladder.radius(of: ladder.rungs - 1))
                }
            }
            if let found = step.found { parts.append("\(found.most) groups found") }
            #expect([parts.joined(separator: "; ")] == expected, "\(sql)")
        }
    }

    /// Equal, but for what rounding a contributor to the lattice does: a thousandth, or 5 in a million.
    private static func isSame(_ value: String, _ wanted: String) -> Bool {
        guard value != wanted else { return true }
        guard let a = Double(value), let b = Double(wanted) else { return false }
        return abs(a - b) <= 0.001 + 5e-6 * abs(b)
    }

    private static let pool = QueryPool(
        name: "demo", tables: [Fixture.schema, TwinPool.nights], rowsPerPerson: 10)

    @Test func `every wrong question gets its place, what is wrong, and what to write instead`()
        throws
    {
        let text = try Golden.text(of: "errors.test")
        var count = 0
        for block in text.components(separatedBy: "\n\n") {
            let lines = block.split(separator: "\n")
            guard let last = lines.last, last.hasPrefix("! ") else { continue }
            let sql = lines.dropLast().joined(separator: "\n")
                .replacing("\\t", with: "\t").replacing("\\r", with: "\r")
            let error = #expect(throws: QueryError.self, "\(sql)") { _ = try Fixture.query(sql) }
            #expect(error?.description ?? "no error" == last.dropFirst(2), "\(sql)")
            count += 1
        }
        #expect(count > 150)
    }
}

/// A golden file: the rows of some people, then questions and answers.
private struct Golden {
    /// For each contributor, her tables.
    private(set) var people: [[Rows]] = []
    private(set) var cases: [(sql: String, answer: [String])] = []

    static func text(of file: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Golden/\(file)"), encoding: .utf8)
    }

    init(file: String) throws {
        var days: ArraySlice<String> = []
        var nights: ArraySlice<String> = []
        for block in try Golden.text(of: file).components(separatedBy: "\n\n") {
            let lines = block.split(separator: "\n").map(String.init)
            if let rows = lines.firstIndex(of: "rows") {
                days = lines[(rows + 1)...]
            } else if lines.first == "nights" {
                nights = lines.dropFirst()
            } else if lines.first == "query", let bar = lines.firstIndex(of: "----") {
                cases.append((lines[1..<bar].joined(separator: "\n"), Array(lines[(bar + 1)...])))
            }
        }
        let order = ["kind", "steps", "money", "score", "city", "member", "day", "mood"]
        let names = Set((days + nights).map { $0.prefix { $0 != " " } }).sorted()
        people = try names.map { name in
            var tables = [try Golden.rows(of: name, days, order, Fixture.schema)]
            if !nights.isEmpty {
                let order = TwinPool.nights.columns.map(\.name)
                tables.append(try Golden.rows(of: name, nights, order, TwinPool.nights))
            }
            return tables
        }
    }

    /// The rows of one contributor, whose name stands first in the lines.
    private static func rows(
        of name: Substring, _ lines: ArraySlice<String>, _ order: [String], _ schema: Schema
    ) throws -> Rows {
        let fields = lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let own = fields.filter { $0[0] == name }
        let columns = try schema.columns.map { column -> Rows.Column in
            guard let place = order.firstIndex(of: column.name) else {
                return .init(values: own.map { _ in Schema.null })
            }
            return try Golden.column(column, own.map { $0[place + 1] })
        }
        return Rows(schema: schema, columns: columns, count: own.count)
    }

    private static func column(_ column: Schema.Column, _ texts: [String]) throws -> Rows.Column {
        // Each text stands once in a dictionary, as storage has it.
        let dictionary = column.kind == .text ? Set(texts).sorted() : []
        let values = try texts.map { text -> Int64 in
            guard text != "-" else { return Schema.null }
            switch column.kind {
            case .text: return Int64(try #require(dictionary.firstIndex(of: text)))
            case .category: return Int64(try #require(column.categories.firstIndex(of: text)))
            case .boolean: return text == "true" ? 1 : 0
            case .date: return try #require(CalendarDay(text)).number
            default:
                let number = try #require(Double(text)) * Double(powerOfTen(column.kind.scale))
                return Int64(number.rounded())
            }
        }
        return Rows.Column(values: values, dictionary: dictionary)
    }
}
