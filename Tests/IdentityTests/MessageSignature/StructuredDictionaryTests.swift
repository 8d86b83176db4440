// SPDX-License-Identifier: Apache-2.0
import Canon
@testable import Identity
import Testing
import TestSupport

@Suite struct StructuredDictionaryTests {
    @Test func `members, inner lists and parameters read in order`() throws {
        let field = try StructuredDictionary(
            parsing:
                #"sig1=( "@method"   "date";sf );created=-5;keyid="a\"b\\c"  ,\#t b*.-_1=:AQI=:;x"#)
        #expect(field.members.map(\.name) == ["sig1", "b*.-_1"])
        let first = try #require(field["sig1"])
        #expect(
            first.value
                == .innerList([
                    .init(item: .string("@method"), parameters: []),
                    .init(item: .string("date"), parameters: [.init(name: "sf", value: .yes)]),
                ]))
        #expect(
            first.parameters == [
                .init(name: "created", value: .integer(-5)),
                .init(name: "keyid", value: .string(#"a"b\c"#)),
            ])
        #expect(field["b*.-_1"]?.value == .item(.bytes([1, 2])))
        #expect(field["b*.-_1"]?.parameters == [.init(name: "x", value: .yes)])
        #expect(field["c"] == nil)
    }

    @Test func `items are written in the form of the standard`() {
        #expect(StructuredDictionary.Item.string(#"a"b\c"#).text == #""a\"b\\c""#)
        #expect(StructuredDictionary.Item.integer(-42).text == "-42")
        #expect(StructuredDictionary.Item.bytes([1, 2]).text == ":AQI=:")
        #expect(StructuredDictionary.Item.yes.text == "?1")
    }

    @Test(arguments: [
        "", " ", "a", "a=", "=1", "A=1", "1=1", "a=1,", "a=1, ", ",a=1", "a=1 b=2", "a=1;",
        "a=1;=2",
        "a=1;B=2", "a=tok", "a=?1", "a=1.5", "a=1.", "a=-", "a=--1", "a=+1", "a=1234567890123456",
        "a=\"", "a=\"b", #"a="\n""#, #"a="\"#, "a=\"\u{e9}\"", "a=\"\n\"", "a=\"\u{7f}\"", "a=:",
        "a=:AQI:", "a=:AQI=", "a=:AR==:", "a=:A_-=:", "a=(", "a=()x", #"a=("b""c")"#,
        #"a=("b"\#t)"#,
        #"a=("b","c")"#, "a=((1))", "a=1,a=2", #"a=("b"),a=("b")"#, "a=1;x=1;x=1", "a=1\n",
        "a=1\r\n b=2",
        "a=@123", "a=%\"x\"", "\ta=1",
    ])
    func `what is malformed, twice or not wanted is refused`(text: String) {
        #expect(throws: FormatError.self) { try StructuredDictionary(parsing: text) }
    }

    @Test func `the size is bounded`() throws {
        let most = "a=\"" + String(repeating: "x", count: StructuredDictionary.longest - 4) + "\""
        #expect(throws: Never.self) { try StructuredDictionary(parsing: most) }
        #expect(throws: FormatError.self) { try StructuredDictionary(parsing: most + " ") }
    }

    @Test func `mutations never stop the process`() throws {
        var random = Seeded(1)
        let source = Array(
            #"sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="a\"b", b=:AQI=:"#
                .utf8)
        var read = 0
        for _ in 0..<Slow.count(5000, 500_000) {
            let text = String(decoding: random.mutate(source), as: UTF8.self)
            guard let field = try? StructuredDictionary(parsing: text) else { continue }
            read += 1
            #expect(!field.members.isEmpty)
        }
        #expect(read > 100)
    }
}
