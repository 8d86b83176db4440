// SPDX-License-Identifier: Apache-2.0

/// Base 58 with Bitcoin's alphabet, as did:key and multibase "z" use it.
public enum Base58 {
    private static let alphabet = Array(
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// The value of each ASCII character; 255 for those that are no digit.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// Five digits at once: 58^5 is the greatest power that fits 32 bits.
    private static let chunk = 5

    /// The text of the bytes. Cost: quadratic in the length; meant for keys and digests.
    public static func encode(_ bytes: [UInt8]) -> String {
        let zeros = bytes.prefix { $0 == 0 }.count
        var limbs = limbs(bytes[zeros...])
        var digits: [UInt8] = []
        while !limbs.isEmpty {
            var rest: UInt64 = 0
            for place in limbs.indices.reversed() {
                let value = rest << 32 | UInt64(limbs[place])
                limbs[place] = UInt32(value / 656_356_768)
                rest = value % 656_356_768
            }
            while limbs.last == 0 { limbs.removeLast() }
            for _ in 0..<chunk {
                digits.append(alphabet[Int(rest % 58)])
                rest /= 58
            }
        }
        while digits.last == alphabet[0] { digits.removeLast() }
        digits.append(contentsOf: repeatElement(alphabet[0], count: zeros))
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// The bytes, or nil when a character is not of the alphabet or the text has over 256 of them.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var text = String(text)
        return text.withUTF8 { decode($0) }
    }

    /// The bytes of a text that is given by its own bytes.
    package static func decode(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard source.count <= 256 else { return nil }
        let zeros = source.prefix { $0 == alphabet[0] }.count
        var limbs: [UInt32] = []
        for start in stride(from: zeros, to: source.count, by: chunk) {
            var carry: UInt64 = 0
            var power: UInt64 = 1
            for character in source[start..<min(start + chunk, source.count)] {
                let value = values[Int(character)]
                guard value < 58 else { return nil }
                carry = carry * 58 + UInt64(value)
                power *= 58
            }
            for place in limbs.indices {
                carry += UInt64(limbs[place]) * power
                limbs[place] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        var out = [UInt8](repeating: 0, count: zeros)
        var significant = false
        for limb in limbs.reversed() {
            for shift in [24, 16, 8, 0] as [UInt32] {
                let byte = UInt8(truncatingIfNeeded: limb >> shift)
                significant = significant || byte != 0
                if significant { out.append(byte) }
            }
        }
        return out
    }

    /// The bytes of a big-endian number in groups of four, the lowest first.
    private static func limbs(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        var limbs: [UInt32] = []
        var end = bytes.endIndex
        while end > bytes.startIndex {
            let start = max(bytes.startIndex, end - 4)
            limbs.append(bytes[start..<end].reduce(0) { $0 << 8 | UInt32($1) })
            end = start
        }
        return limbs
    }
}
