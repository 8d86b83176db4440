// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Values of mapped columns from their bytes.
enum MappedValue {
    /// 1 or 0 for true, yes, t, y, 1 and their contraries, in upper or lower case.
    static func boolean(_ bytes: Bytes) -> Int64? {
        func says(_ word: StaticString) -> Bool {
            guard word.utf8CodeUnitCount == bytes.count else { return false }
            // Lower case by one bit; what is no letter never equals one.
            for index in bytes.indices where bytes[index] | 0x20 != word.utf8Start[index] {
                return false
            }
            return true
        }
        switch bytes.count {
        case 1:
            if says("t") || says("y") || bytes[0] == UInt8(ascii: "1") { return 1 }
            if says("f") || says("n") || bytes[0] == UInt8(ascii: "0") { return 0 }
            return nil
        case 2...5:
            if says("true") || says("yes") { return 1 }
            return says("false") || says("no") ? 0 : nil
        default: return nil
        }
    }

    /// The moment that the bytes write in that format.
    static func moment(
        _ bytes: Bytes, _ format: Mapping.Source.DateFormat, _ order: DateOrder
    ) -> Moment? {
        let unit: Int64
        switch format {
        case .auto: return MomentText.parse(bytes, order: order)
        case .monthFirst: return MomentText.parse(bytes, order: .monthFirst)
        case .dayFirst: return MomentText.parse(bytes, order: .dayFirst)
        case .compact:
            guard bytes.count == 8, let number = Number.whole(bytes), number > 0,
                let day = CalendarDay(
                    year: Int(number / 10_000), month: Int(number / 100 % 100),
                    day: Int(number % 100))
            else { return nil }
            return Moment(day: day.number)
        case .unixSeconds: unit = 1_000_000
        case .unixMilliseconds: unit = 1_000
        case .unixMicroseconds: unit = 1
        }
        // Fractions of seconds are kept: 1690000000.5.
        let scale = unit == 1_000_000 ? 6 : unit == 1_000 ? 3 : 0
        guard let micros = Number.units(bytes, scale: scale, point: UInt8(ascii: ".")),
            micros.magnitude < 100_000_000_000_000_000
        else { return nil }
        let day = micros.flooredQuotient(86_400_000_000)
        return Moment(
            day: day, microseconds: micros - day * 86_400_000_000, offsetMinutes: 0)
    }
}
