// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Days of one person, summed up from minutes; a minute counts once for each column.
final class DayTable {
    private struct Cell {
        var sum: Int64 = 0
        var scale = 0
        var minutes: Set<Int16> = []
    }

    let writer: TableWriter
    private let session: Session
    private var days: [Int64: [Int: Cell]] = [:]
    private var count = 0

    init(_ session: Session) {
        self.session = session
        writer = session.writer(StandardTables.activityDays)
    }

    /// Adds to a column of a day; false when that minute was already counted.
    func add(
        _ day: Int64, _ minute: Int, _ column: Int, _ value: Int64, scale: Int
    ) throws(IntakeError) -> Bool {
        if days[day]?[column] == nil {
            count += 1
            // A cell holds up to 1,440 minutes.
            guard count <= session.limits.cells / 100 else { throw DayTable.tooMany(session) }
        }
        var cell = days[day]?.removeValue(forKey: column) ?? Cell(scale: scale)
        let isNew = cell.minutes.insert(Int16(truncatingIfNeeded: minute)).inserted
        if isNew {
            let (sum, overflow) = cell.sum.addingReportingOverflow(value)
            if !overflow { cell.sum = sum }
        }
        days[day, default: [:]][column] = cell
        return isNew
    }

    /// Writes the days in order.
    func write() throws(IntakeError) {
        for (day, cells) in days.sorted(by: { $0.key < $1.key }) {
            writer.set(0, day)
            for (column, cell) in cells {
                let fine = (0..<cell.scale).reduce(Int64(1)) { power, _ in power * 10 }
                writer.set(column, converted(cell.sum, times: 1, over: fine))
            }
            try writer.commit(of: nil)
        }
    }

    static func tooMany(_ session: Session) -> IntakeError {
        IntakeError(
            .limit, "more days, hours or minutes than fit in memory",
            mend: "Import the parts of the export one by one")
    }
}
