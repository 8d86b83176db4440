// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct CanonicalReadingTests {
    /// What ``JSON/init(canonical:)`` must say: the same as reading, writing and comparing.
    private func isCanonical(_ bytes: [UInt8]) -> Bool {
        (try? JSON(parsing: bytes).signable()) == bytes
    }

    private func agree(_ bytes: [UInt8]) {
        let read = try? JSON(canonical: bytes)
        #expect((read != nil) == isCanonical(bytes), "\(String(decoding: bytes, as: UTF8.self))")
        if let read { #expect(read == (try? JSON(parsing: bytes))) }
    }

    private static let samples = [
        #"{"body":{"amount":"5","party":"did:key:z6Mk"},"kind":"account.deposit","time":17,"v":1}"#,
        #"{"a":[1,-2,{"b":null,"c":true}],"b":"x\\\"\n\u001f","c":{}}"#,
        "{\"\u{ffff}\":1,\"z\":2}", "{\"\u{10000}\":1,\"\u{e000}\":2}",
        "{\"\u{e000}\":1,\"\u{10000}\":2}", "[9007199254740991,-9007199254740991]",
        "[9007199254740992]", "[-0]", "[1.0]", "[1e3]", "[01]", #"["\u0041"]"#, #"["\/"]"#,
        #"["\u000A"]"#, #"["\u000a"]"#, #"["\u001F"]"#, #"{"a":1,"a":2}"#, #"{"b":1,"a":2}"#,
        "{\"\u{e9}\":1,\"e\u{301}\":2}", "{\"e\u{301}\":2,\"\u{e9}\":1}", " {}", "{} ", "[1, 2]",
        "{\"a\" :1}", "\"\u{7f}\u{80}\u{1f600}\"", "[]", "{}", "null", "tru", "\"", "",
    ]

    @Test(arguments: samples)
    func `reading canonical bytes refuses every other spelling`(sample: String) {
        agree(Array(sample.utf8))
    }

    @Test func `so it does for every byte changed, added or taken away`() {
        let marks = Array("{}[]\",:\\u01e-. ab".utf8)
        var random = Seeded(23)
        for sample in CanonicalReadingTests.samples {
            for _ in 0..<400 {
                var bytes = Array(sample.utf8)
                for _ in 0...Int(random.next() % 2) where !bytes.isEmpty {
                    let place = Int(random.next() % UInt64(bytes.count))
                    let byte =
                        random.next() % 3 == 0
                        ? UInt8(truncatingIfNeeded: random.next())
                        : marks[Int(random.next() % UInt64(marks.count))]
                    switch random.next() % 3 {
                    case 0: bytes[place] = byte
                    case 1: bytes.insert(byte, at: place)
                    default: bytes.remove(at: place)
                    }
                }
                agree(bytes)
            }
        }
    }
}
