// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import TestSupport
import Vault

@testable import Intake

/// The first line of a table: names of columns, somebody's row, or neither.
@Suite struct HeaderTests {
    private func draft(_ text: String, hasHeader: Bool = true) throws -> MappingDraft {
        try Mapping.draft(of: Array(text.utf8), table: "t", hasHeader: hasHeader)
    }

    @Test(arguments: [
        ("day,steps\n2025-01-01,5\n", false), ("2025-01-01,5\n2025-01-02,6\n", true),
        ("ann,12.50\n", true), ("who,a@b.org\n", true), ("https://x.org,word\n", true),
        ("1/2/2026,x\n", true), ("\"1,234.5\",x\n", true), ("x1,2nd\n", false), (",steps\n", false),
    ])
    func `a first line with a value in it is doubted`(text: String, isDoubtful: Bool) throws {
        #expect(try draft(text).isHeaderDoubtful == isDoubtful)
    }

    @Test func `without a header the first line is a row`() throws {
        let text =
            "ann,2025-01-01,5,red\nbo,2025-01-02,6,blue\nann,2025-01-02,7,red\nbo,2025-01-03,8,blue\n"
        let draft = try draft(text, hasHeader: false)
        #expect(draft.columns.map(\.source) == (1...4).map { "column \($0)" })
        #expect(draft.columns.map(\.name) == (1...4).map { "column_\($0)" })
        #expect(draft.columns[1].kind == .date && draft.columns[2].kind == .integer)
        #expect(draft.columns[2].examples == ["5", "6", "7"])
        let mapping = try draft.mapping()
        #expect(!mapping.hasHeader)
        #expect(try Mapping(parsing: try draft.document()) == mapping)
        let scratch = try Scratch()
        // With a byte order mark and blank lines before, too.
        for (start, first) in [("", 1), ("\u{FEFF}", 1), ("\n\n", 3), ("\u{FEFF}\n", 2)] {
            let path = try scratch.write("t.csv", bytes: Array((start + text + "x,y\n").utf8))
            for threads in [1, 3] {
                var options = IntakeOptions(mapping: mapping)
                options.threads = threads
                let (report, _) = try read(path, options)
                #expect(report.table("t")?.kept == 4)
                #expect(report.dropped("wrong_field_count") == 1)
                #expect(
                    report.dropped.first { $0.code == "wrong_field_count" }?.lines == [first + 4])
            }
        }
    }

    @Test func `dates without a header tell their order from the first line on`() throws {
        let mapping = try Mapping(
            parsing: Array(
                """
                {"table": "t", "header": false, "columns": [
                  {"source": "column 1", "name": "day", "kind": "date"}]}
                """.utf8))
        let scratch = try Scratch()
        let file = try scratch.write("t.csv", bytes: Array("13/2/2026,x\n1/2/2026,y\n".utf8))
        let dates = try read(file, .init(mapping: mapping)).0.table("t")?.dates
        #expect(dates?.lowerBound.description == "2026-02-01")
        #expect(dates?.upperBound.description == "2026-02-13")
    }

    @Test func `a member that a mapping does not have is named`() {
        for text in [
            #"{"table":"t","headr":false,"columns":[{"source":"a","name":"a","kind":"text"}]}"#,
            #"{"table":"t","columns":[{"source":"a","name":"a","kind":"text","msk":"email"}]}"#,
        ] {
            let error = #expect(throws: IntakeError.self) {
                _ = try Mapping(parsing: Array(text.utf8))
            }
            let name = text.contains("headr") ? "headr" : "a.msk"
            #expect(error?.description.contains("\(name): there is no such member") == true)
        }
    }

    @Test func `a text that is no date in either order decides nothing`() throws {
        let scratch = try Scratch()
        let mapping = try draft("day,n\n13/2/2026,1\n").mapping()
        let path = try scratch.write("t.csv", bytes: Array("day,n\n99/99/99,1\n13/2/2026,2\n".utf8))
        let (report, _) = try read(path, .init(mapping: mapping))
        #expect(report.table("t")?.dates?.lowerBound.description == "2026-02-13")
        #expect(report.dropped("unreadable_value") == 1)
    }

    @Test(arguments: ["1", "\"no\"", "null"])
    func `header is true or false`(word: String) throws {
        let text =
            #"{"table":"t","header":\#(word),"columns":[{"source":"a","name":"a","kind":"integer"}]}"#
        let error = #expect(throws: IntakeError.self) { _ = try Mapping(parsing: Array(text.utf8)) }
        #expect(error?.description.contains("header: true or false") == true)
    }

    @Test(arguments: [
        ("My export\n\nday,steps\n2025-01-01,5\n", "line 1: it has one field, line 3 has 2"),
        ("day,st\u{1B}eps\n2025-01-01,5\n", "line 1: the name of column 2 has a control character"),
        ("day,\"steps\n(n)\"\n2025-01-01,5\n", "line 1: the name of column 2 has a line break"),
        ("a,b,c\n1,2\n3,4\n", "line 2: it has 2 fields, the header in line 1 has 3"),
        ("a,b\n1,2,3\n", "line 2: it has 3 fields, the header in line 1 has 2"),
        ("\n\na,b\n1,2,3\n", "line 4: it has 3 fields, the header in line 3 has 2"),
        (",,\n1,2,3\n", "line 1: the first line names no column"),
    ])
    func `what is no table is refused with cause and line`(text: String, words: String) throws {
        let error = #expect(throws: IntakeError.self) { _ = try draft(text) }
        #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
        #expect(error?.mend.isEmpty == false)
    }

    @Test func `an import of a file without a header says how to read it`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("t.csv", bytes: Array("ann,2025-01-01\nbo,2025-01-02\n".utf8))
        let error = #expect(throws: IntakeError.self) { _ = try read(path, .init()) }
        #expect(error?.code == .unknownTable)
        #expect(error?.description.contains(#""header": false"#) == true)
        #expect(error?.description.contains("ann") == false)
    }
}
