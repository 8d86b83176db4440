// SPDX-License-Identifier: Apache-2.0

/// Values that show by their shape that they could say who someone is.
enum SecretShape {
    /// The shapes of single values, the surest first.
    static let all: [(@Sendable (String) -> Bool, IntakeReport.Secret)] = [
        (isEmail, .email), (isURL, .url), (isIP, .ip), (isMAC, .device), (isUUID, .identifier),
        (isIBAN, .payment), (isPair, .coordinates), (isPhone, .identifier), (isStreet, .address),
    ]

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, let first = parts.first else { return false }
        let domain = last.prefix { !$0.isWhitespace && $0 != ">" && $0 != "," && $0 != ";" }
        return first.last.map { !$0.isWhitespace } ?? false
            && domain.contains(".") && domain.first != "."
    }

    static func isURL(_ text: String) -> Bool {
        let lower = text.prefix(8).lowercased()
        return lower.hasPrefix("http://") || lower.hasPrefix("https://") || lower.hasPrefix("www.")
    }

    static func isIP(_ text: String) -> Bool {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4 {
            return octets.allSatisfy { (1...3).contains($0.count) && UInt8($0) != nil }
        }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        return (4...8).contains(groups.count)
            && (groups.count == 8 || text.contains("::"))
            && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
    }

    static func isMAC(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        return parts.count == 6 && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(\.isHexDigit) }
    }

    static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    /// ISO 13616: two letters, two check digits, and 97 leaves a rest of 1.
    static func isIBAN(_ text: String) -> Bool {
        let plain = Array(text.utf8.filter { $0 != 0x20 }).map { $0 & 0x40 != 0 ? $0 & 0xdf : $0 }
        guard (15...34).contains(plain.count),
            plain[..<2].allSatisfy({ (0x41...0x5a).contains($0) })
        else { return false }
        var rest = 0
        for byte in plain[4...] + plain[..<4] {
            switch byte {
            case 0x30...0x39: rest = (rest * 10 + Int(byte - 0x30)) % 97
            case 0x41...0x5a: rest = (rest * 100 + Int(byte - 0x37)) % 97
            default: return false
            }
        }
        return rest == 1
    }

    /// Two numbers with at least three decimals each: 48.1374, 11.5755.
    static func isPair(_ text: String) -> Bool {
        let parts = text.split { $0 == "," || $0 == " " || $0 == ";" || $0 == "(" || $0 == ")" }
        return parts.count == 2
            && parts.allSatisfy { part in
                guard let mark = part.firstIndex(of: "."), let value = Double(part) else {
                    return false
                }
                return value.magnitude <= 180 && part[mark...].count > 3
            }
    }

    /// A plus, or two marks between digits, and seven to fifteen digits; no date.
    static func isPhone(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-() /.".utf8.contains($0) })
        else { return false }
        let digits = text.utf8.count { (0x30...0x39).contains($0) }
        guard (7...15).contains(digits), MomentText.parse(text) == nil,
            MomentText.parse(text, order: .dayFirst) == nil
        else { return false }
        let marks = text.utf8.dropFirst().count { "-() /".utf8.contains($0) }
        return text.hasPrefix("+") && digits > 8 || text.hasPrefix("0") && marks > 0
            || text.hasPrefix("(") || marks > 1
    }

    /// A word for a street, and a number.
    static func isStreet(_ text: String) -> Bool {
        guard text.contains(where: \.isNumber), text.contains(" ") else { return false }
        let words = SchemaNames.words(text)
        return words.contains {
            streets.contains($0) || $0.hasSuffix("strasse") || $0.hasSuffix("weg")
        }
            || text.lowercased().contains("str. ")
    }

    private static let streets: Set<String> = [
        "allee", "ave", "avenue", "blvd", "boulevard", "gasse", "lane", "platz", "rd", "road",
        "strasse", "street",
    ]

    /// Whether most values are card numbers: 13 to 19 digits that pass the check of ISO 7812.
    static func areCards(_ texts: [String]) -> Bool {
        let hits = texts.count { text in
            let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x2d }
            guard (13...19).contains(digits.count),
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return false }
            var sum = 0
            for (place, byte) in digits.reversed().enumerated() {
                let digit = Int(byte - 0x30) * (place % 2 == 0 ? 1 : 2)
                sum += digit > 9 ? digit - 9 : digit
            }
            return sum % 10 == 0
        }
        return hits > 0 && hits * 2 > texts.count
    }

    /// Whether the values are sentences rather than words.
    static func areFree(_ texts: [String]) -> Bool {
        texts.reduce(0) { $0 + $1.utf8.count } > texts.count * 30
            || texts.contains { $0.split(separator: " ").count > 6 }
    }
}
