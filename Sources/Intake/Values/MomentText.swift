// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A day and perhaps a time of day, as a file writes it.
struct Moment: Hashable {
    /// Days since 1970-01-01, in the file's own zone.
    var day: Int64
    /// Microseconds since midnight; nil where only the day is given.
    var microseconds: Int64?
    /// Minutes east of UTC, where the text says so.
    var offsetMinutes: Int?

    /// Microseconds since 1970-01-01T00:00:00Z; `fallback` stands in for a missing zone.
    func utc(fallback: Int) -> Int64 {
        day * 86_400_000_000 + (microseconds ?? 0)
            - Int64(offsetMinutes ?? fallback) * 60_000_000
    }
}

/// Dates and times as exports write them.
///
/// Reads `2019-06-11`, `2019-06-11 15:00:00 -0700`, `2026-08-01T14:03:11.5Z`, `4/12/2016 1:00:00
/// AM`, `04/13/16 00:00:00`, `31.12.2026 23:59`. A date that starts with four digits has the year
/// first; for any other the caller says the order. Two-digit years are 1970…2069.
enum MomentText {
    /// The moment; nil for anything that is not one, or not a day of the calendar.
    static func parse(_ bytes: Bytes, order: DateOrder = .monthFirst) -> Moment? {
        if bytes.count == 10, bytes[4] == UInt8(ascii: "-") { return isoDay(bytes) }
        var reader = Reader(bytes: bytes)
        guard let (a, aDigits) = reader.number(4), let separator = reader.separator(),
            let (b, _) = reader.number(2), reader.take(separator),
            let (c, cDigits) = reader.number(4)
        else { return nil }
        let date: (year: Int, month: Int, day: Int)
        if aDigits == 4 {
            guard cDigits <= 2 else { return nil }
            date = (a, b, c)
        } else {
            guard aDigits <= 2, cDigits == 2 || cDigits == 4 else { return nil }
            let year = cDigits == 4 ? c : c < 70 ? 2000 + c : 1900 + c
            date = order == .monthFirst ? (year, a, b) : (year, b, a)
        }
        guard let day = CalendarDay(year: date.year, month: date.month, day: date.day) else {
            return nil
        }
        var moment = Moment(day: day.number, microseconds: nil, offsetMinutes: nil)
        guard !reader.isAtEnd else { return moment }
        _ = reader.take(UInt8(ascii: ","))
        guard reader.take(UInt8(ascii: " ")) || reader.take(UInt8(ascii: "T")) else { return nil }
        _ = reader.take(UInt8(ascii: " "))
        guard let time = reader.time() else { return nil }
        moment.microseconds = time
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        moment.offsetMinutes = offset.minutes
        return moment
    }

    /// The moment of the text.
    static func parse(_ text: String, order: DateOrder = .monthFirst) -> Moment? {
        var copy = text
        return copy.withUTF8 { parse($0, order: order) }
    }

    /// The day written as ten bytes YYYY-MM-DD.
    private static func isoDay(_ bytes: Bytes) -> Moment? {
        var wrong = bytes[7] ^ UInt8(ascii: "-")
        func digit(_ index: Int) -> Int {
            let digit = bytes[index] &- 0x30
            if digit > 9 { wrong |= 1 }
            return Int(digit)
        }
        let year = (digit(0) * 10 + digit(1)) * 100 + digit(2) * 10 + digit(3)
        let month = digit(5) * 10 + digit(6)
        let day = digit(8) * 10 + digit(9)
        guard wrong == 0, let day = CalendarDay(year: year, month: month, day: day) else {
            return nil
        }
        return Moment(day: day.number)
    }

    /// A quick look whether ``leading(_:)`` can find anything.
    static func mayBeEither(_ bytes: Bytes) -> Bool {
        bytes.count > 2 && (bytes[1] < 0x30 || bytes[2] < 0x30)
    }

    /// The first two numbers of a date that does not start with the year.
    static func leading(_ bytes: Bytes) -> (first: Int, second: Int)? {
        var reader = Reader(bytes: bytes)
        guard let (a, digits) = reader.number(4), digits <= 2, reader.separator() != nil,
            let (b, _) = reader.number(2)
        else { return nil }
        return (a, b)
    }
}

extension MomentText {
    fileprivate struct Offset { let minutes: Int? }

    fileprivate struct Reader {
        let bytes: Bytes
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func number(_ most: Int) -> (value: Int, digits: Int)? {
            var value = 0
            let start = index
            while index < bytes.count, index - start < most, (0x30...0x39).contains(bytes[index]) {
                value = value * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            return index > start ? (value, index - start) : nil
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func separator() -> UInt8? {
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            guard
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
            else { return nil }
            index += 1
            return byte
        }

        /// Microseconds since midnight.
        mutating func time() -> Int64? {
            guard let (rawHour, _) = number(2), take(UInt8(ascii: ":")), let (minute, _) = number(2)
            else { return nil }
            var second = 0
            var fraction: Int64 = 0
            if take(UInt8(ascii: ":")) {
                guard let (value, _) = number(2) else { return nil }
                second = value
                if take(UInt8(ascii: ".")) {
                    guard let micros = self.fraction() else { return nil }
                    fraction = micros
                }
            }
            guard let hour = halfDay(rawHour), hour < 24, minute < 60, second <= 60 else {
                return nil
            }
            // A leap second is counted as the second before it.
            let seconds = hour * 3600 + minute * 60 + min(second, 59)
            return Int64(seconds) * 1_000_000 + fraction
        }

        private mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var digits = 0
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                if digits < 6 { value = value * 10 + Int64(bytes[index] - 0x30) }
                digits += 1
                index += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 6)..<6 { value *= 10 }
            return value
        }

        /// Turns a twelve-hour clock into a 24-hour one when AM or PM follows.
        private mutating func halfDay(_ hour: Int) -> Int? {
            var place = index
            // A narrow no-break space stands before AM and PM in newer exports.
            if place + 2 < bytes.count, bytes[place] == 0xe2, bytes[place + 1] == 0x80,
                bytes[place + 2] == 0xaf
            {
                place += 3
            } else if place < bytes.count, bytes[place] == UInt8(ascii: " ") {
                place += 1
            }
            guard place + 1 < bytes.count, bytes[place + 1] | 0x20 == UInt8(ascii: "m") else {
                return hour
            }
            let half = bytes[place] | 0x20
            guard half == UInt8(ascii: "a") || half == UInt8(ascii: "p") else { return hour }
            guard (1...12).contains(hour) else { return nil }
            index = place + 2
            return hour % 12 + (half == UInt8(ascii: "p") ? 12 : 0)
        }

        /// Minutes east of UTC; nil minutes when nothing follows, nil when it is no zone.
        mutating func offset() -> Offset? {
            guard !isAtEnd else { return Offset(minutes: nil) }
            _ = take(UInt8(ascii: " "))
            if take(UInt8(ascii: "Z")) { return Offset(minutes: 0) }
            if index + 3 == bytes.count, bytes[index] == UInt8(ascii: "U"),
                bytes[index + 1] == UInt8(ascii: "T"), bytes[index + 2] == UInt8(ascii: "C")
            {
                index += 3
                return Offset(minutes: 0)
            }
            guard index < bytes.count else { return nil }
            let sign = bytes[index]
            guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
            index += 1
            guard let (hours, digits) = number(2), digits == 2 else { return nil }
            _ = take(UInt8(ascii: ":"))
            guard let (minutes, more) = number(2), more == 2, hours <= 18, minutes < 60 else {
                return nil
            }
            let total = hours * 60 + minutes
            return Offset(minutes: sign == UInt8(ascii: "-") ? -total : total)
        }
    }
}
