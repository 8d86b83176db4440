// SPDX-License-Identifier: Apache-2.0

extension XMLScanner {
    /// The bytes with &lt; &gt; &amp; &quot; &apos; and numeric references resolved.
    ///
    /// - Throws: ``IntakeError/Code/malformed`` for anything else behind an ampersand.
    func resolved(_ bytes: Bytes) throws(IntakeError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "&") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            let rest = Bytes(rebasing: bytes[(index + 1)...].prefix(12))
            guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else {
                throw malformed("'&' without ';'")
            }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            switch name {
            case "lt": out.append(UInt8(ascii: "<"))
            case "gt": out.append(UInt8(ascii: ">"))
            case "amp": out.append(UInt8(ascii: "&"))
            case "quot": out.append(UInt8(ascii: "\""))
            case "apos": out.append(UInt8(ascii: "'"))
            default:
                guard let scalar = XMLScanner.scalar(name) else {
                    throw malformed("the entity &\(name.prefix(20)); is never expanded")
                }
                out.append(contentsOf: Array(String(Character(scalar)).utf8))
            }
            index += end + 2
        }
        return out
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        guard let first = digits.unicodeScalars.first, first != "+", first != "-" else {
            return nil
        }
        let value =
            first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
        guard let value, value != 0 else { return nil }
        return Unicode.Scalar(value)
    }
}
