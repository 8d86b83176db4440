// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct CBORTests {
    /// RFC 8949, appendix A, as far as these values are taken.
    @Test(arguments: [
        ("00", CBOR.integer(0)), ("17", .integer(23)), ("1818", .integer(24)),
        ("1903e8", .integer(1000)), ("1a000f4240", .integer(1_000_000)),
        ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("20", .integer(-1)),
        ("3863", .integer(-100)), ("3903e7", .integer(-1000)),
        ("1b7fffffffffffffff", .integer(.max)), ("3b7fffffffffffffff", .integer(.min)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("40", .bytes([])),
        ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6449455446", .text("IETF")),
        ("62c3bc", .text("\u{fc}")), ("64f0908591", .text("\u{10151}")), ("80", .array([])),
        (
            "8301820203820405",
            .array([
                .integer(1), .array([.integer(2), .integer(3)]),
                .array([.integer(4), .integer(5)]),
            ])
        ),
        ("a0", .map([])),
    ])
    func `the values of the standard read`(hex: String, value: CBOR) throws {
        #expect(try CBOR(parsing: Hex.decode(hex)!) == value)
    }

    @Test func `maps read by name`() throws {
        // {1: 2, -1: h'05', "a": {"b": "c"}}
        let value = try CBOR(parsing: Hex.decode("a301022041056161a161626163")!)
        #expect(value[1]?.integer == 2)
        #expect(value[-1]?.bytes == [5])
        #expect(value["a"]?["b"]?.text == "c")
        #expect(value["b"] == nil)
        #expect(value[2] == nil)
        #expect(value.members?.count == 3)
        #expect(CBOR.integer(1)["a"] == nil)
        #expect(CBOR.null[1] == nil)
    }

    @Test(arguments: [
        "", "18", "1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff",  // not shortest
        "1bffffffffffffffff", "3bffffffffffffffff",  // beyond Int64
        "f7", "f0", "f820", "e0", "f97e00", "fa47c35000", "fb3ff199999999999a",  // simple, floats
        "c074323031332d30332d32315432303a30343a30305a", "d818456449455446",  // tags
        "5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "bf61610161629fffff", "ff",
        "1c", "1d", "1e", "5c", "fc", "41", "62c3", "61ff", "62c328", "81", "a1", "a101", "a1f401",
        "a14001", "a1800001", "a2010101", "a201010102", "a2616101616102",
    ])
    func `what is malformed or not wanted is refused`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: FormatError.self) { try CBOR(parsing: bytes) }
    }

    @Test(arguments: [
        "5affffffff", "5b7fffffffffffffff", "5bffffffffffffffff", "7affffffff",
        "7bffffffffffffffff", "9affffffff", "9bffffffffffffffff", "baffffffff",
        "bb7fffffffffffffff", "bbffffffffffffffff", "5901000000",
    ])
    func `a length beyond the bytes that are there is refused at once`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: FormatError.self) { try CBOR(parsing: bytes + [0, 0, 0, 0]) }
    }

    @Test func `nesting and size are bounded`() throws {
        let deep = [UInt8](repeating: 0x81, count: CBOR.deepest)
        #expect(throws: Never.self) { try CBOR(parsing: deep + [0]) }
        #expect(throws: FormatError("nested too deep", at: CBOR.deepest)) {
            try CBOR(parsing: deep + [0x81, 0])
        }
        #expect(throws: FormatError.self) {
            try CBOR(parsing: [UInt8](repeating: 0x81, count: CBOR.longest))
        }
        let most = CBORBytes.bytes([UInt8](repeating: 1, count: CBOR.longest - 3))
        #expect(try CBOR(parsing: most).bytes?.count == CBOR.longest - 3)
        #expect(throws: FormatError.self) { try CBOR(parsing: most + [0]) }
    }

    @Test func `a first value says where it ends`() throws {
        let source = Hex.decode("ff820102f6")!
        let (value, end) = try CBOR.first(of: source, from: 1)
        #expect(value == .array([.integer(1), .integer(2)]))
        #expect(end == 4)
        #expect(try CBOR.first(of: source, from: 4).end == 5)
        for start in [5, 6, -1, .max, .min] {
            #expect(throws: FormatError.self) { try CBOR.first(of: source, from: start) }
        }
        #expect(throws: FormatError("1 bytes after the end of the value", at: 1)) {
            try CBOR(parsing: [0, 0])
        }
    }

    @Test func `random bytes never stop the process`() throws {
        var random = Seeded(1)
        var read = 0
        for _ in 0..<Slow.count(20_000, 1_000_000) {
            let bytes = random.bytes(Int.random(in: 0...40, using: &random))
            guard let (_, end) = try? CBOR.first(of: bytes, from: 0) else { continue }
            read += 1
            #expect((1...bytes.count).contains(end))
            // What was read reads again alone, and not with a byte less.
            #expect(throws: Never.self) { try CBOR(parsing: Array(bytes[..<end])) }
            #expect(throws: FormatError.self) { try CBOR(parsing: Array(bytes[..<(end - 1)])) }
        }
        #expect(read > 1000)
    }

    @Test func `mutations of an attestation object never stop the process`() throws {
        var random = Seeded(2)
        let source = try SoftAuthenticator(.es256, seed: 1).attestation()
        for _ in 0..<Slow.count(5000, 500_000) { _ = try? CBOR(parsing: random.mutate(source)) }
    }
}
