// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct TextFormTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base 64 is that of RFC 4648`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
        let bare = text.filter { $0 != "=" }
        #expect(Base64.encode(Array(plain.utf8), as: .url) == bare)
        #expect(Base64.decode(bare, as: .url) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z===", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm9-", "Zm9_",
        "=", "====", "Zmé=",
    ])
    func `base 64 has one spelling`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "Zm9+", "Zm9/", "Zm9"])
    func `base 64 for addresses has one spelling`(text: String) {
        #expect(Base64.decode(text, as: .url) == nil)
    }

    @Test func `both alphabets differ in two characters`() {
        #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
        #expect(Base64.encode([0xfb, 0xff], as: .url) == "-_8")
    }

    @Test(arguments: [
        ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"),
        ("fooba", "mzxw6ytb"), ("foobar", "mzxw6ytboi"),
    ])
    func `base 32 is that of RFC 4648`(plain: String, text: String) {
        #expect(Base32.encode(Array(plain.utf8)) == text)
        #expect(Base32.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["m", "mz", "mzx", "mzxw6y", "MY", "my======", "m1", "m8", "mzxw6yt"])
    func `base 32 has one spelling`(text: String) {
        #expect(Base32.decode(text) == nil)
    }

    @Test(arguments: [
        ("Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            "The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
        ),
        ("\0\0a", "112g"), ("", ""),
    ])
    func `base 58 is that of its draft`(plain: String, text: String) {
        #expect(Base58.encode(Array(plain.utf8)) == text)
        #expect(Base58.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["0", "O", "I", "l", "a b", "é", String(repeating: "z", count: 257)])
    func `base 58 refuses other characters and long texts`(text: String) {
        #expect(Base58.decode(text) == nil)
    }

    @Test func `hexadecimal is lower case and whole bytes`() {
        #expect(Hex.encode([0, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00abff") == [0, 0xab, 0xff])
        for text in ["0", "AB", "0g", "0x", " 0", "é"] { #expect(Hex.decode(text) == nil) }
    }

    @Test(arguments: [Multibase.Base.base58, .base64url, .base32, .base16])
    func `multibase names its base`(base: Multibase.Base) {
        var random = Seeded(3)
        for count in 0..<40 {
            let bytes = random.bytes(count)
            let text = Multibase.encode(bytes, as: base)
            #expect(text.first == base.rawValue)
            #expect(Multibase.decode(text) == bytes)
        }
    }

    @Test(arguments: ["", "m8", "Z2", "z0", "uAA==", "bM", "fA", "z\u{301}2"])
    func `multibase refuses what it does not know`(text: String) {
        #expect(Multibase.decode(text) == nil)
    }

    @Test func `every text that decodes is the one that encodes`() {
        var random = Seeded(4)
        for round in 0..<4000 {
            let bytes = random.bytes(round % 20)
            let forms = [
                Base64.encode(bytes), Base64.encode(bytes, as: .url), Base32.encode(bytes),
                Base58.encode(bytes), Hex.encode(bytes),
            ].map { String(decoding: random.mutate(Array($0.utf8)), as: UTF8.self) }
            if let back = Base64.decode(forms[0]) { #expect(Base64.encode(back) == forms[0]) }
            if let back = Base64.decode(forms[1], as: .url) {
                #expect(Base64.encode(back, as: .url) == forms[1])
            }
            if let back = Base32.decode(forms[2]) { #expect(Base32.encode(back) == forms[2]) }
            if let back = Base58.decode(forms[3]) { #expect(Base58.encode(back) == forms[3]) }
            if let back = Hex.decode(forms[4]) { #expect(Hex.encode(back) == forms[4]) }
        }
    }
}
