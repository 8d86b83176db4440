// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Reads "2019-06-11 15:00:00 -0700" and remembers the last day, since records of a day stand
/// together.
struct AppleClock {
    private var known = [UInt8](repeating: 0, count: 10)
    private var day: Int64 = 0

    /// The local day, and the moment in microseconds since 1970 UTC.
    struct Reading {
        let day: Int64
        let utc: Int64
    }

    /// Nil for anything but such a time.
    mutating func read(_ bytes: Bytes?) -> Reading? {
        guard let bytes, bytes.count == 25, bytes[10] == 0x20, bytes[13] == 0x3a,
            bytes[16] == 0x3a, bytes[19] == 0x20,
            let hour = two(bytes, 11), let minute = two(bytes, 14), let second = two(bytes, 17),
            let zoneHour = two(bytes, 21), let zoneMinute = two(bytes, 23),
            hour < 24, minute < 60, second <= 60, zoneHour <= 18, zoneMinute < 60,
            bytes[20] == UInt8(ascii: "+") || bytes[20] == UInt8(ascii: "-")
        else { return nil }
        let date = Bytes(rebasing: bytes[0..<10])
        if !known.elementsEqual(date) {
            guard date[4] == UInt8(ascii: "-"), let moment = MomentText.parse(date) else {
                return nil
            }
            known = Array(date)
            day = moment.day
        }
        let zone = (zoneHour * 60 + zoneMinute) * (bytes[20] == UInt8(ascii: "-") ? -1 : 1)
        let seconds = hour * 3_600 + minute * 60 + min(second, 59) - zone * 60
        return Reading(day: day, utc: day * 86_400_000_000 + seconds * 1_000_000)
    }

    private func two(_ bytes: Bytes, _ place: Int) -> Int64? {
        let high = bytes[place] &- 0x30
        let low = bytes[place + 1] &- 0x30
        return high < 10 && low < 10 ? Int64(high) * 10 + Int64(low) : nil
    }
}
