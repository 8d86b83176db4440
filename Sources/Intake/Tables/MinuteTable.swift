// SPDX-License-Identifier: Apache-2.0

/// Heart rates of one person, gathered to minutes.
struct MinuteTable {
    private struct Minute {
        var sum: Int64 = 0
        var count: Int64 = 0
        var lowest = Int64.max
        var highest = Int64.min
    }

    private var minutes: [Int64: Minute] = [:]

    /// How many minutes are held.
    var count: Int { minutes.count }

    /// Adds one measurement at a moment in microseconds; what no heart can do is left out.
    mutating func add(_ moment: Int64, _ beats: Int64, limit: Int) throws(IntakeError) {
        guard (1...500).contains(beats) else { return }
        let start = moment - (moment % 60_000_000 + 60_000_000) % 60_000_000
        var minute = minutes[start] ?? Minute()
        minute.sum += beats
        minute.count += 1
        minute.lowest = min(minute.lowest, beats)
        minute.highest = max(minute.highest, beats)
        minutes[start] = minute
        guard minutes.count <= limit else {
            throw IntakeError(
                .limit, "more than \(limit) minutes of heart rates",
                mend: "Import the parts of the export one by one")
        }
    }

    /// Writes the minutes in order and forgets them.
    mutating func write(to writer: TableWriter) throws(IntakeError) {
        for (start, minute) in minutes.sorted(by: { $0.key < $1.key }) {
            writer.set(0, start)
            writer.set(1, converted(minute.sum, times: 1, over: minute.count))
            writer.set(2, minute.lowest)
            writer.set(3, minute.highest)
            writer.set(4, minute.count)
            try writer.commit(of: nil)
        }
        minutes = [:]
    }
}
