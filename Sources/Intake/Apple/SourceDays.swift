// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Sums of one person for each day, metric and source, in millionths; the best source wins.
struct SourceDays {
    private var sums: [Int64: (sum: Int64, count: Int64)] = [:]
    private var summaries: [Int64: (energy: Int64?, exercise: Int64?, stand: Int64?)] = [:]
    private var last: (key: Int64, sum: Int64, count: Int64) = (-1, 0, 0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Adds to a day's sum of one source, numbered below 1,024.
    mutating func add(
        _ day: Int64, _ metric: AppleMetric, source: Int, _ value: Int64
    ) throws(IntakeError) {
        // Days of the years 1…9999 fit 23 bits with their sign.
        let key = ((day + 1_000_000) << 4 | metric.rawValue) << 10 | Int64(source)
        if key != last.key {
            try store()
            let old = sums[key] ?? (0, 0)
            last = (key, old.sum, old.count)
        }
        let (sum, overflow) = last.sum.addingReportingOverflow(value)
        if !overflow {
            last.sum = sum
            last.count += 1
        }
    }

    private mutating func store() throws(IntakeError) {
        guard last.key >= 0 else { return }
        sums[last.key] = (last.sum, last.count)
        guard sums.count <= limit else {
            throw IntakeError(
                .limit, "more than \(limit) sums of days and sources",
                mend: "Check that this is one person's export")
        }
    }

    /// Sets what Apple itself summed up for a day.
    mutating func setSummary(
        _ day: Int64, energy: Int64?, exercise: Int64?, stand: Int64?
    ) throws(IntakeError) {
        summaries[day] = (energy, exercise, stand)
        guard summaries.count <= limit else {
            throw IntakeError(.limit, "more than \(limit) days", mend: "Split the export")
        }
    }

    /// Writes the days in order.
    mutating func write(to session: Session) throws(IntakeError) {
        try store()
        // The largest sum over the sources; for the resting heart rate its mean.
        var best: [Int64: [AppleMetric: Int64]] = [:]
        for (key, total) in sums {
            guard let metric = AppleMetric(rawValue: key >> 10 & 15) else { continue }
            let day = (key >> 14) - 1_000_000
            let value =
                metric == .resting
                ? converted(total.sum, times: 1, over: max(total.count, 1)) ?? 0 : total.sum
            best[day, default: [:]][metric] = max(best[day]?[metric] ?? .min, value)
        }
        for day in summaries.keys where best[day] == nil { best[day] = [:] }
        for (day, metrics) in best.sorted(by: { $0.key < $1.key }) {
            try writeDay(day, metrics, session)
            try writeNight(day, metrics, session)
        }
    }

    private func writeDay(
        _ day: Int64, _ metrics: [AppleMetric: Int64], _ session: Session
    ) throws(IntakeError) {
        let summary = summaries[day]
        let movement = metrics.keys.contains { $0 != .asleep && $0 != .inBed }
        guard movement || summary != nil else { return }
        let writer = session.writer(StandardTables.activityDays)
        let active = summary?.energy ?? metrics[.active]
        func set(_ column: String, _ value: Int64?, over: Int64 = 1_000_000) {
            guard let place = StandardTables.activityDays.index(of: column) else { return }
            writer.set(place, value.flatMap { converted($0, times: 1, over: over) })
        }
        writer.set(0, day)
        set("steps", metrics[.steps])
        set("distance_km", metrics[.distance])  // metres are thousandths of a kilometre
        set("active_calories", active)
        if let active, let basal = metrics[.basal] {
            set("calories", active.addingReportingOverflow(basal).partialValue)
        }
        set("floors", metrics[.floors])
        set("exercise_minutes", summary?.exercise ?? metrics[.exercise])
        set("stand_hours", summary?.stand ?? metrics[.stand])
        set("resting_heart_rate", metrics[.resting])
        try writer.commit(of: nil)
    }

    private func writeNight(
        _ day: Int64, _ metrics: [AppleMetric: Int64], _ session: Session
    ) throws(IntakeError) {
        guard metrics[.asleep] != nil || metrics[.inBed] != nil else { return }
        let writer = session.writer(StandardTables.sleepDays)
        writer.set(0, day)
        writer.set(2, metrics[.asleep].flatMap { converted($0, times: 1, over: 60_000_000) })
        writer.set(3, metrics[.inBed].flatMap { converted($0, times: 1, over: 60_000_000) })
        try writer.commit(of: nil)
    }
}
