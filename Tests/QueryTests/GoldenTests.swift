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
            let answer = query.exact(of: golden.people).map { $0.joined(separator: " | ") }
            #expect(answer == expected, "\(sql)")
        }
    }

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
        #expect(count > 60)
    }
}

/// A golden file: the rows of some people, then questions and answers.
private struct Golden {
    private(set) var people: [Rows] = []
    private(set) var cases: [(sql: String, answer: [String])] = []

    static func text(of file: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Golden/\(file)"), encoding: .utf8)
    }

    init(file: String) throws {
        for block in try Golden.text(of: file).components(separatedBy: "\n\n") {
            let lines = block.split(separator: "\n").map(String.init)
            if let rows = lines.firstIndex(of: "rows") {
                people = try Golden.people(lines[(rows + 1)...])
            } else if lines.first == "query", let bar = lines.firstIndex(of: "----") {
                cases.append((lines[1..<bar].joined(separator: "\n"), Array(lines[(bar + 1)...])))
            }
        }
    }

    private static func people(_ lines: ArraySlice<String>) throws -> [Rows] {
        let fields = lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return try Set(fields.map { $0[0] }).sorted().map { name in
            let rows = fields.filter { $0[0] == name }
            let order = ["kind", "steps", "money", "score", "city", "member", "day", "mood"]
            let columns = try Fixture.schema.columns.map { column -> Rows.Column in
                guard let place = order.firstIndex(of: column.name) else {
                    return .init(values: rows.map { _ in Schema.null })
                }
                return try Golden.column(column, rows.map { $0[place + 1] })
            }
            return Rows(schema: Fixture.schema, columns: columns, count: rows.count)
        }
    }

    private static func column(_ column: Schema.Column, _ texts: [String]) throws -> Rows.Column {
        let values = try texts.enumerated().map { row, text -> Int64 in
            guard text != "-" else { return Schema.null }
            switch column.kind {
            case .text: return Int64(row)
            case .category: return Int64(try #require(column.categories.firstIndex(of: text)))
            case .boolean: return text == "true" ? 1 : 0
            case .date: return try #require(CalendarDay(text)).number
            default:
                let number = try #require(Double(text)) * Double(powerOfTen(column.kind.scale))
                return Int64(number.rounded())
            }
        }
        return Rows.Column(values: values, dictionary: column.kind == .text ? texts : [])
    }
}
