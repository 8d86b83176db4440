// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Vault
import TestSupport

@testable import Intake

/// A big mapped file, typed in blocks on several threads.
@Suite struct MappedBlockTests {
    private func mapping(_ key: String = "") throws -> Mapping {
        try Mapping(
            parsing: Array(
                """
                {"table": "t", "person": "who", "null": ["NA"], "columns": [
                 {"source": "n", "name": "n", "kind": "integer"},
                 {"source": "day", "name": "day", "kind": "date"},
                 {"source": "sum", "name": "sum", "kind": "decimal", "scale": 2, "strip": "$,"},
                 {"source": "word", "name": "word", "kind": "text"},
                 {"source": "mail", "mask": "email"}], "key": [\(key)]}
                """.utf8))
    }

    /// About a megabyte with everything that makes blocks hard to cut.
    private struct Sheet {
        var text = "who,n,day,sum,word,mail,rest\n"
        var line = 2
        var numbers: [Int64] = []
        var words: [String] = []
        var masked = 0
        var dropped: [String: [Int]] = [:]

        init(rows: Int) {
            var generator = Seeded(11)
            for row in 0..<rows {
                // Padded, for people are handed on in the order of their names.
                let person = "P\(100_000 + row / 40)"
                let number = Int.random(in: -999...999, using: &generator)
                let day = "2020-0\(1 + row % 9)-1\(row % 10)"
                switch row % 50 {
                case 7:  // lines inside quotes that look like records
                    let inner = "x\nP1,5,2020-01-01,1,fake,m,r\nP2,6,2020-01-01,1,fake,m,r\n"
                    let word = "he said \"\(row)\" \(inner)"
                    let quoted = word.replacing("\"", with: "\"\"")
                    add("\(person),\(number),\(day),\"$1,234.5\",\"\(quoted)\",a@b,r", lines: 4)
                    keep(number, word.trimmingCharacters(in: .whitespaces))
                case 13: drop("broken_quotes", "P1,\"\(number)\"x,\(day),1,w,m,r")
                case 19: drop("wrong_field_count", "P1,\(number)")
                case 23:
                    drop("no_person", "  ,1,\(day),1,w,,r")
                case 29:
                    add("", lines: 1)
                    dropped["unreadable_value", default: []].append(line)
                    add("\(person),12x,\(day),1,w\(row % 7),,r\r", lines: 1)
                    words.append("w\(row % 7)")
                default:
                    add("\(person),\(number),\(day),NA,w\(row % 7),a@b,r", lines: 1)
                    keep(number, "w\(row % 7)")
                }
            }
        }

        private mutating func add(_ record: String, lines: Int) {
            text += record + "\n"
            line += lines
        }

        private mutating func keep(_ number: Int, _ word: String) {
            numbers.append(Int64(number))
            words.append(word)
            masked += 1
        }

        private mutating func drop(_ code: String, _ record: String) {
            dropped[code, default: []].append(line)
            add(record, lines: 1)
        }
    }

    @Test(arguments: ["", "\"n\", \"word\""])
    func `rows, report and line numbers are the same for any number of threads`(
        key: String
    ) throws {
        let sheet = Sheet(rows: 24_000)
        let scratch = try Scratch()
        let path = try scratch.write("sheet.csv", sheet.text)
        let options = IntakeOptions(mapping: try mapping(key), threads: 1)
        let (report, sink) = try read(path, options)
        if key.isEmpty {
            let isSame =
                sink.values("t", "n") == sheet.numbers && sink.texts("t", "word") == sheet.words
            #expect(isSame)
            #expect(Set(sink.values("t", "sum")) == [123_450, 100])
            #expect(report.table("t")?.duplicates == 0)
        } else {
            #expect(report.table("t")?.duplicates ?? 0 > 0)
        }
        #expect(report.masked(.email) == sheet.masked)
        for drop in report.dropped where drop.code != "column_not_taken" {
            let lines = try #require(sheet.dropped[drop.code])
            #expect(drop.count == lines.count && drop.lines == Array(lines.prefix(10)))
        }
        for threads in [2, 3, 7] {
            var options = options
            options.threads = threads
            let (again, other) = try read(path, options)
            let isSame =
                again == report && other.batches.map(\.person) == sink.batches.map(\.person)
                && other.batches.map(\.rows) == sink.batches.map(\.rows)
            #expect(isSame, "\(threads) threads")
        }
    }

    @Test func `a quote that spans many blocks deceives no thread`() throws {
        let scratch = try Scratch()
        let inner = String(repeating: "P1,5,2020-01-01,1,fake,m,r\n", count: 60_000)
        let text =
            "who,n,day,sum,word,mail,rest\nA,1,2020-01-01,1,w,,\nA,2,2020-01-02,1,\"\(inner)\",,\n"
            + "A,3,2020-01-03,x,w,,\n"
        for threads in [1, 2, 5] {
            let options = IntakeOptions(mapping: try mapping(), threads: threads)
            let (report, sink) = try read(try scratch.write("q.csv", text), options)
            #expect(sink.values("t", "n") == [1, 2, 3])
            #expect(sink.texts("t", "word")[1].utf8.count == IntakeLimits().text)
            #expect(report.warnings == ["Texts longer than 4096 bytes were shortened"])
            #expect(report.dropped.first { $0.code == "unreadable_value" }?.lines == [60_004])
            var small = options
            small.limits.record = 1 << 20
            let error = #expect(throws: IntakeError.self) {
                _ = try read(try scratch.write("q.csv", text), small)
            }
            #expect(error?.code == .limit && error?.line == 3)
        }
    }

    @Test func `an error names its line whatever thread met it`() throws {
        let scratch = try Scratch()
        let rows = String(repeating: "A,1,2020-01-01,1,w,,\n", count: 40_000)
        let head = Array("who,n,day,sum,word,mail,rest\n".utf8) + Array(rows.utf8)
        for (tail, code) in [
            (Array("A,1,2020-01-01,1,\"never".utf8), IntakeError.Code.truncated),
            (Array("A,1,2020-01-01,1,caf".utf8) + [0xe9] + Array(",,\n".utf8), .encoding),
            (Array("A,1,2020-01-01,1,\u{0},,\n".utf8), .encoding),
        ] {
            let path = try scratch.write("e.csv", bytes: head + tail)
            for threads in [1, 2, 3] {
                let options = IntakeOptions(mapping: try mapping(), threads: threads)
                let error = #expect(throws: IntakeError.self) { _ = try read(path, options) }
                #expect(error?.code == code && error?.line == 40_002)
            }
        }
    }

    @Test func `dates are decided over the whole file, also when the telling one comes last`()
        throws
    {
        let scratch = try Scratch()
        func days(
            _ dates: [String], _ wish: DateOrder? = nil
        ) throws(IntakeError) -> [Int64] {
            let text = "who,n,day,sum,word,mail\n" + dates.map { "A,1,\($0),1,w,\n" }.joined()
            let path: String
            let mapping: Mapping
            do {
                path = try scratch.write("d.csv", text)
                mapping = try self.mapping()
            } catch { throw IntakeError(.unreadable, "\(error)") }
            return try read(path, .init(mapping: mapping, dateOrder: wish)).sink.values("t", "day")
        }
        func refusal(_ dates: [String], _ wish: DateOrder? = nil) -> IntakeError? {
            #expect(throws: IntakeError.self) { _ = try days(dates, wish) }
        }
        let many = Array(repeating: "2020-01-05", count: 20_000)
        let early = Array(repeating: "1/2/2020", count: 20_000)
        #expect(try days(many + ["1/2/2020", "1/13/2020"]).suffix(2) == [18_263, 18_274])
        #expect(try days(early + ["13/1/2020"]).first == 18_293)
        #expect(try days(early + ["1/13/2020"]).first == 18_263)
        #expect(try days(early, .dayFirst).first == 18_293)
        #expect(try days(many + ["1/1/2020"]).last == 18_262)
        #expect(refusal(early)?.code == .ambiguousDates)
        #expect(refusal(early + ["13/1/2020"], .monthFirst)?.line == 20_002)
        let both = refusal(["1/13/2020"] + early + ["13/1/2020"])
        #expect(both?.reason.contains("line 20003") == true)
        #expect(both?.reason.contains("line 2)") == true)
        #expect(
            refusal(["1/13/2020"] + early + ["13/1/2020"], .dayFirst)?.reason == both?.reason)
    }
}
