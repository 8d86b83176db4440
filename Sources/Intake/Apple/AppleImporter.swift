// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Vault

/// Apple Health's export.xml, alone or inside its ZIP, whatever its localised name.
///
/// Counts such as steps overlap between a phone and a watch: they are summed for each day and
/// source, and the source with the largest sum of that day is taken; sources are never added up.
/// A day is the local day that the record's own time says.
final class AppleImporter: Importer {
    private let session: Session
    private var days: SourceDays
    private var clock = AppleClock()
    private var sources: [[UInt8]: Int] = [:]
    private var lastSource: (name: [UInt8], place: Int) = ([], -1)
    private var minutes = MinuteTable()
    private var body = BodyTable()
    private var workout: AppleWorkout?
    private var counts: [Counted: Int] = [:]
    private var untaken: [String: Int] = [:]

    private enum Counted {
        case sources
        case devices
        case births
        case places
        case metadata
        case unreadable
    }

    init(_ session: Session) {
        self.session = session
        days = SourceDays(limit: session.limits.cells)
    }

    /// Knows a health export by its root element, behind any document type.
    static func format(ofHead head: [UInt8]) throws(IntakeError) -> Format {
        if Data(head).range(of: Data("<HealthData".utf8)) != nil { return .appleHealth }
        throw IntakeError(
            .unknownFormat, "XML, but no Apple Health export",
            mend: "Name export.xml or the ZIP that the phone made")
    }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let source = CountedStream(try entry.open(), session: session, left: session.bytesLeft)
        let xml = XMLScanner(source, limits: session.limits)
        guard try xml.next() == .start, xml.name.isText("HealthData") else {
            throw IntakeError(
                .unknownFormat, "XML, but no Apple Health export",
                mend: "Name export.xml or the ZIP that the phone made")
        }
        while let event = try xml.next() {
            if event == .end {
                if xml.name.isText("Workout"), let done = workout { try write(done) }
                continue
            }
            try element(xml, isEmpty: event == .empty)
        }
    }

    func finish() throws(IntakeError) {
        try days.write(to: session)
        if minutes.count > 0 {
            try minutes.write(to: session.writer(StandardTables.heartRates))
        }
        try body.write(to: session)
        session.mask(.device, "sourceName", counts[.sources] ?? 0)
        session.mask(.device, "device", counts[.devices] ?? 0)
        session.mask(.birth, "Me", counts[.births] ?? 0)
        session.mask(.coordinates, "Location", counts[.places] ?? 0)
        session.drop(
            "metadata_not_taken", "notes of apps about a record are not taken",
            count: counts[.metadata] ?? 0)
        session.drop(
            "unreadable_record", "a record without a readable time, value or unit",
            count: counts[.unreadable] ?? 0)
        for (type, count) in untaken.sorted(by: { $0.key < $1.key }) {
            session.drop("type_not_taken", "\(type) is not taken", count: count)
        }
    }

    private func element(_ xml: XMLScanner, isEmpty: Bool) throws(IntakeError) {
        let name = xml.name
        if name.isText("Record") {
            try record(xml)
        } else if name.isText("MetadataEntry") {
            counts[.metadata, default: 0] += 1
        } else if name.isText("Location") {
            counts[.places, default: 0] += 1
        } else if name.isText("Workout") {
            let found = try AppleWorkout(xml, &clock)
            session.writer(StandardTables.workouts).countRead()
            countSecrets(xml)
            if isEmpty { try write(found) } else { workout = found }
        } else if name.isText("WorkoutStatistics") {
            workout?.add(statistics: xml)
        } else if name.isText("ActivitySummary") {
            try summary(xml)
        } else if name.isText("Me") {
            counts[.births, default: 0] += 1
        }
    }

    private func countSecrets(_ xml: XMLScanner) {
        if xml.raw("sourceName") != nil { counts[.sources, default: 0] += 1 }
        if xml.raw("device") != nil { counts[.devices, default: 0] += 1 }
    }

    private func record(_ xml: XMLScanner) throws(IntakeError) {
        countSecrets(xml)
        guard let type = xml.raw("type"), let kind = AppleType(type) else {
            if untaken.count < 500, let type = try xml.text("type") {
                untaken[String(type.prefix(100)), default: 0] += 1
            }
            return
        }
        guard let start = clock.read(xml.raw("startDate")) else {
            counts[.unreadable, default: 0] += 1
            return
        }
        switch kind {
        case .sum(let metric):
            session.writer(StandardTables.activityDays).countRead()
            guard let value = xml.raw("value").flatMap({ Number.scaled($0, scale: 6) }),
                let base = AppleUnit.base(value, xml.raw("unit"), metric.unit)
            else { return unreadable() }
            try days.add(start.day, metric, source: sourcePlace(xml), base)
        case .stand:
            session.writer(StandardTables.activityDays).countRead()
            guard xml.raw("value")?.isText("HKCategoryValueAppleStandHourStood") == true else {
                return
            }
            try days.add(start.day, .stand, source: sourcePlace(xml), 1_000_000)
        case .heart:
            let writer = session.writer(StandardTables.heartRates)
            writer.countRead()
            guard let beats = xml.raw("value").flatMap({ Number.scaled($0, scale: 0) }) else {
                return unreadable()
            }
            try minutes.add(start.utc, beats, limit: session.limits.cells)
            // Records come in order of time: what is written early is not met again.
            if minutes.count >= 200_000 { try minutes.write(to: writer) }
        case .body(let measure):
            session.writer(StandardTables.weights).countRead()
            guard let value = xml.raw("value").flatMap({ Number.scaled($0, scale: 6) }) else {
                return unreadable()
            }
            let isSet = try body.set(
                start.utc, measure, value, unit: xml.raw("unit"), limit: session.limits.cells)
            if !isSet { unreadable() }
        case .sleep:
            session.writer(StandardTables.sleepDays).countRead()
            guard let stop = clock.read(xml.raw("endDate")), stop.utc >= start.utc,
                stop.utc - start.utc <= 2 * 86_400_000_000, let value = xml.raw("value")
            else { return unreadable() }
            let place = try sourcePlace(xml)
            if value.isText("HKCategoryValueSleepAnalysisInBed") {
                try days.add(stop.day, .inBed, source: place, stop.utc - start.utc)
            } else if !value.isText("HKCategoryValueSleepAnalysisAwake") {
                try days.add(stop.day, .asleep, source: place, stop.utc - start.utc)
            }
        }
    }

    private func unreadable() { counts[.unreadable, default: 0] += 1 }

    /// A small number for the source's name; the name itself is forgotten with the import.
    private func sourcePlace(_ xml: XMLScanner) throws(IntakeError) -> Int {
        guard let name = xml.raw("sourceName") else { return 0 }
        if lastSource.name.count == name.count, lastSource.name.elementsEqual(name) {
            return lastSource.place
        }
        let key = Array(name)
        let place = sources[key] ?? sources.count + 1
        guard place < 1_000 else {
            throw IntakeError(
                .limit, "more than 1,000 sources", mend: "Check that this is one person's export")
        }
        sources[key] = place
        lastSource = (key, place)
        return place
    }

    private func summary(_ xml: XMLScanner) throws(IntakeError) {
        let writer = session.writer(StandardTables.activityDays)
        writer.countRead()
        guard let moment = xml.raw("dateComponents").flatMap({ MomentText.parse($0) }) else {
            return unreadable()
        }
        let energy = xml.raw("activeEnergyBurned").flatMap { Number.scaled($0, scale: 6) }
        try days.setSummary(
            moment.day,
            energy: energy.flatMap {
                AppleUnit.base($0, xml.raw("activeEnergyBurnedUnit"), .energy)
            },
            exercise: xml.raw("appleExerciseTime").flatMap { Number.scaled($0, scale: 6) },
            stand: xml.raw("appleStandHours").flatMap { Number.scaled($0, scale: 6) })
    }

    private func write(_ found: AppleWorkout) throws(IntakeError) {
        workout = nil
        let writer = session.writer(StandardTables.workouts)
        guard let start = found.start else { return unreadable() }
        writer.set(0, start)
        writer.set(1, found.activity)
        writer.set(2, found.seconds)
        writer.set(3, found.meters.flatMap { converted($0, times: 1, over: 1_000_000) })
        writer.set(4, found.energy.flatMap { converted($0, times: 1, over: 1_000_000) })
        try writer.commit(of: nil)
    }
}
