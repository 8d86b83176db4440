// SPDX-License-Identifier: Apache-2.0

/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z (no leap seconds).
///
/// Nothing below the edge reads a clock: a timestamp is always an argument.
@frozen public struct Timestamp: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Orders by time.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Later by so many milliseconds; stays at the last representable moment instead of wrapping.
    public func adding(milliseconds more: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(more)
        return Timestamp(milliseconds: overflow ? (more > 0 ? .max : .min) : sum)
    }
}

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
@frozen public struct CalendarDay: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    public let number: Int64

    /// Takes days since 1970-01-01.
    @inlinable public init(number: Int64) { self.number = number }

    /// Takes a date; nil when there is no such day, or when the year is outside 1…9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDay.length(year: year, month: month)
        else { return nil }
        // Days from civil, after H. Hinnant: years start in March, eras have 400 years.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// The date, for any day from year 1 to year 9999; far-off days are brought to that range.
    public var civil: (year: Int, month: Int, day: Int) {
        let days = Int(min(max(number, -719_162), 2_932_896)) + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Orders by time.
    @inlinable public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.number < right.number
    }

    private static func length(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CalendarDay: CustomStringConvertible {
    /// ISO 8601: YYYY-MM-DD.
    public var description: String {
        let (year, month, day) = civil
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// Reads YYYY-MM-DD.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts[2].utf8.count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with milliseconds only where there are any. Moments outside the years
    /// 1 to 9999 are brought to that range.
    public var description: String {
        let earliest: Int64 = -719_162 * 86_400_000
        let shown = min(max(milliseconds, earliest), 2_932_897 * 86_400_000 - 1)
        let day = shown.flooredQuotient(86_400_000)
        let rest = Int(shown - day * 86_400_000)
        let fraction = rest % 1000 == 0 ? "" : "." + padded(rest % 1000, 3)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return "\(CalendarDay(number: day))T\(clock.joined(separator: ":"))\(fraction)Z"
    }

    /// Reads RFC 3339 in UTC ("Z" only), with up to three digits of a second's fraction.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let day = CalendarDay(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = two(bytes, 11), hour < 24, let minute = two(bytes, 14), minute < 60,
            let second = two(bytes, 17), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes[20..<bytes.count - 1]
            guard bytes[19] == UInt8(ascii: "."), (1...3).contains(digits.count) else { return nil }
            for place in 0..<3 {
                let digit =
                    digits.startIndex + place < digits.endIndex
                    ? digits[digits.startIndex + place] : UInt8(ascii: "0")
                guard (0x30...0x39).contains(digit) else { return nil }
                fraction = fraction * 10 + Int64(digit - 0x30)
            }
        }
        let seconds = Int64(hour * 3600 + minute * 60 + second)
        milliseconds = day.number * 86_400_000 + seconds * 1000 + fraction
    }
}

extension Int64 {
    /// Division that rounds toward minus infinity; the divisor is positive.
    package func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Digits alone: no sign, no white space.
private func digits(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}

private func two(_ bytes: [UInt8], _ index: Int) -> Int? {
    guard (0x30...0x39).contains(bytes[index]), (0x30...0x39).contains(bytes[index + 1]) else {
        return nil
    }
    return Int(bytes[index] - 0x30) * 10 + Int(bytes[index + 1] - 0x30)
}
