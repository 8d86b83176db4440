// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Weighings of one person: mass, index and fat of one moment are one row.
struct BodyTable {
    /// What a scale says.
    enum Measure: Int {
        case mass = 1
        case index = 2
        case fat = 3
    }

    private var rows: [Int64: [Int: Int64]] = [:]

    /// Sets a measure, given in millionths of its unit; false for an unknown unit.
    mutating func set(
        _ moment: Int64, _ measure: Measure, _ value: Int64, unit: Bytes?, limit: Int
    ) throws(IntakeError) -> Bool {
        let stored: Int64? =
            switch measure {
            // Thousandths of a kilogram are grams.
            case .mass:
                AppleUnit.base(value, unit, .mass).flatMap {
                    converted($0, times: 1, over: 1_000_000)
                }
            case .index: converted(value, times: 1, over: 10_000)
            // Apple writes 0.225 for 22.5 %.
            case .fat: converted(value, times: 1, over: 1_000)
            }
        guard let stored else { return false }
        rows[moment, default: [:]][measure.rawValue] = stored
        guard rows.count <= limit else {
            throw IntakeError(.limit, "more than \(limit) weighings", mend: "Split the export")
        }
        return true
    }

    /// Writes the weighings in order.
    func write(to session: Session) throws(IntakeError) {
        guard !rows.isEmpty else { return }
        let writer = session.writer(StandardTables.weights)
        for (moment, values) in rows.sorted(by: { $0.key < $1.key }) {
            writer.set(0, moment)
            for (column, value) in values { writer.set(column, value) }
            try writer.commit(of: nil)
        }
    }
}
