// SPDX-License-Identifier: Apache-2.0

/// Bytes of a field, borrowed from a reader's buffer until it moves on.
typealias Bytes = UnsafeBufferPointer<UInt8>

/// Numbers from text, exactly: no floating point on the way.
enum Number {
    /// The number in units of 10^-scale, rounded half away from zero where it has more digits.
    ///
    /// Reads an optional sign, digits, a point (or the given mark) with digits, an optional
    /// exponent. Nil for anything else, for nothing at all, and beyond ±9.2 × 10^18 units.
    static func scaled(
        _ bytes: some Collection<UInt8>, scale: Int, point: UInt8 = UInt8(ascii: ".")
    ) -> Int64? {
        let parsed = bytes.withContiguousStorageIfAvailable { parse($0, scale, point) }
        return parsed ?? Array(bytes).withUnsafeBufferPointer { parse($0, scale, point) }
    }

    /// The number, see ``scaled(_:scale:point:)``; quick for the usual few digits.
    static func units(_ bytes: Bytes, scale: Int, point: UInt8) -> Int64? {
        let count = bytes.count
        let start = count > 1 && bytes[0] == UInt8(ascii: "-") ? 1 : 0
        // 17 digits and a scale of at most 9 places may overflow: checked below.
        guard count > start, count - start <= 18 else { return parse(bytes, scale, point) }
        var value: Int64 = 0
        var mark = count
        for index in start..<count {
            let digit = bytes[index] &- 0x30
            if digit < 10 {
                value = value &* 10 &+ Int64(digit)
            } else if bytes[index] == point, mark == count, count - start > 1 {
                mark = index
            } else {
                return parse(bytes, scale, point)
            }
        }
        let missing = scale - max(0, count - mark - 1)
        guard (0...9).contains(missing) else { return parse(bytes, scale, point) }
        let (units, overflow) = value.multipliedReportingOverflow(by: powers[missing])
        guard !overflow else { return nil }
        return start == 1 ? -units : units
    }

    private static let powers: [Int64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// The number, see ``scaled(_:scale:point:)``.
    static func scaled(_ text: String, scale: Int) -> Int64? {
        var copy = text
        return copy.withUTF8 { parse($0, scale, UInt8(ascii: ".")) }
    }

    /// A whole number; a fraction is rounded half away from zero.
    static func whole(_ bytes: Bytes) -> Int64? { parse(bytes, 0, UInt8(ascii: ".")) }

    private static func parse(_ bytes: Bytes, _ scale: Int, _ point: UInt8) -> Int64? {
        var index = 0
        let count = bytes.count
        var negative = false
        if index < count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            negative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        // Up to 18 digits are exact in an Int64; further ones only count places.
        var mantissa: Int64 = 0
        var digits = 0
        var shift = 0
        var roundUp = false
        var cut = false
        var behind = false
        var any = false
        scan: while index < count {
            let byte = bytes[index]
            switch byte {
            case 0x30...0x39:
                any = true
                if digits < 18 {
                    mantissa = mantissa * 10 + Int64(byte - 0x30)
                    if mantissa != 0 { digits += 1 }
                    if behind { shift -= 1 }
                } else {
                    if !cut { roundUp = byte >= 0x35 }
                    cut = true
                    if !behind { shift += 1 }
                }
            case point where !behind: behind = true
            default: break scan
            }
            index += 1
        }
        guard any else { return nil }
        if index < count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard let power = exponent(bytes, index + 1) else { return nil }
            shift += power
            index = count
        }
        guard index == count else { return nil }
        shift += scale
        if cut && shift >= 0 && roundUp { mantissa += 1 }
        guard let value = move(mantissa, by: shift) else { return nil }
        return negative ? -value : value
    }

    private static func exponent(_ bytes: Bytes, _ start: Int) -> Int? {
        var index = start
        var negative = false
        if index < bytes.count,
            bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
        {
            negative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < bytes.count, bytes.count - index <= 3 else { return nil }
        var power = 0
        while index < bytes.count {
            guard (0x30...0x39).contains(bytes[index]) else { return nil }
            power = power * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        return negative ? -power : power
    }

    private static func move(_ mantissa: Int64, by shift: Int) -> Int64? {
        var value = mantissa
        if shift >= 0 {
            for _ in 0..<min(shift, 19) where value != 0 {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                value = product
            }
            return value == 0 || shift <= 19 ? value : nil
        }
        if -shift > 19 { return 0 }
        var last: Int64 = 0
        for _ in 0..<(-shift) {
            last = value % 10
            value /= 10
        }
        return last >= 5 ? value + 1 : value
    }
}

/// Units to units, exactly: multiplies, divides and rounds half away from zero in 128 bits.
func converted(_ value: Int64, times numerator: Int64, over denominator: Int64) -> Int64? {
    let product = Int128(value) * Int128(numerator)
    let half = Int128(denominator / 2)
    let rounded = (product >= 0 ? product + half : product - half) / Int128(denominator)
    return Int64(exactly: rounded)
}
