// SPDX-License-Identifier: Apache-2.0

/// How a column writes its numbers.
struct NumberStyle {
    let point: UInt8
    /// What stands between groups of three digits; nil for nothing.
    let group: UInt8?
    private(set) var strip = ""

    static let plain = NumberStyle(point: UInt8(ascii: "."), group: nil)
    /// 1234.5, 1,234.5, 1234,5 and 1.234,5, in the order in which they are tried.
    static let all = [
        plain, NumberStyle(point: UInt8(ascii: "."), group: UInt8(ascii: ",")),
        NumberStyle(point: UInt8(ascii: ","), group: nil),
        NumberStyle(point: UInt8(ascii: ","), group: UInt8(ascii: ".")),
    ]

    private init(point: UInt8, group: UInt8?) {
        self.point = point
        self.group = group
    }

    private static let ornaments: Set<UInt8> = Set("$% ".utf8)

    /// The style with the characters that these values need taken out.
    func with(_ texts: [String]) -> NumberStyle {
        var copy = self
        let used = NumberStyle.ornaments.filter { mark in texts.contains { $0.utf8.contains(mark) }
        }
        let all = used.union(group.map { [$0] } ?? [])
        copy.strip = String(decoding: all.sorted(), as: UTF8.self)
        return copy
    }

    /// Whether the text is a number so written, and no digits with a leading 0 such as 01234.
    func reads(_ text: String) -> Bool {
        let bytes = text.utf8.filter { !NumberStyle.ornaments.contains($0) }
        guard let first = bytes.first else { return false }
        let digits = first == 0x2d || first == 0x2b ? bytes.dropFirst() : bytes[...]
        if digits.count > 1, digits.first == 0x30,
            (0x30...0x39).contains(digits[digits.startIndex + 1])
        {
            return false
        }
        guard let group else { return number(Array(bytes)) != nil }
        let parts = digits.split(separator: point, maxSplits: 1, omittingEmptySubsequences: false)
        let groups = parts[0].split(separator: group, omittingEmptySubsequences: false)
        guard parts.count == 1 || !parts[1].contains(group),
            groups.count == 1 || (1...3).contains(groups[0].count),
            groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return false }
        return number(bytes.filter { $0 != group }) != nil
    }

    /// How many digits stand behind the mark.
    func decimals(_ text: String) -> Int {
        guard let mark = text.utf8.lastIndex(of: point) else { return 0 }
        return text.utf8[mark...].dropFirst().count { (0x30...0x39).contains($0) }
    }

    /// The number in whole units, as this style writes it; nil for none.
    func whole(_ text: String) -> Int64? {
        number(text.utf8.filter { !NumberStyle.ornaments.contains($0) && $0 != group })
    }

    private func number(_ bytes: [UInt8]) -> Int64? {
        bytes.withUnsafeBufferPointer { Number.units($0, scale: 0, point: point) }
    }
}
