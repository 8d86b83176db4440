// SPDX-License-Identifier: Apache-2.0

/// Base 32, lower case and without filling (RFC 4648 section 6; multibase "b"), strict.
public enum Base32 {
    private static let digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The text of the bytes. Cost: one pass.
    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count * 8 + 4) / 5)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 5 {
                held -= 5
                out.append(digits[Int(bits >> held) & 31])
            }
            bits &= 1 << held - 1
        }
        if held > 0 { out.append(digits[Int(bits << (5 - held)) & 31]) }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes, or nil when a character is not of the alphabet, the length is impossible, or bits
    /// that no byte holds are not zero. Cost: one pass.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for character in text.utf8 {
            let digit: UInt8
            switch character {
            case 0x61...0x7a: digit = character - 0x61
            case 0x32...0x37: digit = character - 0x32 + 26
            default: return nil
            }
            bits = bits << 5 | UInt32(digit)
            held += 5
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> held))
                bits &= 1 << held - 1
            }
        }
        return held < 5 && bits == 0 ? out : nil
    }
}
