// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct JSONTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try JSON(parsing: text).canonical(), as: UTF8.self)
    }

    /// RFC 8785, appendix B.
    @Test(arguments: [
        (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ])
    func `numbers are written as RFC 8785 says`(bits: UInt64, text: String) throws {
        let value = Double(bitPattern: bits)
        #expect(try JSON.number(value).canonical() == Array(text.utf8))
    }

    @Test func `numbers read back to the same bits`() throws {
        var random = Seeded(6)
        for _ in 0..<3000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = try JSON.number(value).canonical()
            switch try JSON(parsing: text) {
            case .number(let back): #expect(back == value)
            case .integer(let back): #expect(Double(back) == value)
            default: Issue.record("not a number")
            }
        }
    }

    /// RFC 8785, section 3.2.2 and 3.2.3.
    @Test func `the examples of RFC 8785 come out as printed`() throws {
        let source = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        let wanted =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try canonical(source) == wanted)
        let names = #"""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
            "\u00f6":"Latin Small Letter O With Diaeresis"}
            """#
        #expect(
            try canonical(names) == #"{"\r":"Carriage Return","1":"One","# + "\"\u{80}\""
                + #":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","#
                + "\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":"
                + #""Hebrew Letter Dalet With Dagesh"}"#)
    }

    @Test func `names are in the order of their UTF-16 code units`() throws {
        var random = Seeded(14)
        let marks: [Unicode.Scalar] = [
            "a", "b", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}",
            "\u{ffff}", "\u{10000}", "\u{10ffff}", "\u{1f600}", "\u{fb33}", "\u{ed}",
        ]
        for _ in 0..<300 {
            var names: Set<String> = []
            for _ in 0..<8 {
                var name = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    name.append(marks.randomElement(using: &random)!)
                }
                names.insert(String(name))
            }
            let object = JSON.object(Dictionary(uniqueKeysWithValues: names.map { ($0, 0) }))
            let wanted = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
                .map { "\"\($0)\":0" }.joined(separator: ",")
            #expect(try object.canonical() == Array("{\(wanted)}".utf8))
        }
    }

    @Test func `a value to be signed has no fraction and no number that others round`() {
        #expect(throws: CanonicalError.fraction(0.5)) { try JSON.number(0.5).signable() }
        #expect(throws: CanonicalError.fraction(1)) { try JSON.array([.number(1)]).signable() }
        let largest = JSON.largestExactInteger
        #expect(throws: CanonicalError.beyondExactIntegers(largest + 1)) {
            try JSON.integer(largest + 1).canonical()
        }
        #expect(throws: CanonicalError.beyondExactIntegers(.min)) {
            try JSON.integer(.min).signable()
        }
        #expect((try? JSON.integer(-largest).signable()) == Array("-9007199254740991".utf8))
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(throws: CanonicalError.notFinite) { try JSON.number(value).canonical() }
        }
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "falsey", "nan", "NaN", "Infinity", "-", "+1", "01", "-01", "1.",
        ".5", "1e",
        "1e+", "1.e3", "0x1", "1e400", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u-000\"",
        "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\ud800\\ud800\"",
        "\"\u{1}\"", "\"\n\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{}}", "{1:2}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{,}", "{\"a\":1,\"a\":2}",
        "{\"\\u0061\":1,\"a\":2}", "{\"\u{e9}\":1,\"e\u{301}\":2}", "1 2", "\u{feff}1", "'a'",
        "// a\n1", "[1]//", "\u{a0}1",
    ])
    func `malformed text is refused`(text: String) {
        #expect(throws: FormatError.self) { try JSON(parsing: text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        for bytes: [UInt8] in [
            [0xff], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
        ] {
            #expect(throws: FormatError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        }
    }

    @Test func `depth is bounded for arrays and objects`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let fits = String(repeating: open, count: JSON.deepest) + "0"
            if open == "[" {
                _ = try JSON(parsing: fits + String(repeating: close, count: JSON.deepest))
            }
            let deep = String(repeating: open, count: 100_000)
            #expect(throws: FormatError.self) { try JSON(parsing: deep) }
            #expect(throws: FormatError.self) {
                try JSON(
                    parsing: String(repeating: open, count: JSON.deepest + 1) + "0"
                        + String(repeating: close, count: JSON.deepest + 1))
            }
        }
    }

    @Test func `whole numbers stay whole`() throws {
        #expect(try JSON(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSON(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSON(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try JSON(parsing: "1.0") == .number(1))
        #expect(try JSON(parsing: "-0") == .number(-0.0))
        #expect(try canonical("-0") == "0")
    }

    @Test func `whatever reads has one canonical form, and that form reads back`() {
        let source =
            #"{"a":[1,2.5,"x\u00e9\ud83d\ude00",null,true],"b":{"c":-7,"d":"\n"},"e":1e-9}"#
        var random = Seeded(7)
        var read = 0
        for _ in 0..<6000 {
            let text = random.mutate(Array(source.utf8))
            guard let value = try? JSON(parsing: text), let form = try? value.canonical() else {
                continue
            }
            read += 1
            guard let back = try? JSON(parsing: form), (try? back.canonical()) == form else {
                Issue.record("\(String(decoding: text, as: UTF8.self))")
                return
            }
        }
        #expect(read > 100)
    }

    @Test func `members and literals are easy to reach`() {
        let value: JSON = ["name": "Zoë", "count": 3, "on": true, "list": [1, nil]]
        #expect(value["name"]?.string == "Zoë")
        #expect(value["count"]?.integer == 3)
        #expect(value["on"]?.bool == true)
        #expect(value["list"]?.array == [.integer(1), .null])
        #expect(value["none"] == nil)
        #expect(value.object?.count == 4)
        #expect(JSON.null["a"] == nil)
    }
}
