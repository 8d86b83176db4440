// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Hours of many people, gathered from several files.
struct HourTable {
    /// One hour; what no file says is NULL.
    struct Hour {
        var steps = Schema.null
        var calories = Schema.null
        var intensity = Schema.null
    }

    private var people: [String: [Int64: Hour]] = [:]
    private var count = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Sets one value of one hour; false when an earlier row already did.
    mutating func set(
        _ person: String, _ hour: Int64, _ cell: WritableKeyPath<Hour, Int64>, _ value: Int64
    ) throws(IntakeError) -> Bool {
        var slot = people[person]?[hour]
        if slot == nil {
            count += 1
            guard count <= limit else {
                throw IntakeError(
                    .limit, "more than \(limit) hours in one import", mend: "Split the files")
            }
            slot = Hour()
        }
        guard slot?[keyPath: cell] == Schema.null else { return false }
        slot?[keyPath: cell] = value
        people[person, default: [:]][hour] = slot
        return true
    }

    /// Writes the hours, people by name, hours in order.
    func write(to session: Session) throws(IntakeError) {
        guard count > 0 else { return }
        let writer = session.writer(StandardTables.activityHours)
        for (person, hours) in people.sorted(by: { $0.key < $1.key }) {
            for (start, hour) in hours.sorted(by: { $0.key < $1.key }) {
                writer.set(0, start)
                writer.set(1, hour.steps)
                writer.set(2, hour.calories)
                writer.set(3, hour.intensity)
                try writer.commit(of: person)
            }
        }
    }
}
