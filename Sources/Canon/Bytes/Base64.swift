// SPDX-License-Identifier: Apache-2.0

/// Base 64 (RFC 4648), strict: one text for each byte string.
public enum Base64 {
    /// Which 64 characters, and whether the text is filled up to a multiple of four.
    public enum Alphabet: Sendable {
        /// Section 4, with `=` at the end.
        case standard
        /// Section 5 (`-` and `_`), without `=`.
        case url
    }

    /// The text of the bytes. Cost: one pass.
    public static func encode(_ bytes: [UInt8], as alphabet: Alphabet = .standard) -> String {
        let digits = alphabet == .standard ? standard : url
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count {
                out.append(digits[Int(bits >> UInt32(18 - 6 * place)) & 63])
            }
            if alphabet == .standard {
                out.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - group.count))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes, or nil when a character is not of the alphabet, the filling is missing, too much
    /// or not wanted, or bits that no byte holds are not zero. Cost: one pass.
    public static func decode(_ text: some StringProtocol, as alphabet: Alphabet = .standard)
        -> [UInt8]?
    {
        var source = Array(text.utf8)
        if alphabet == .standard {
            guard source.count % 4 == 0 else { return nil }
            let filling = source.reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard filling <= 2 else { return nil }
            source.removeLast(filling)
        }
        guard source.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(source.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for character in source {
            guard let digit = value(character, alphabet) else { return nil }
            bits = bits << 6 | digit
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> held))
                bits &= 1 << held - 1
            }
        }
        return bits == 0 ? out : nil
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array((letters + "+/").utf8)
    private static let url = Array((letters + "-_").utf8)

    private static func value(_ character: UInt8, _ alphabet: Alphabet) -> UInt32? {
        switch character {
        case 0x41...0x5a: UInt32(character - 0x41)
        case 0x61...0x7a: UInt32(character - 0x61 + 26)
        case 0x30...0x39: UInt32(character - 0x30 + 52)
        case UInt8(ascii: "+") where alphabet == .standard: 62
        case UInt8(ascii: "/") where alphabet == .standard: 63
        case UInt8(ascii: "-") where alphabet == .url: 62
        case UInt8(ascii: "_") where alphabet == .url: 63
        default: nil
        }
    }
}
