// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Fitbit's own export: a JSON array a file, one series each; the file's name says which.
///
/// steps, calories and the activity minutes are summed up to days, heart rates to minutes, sleep to
/// nights. A minute that stands in two files is counted once.
final class FitbitImporter: Importer {
    private let session: Session
    private let days: DayTable
    private var nights: [Int64: (sleeps: Int64, asleep: Int64, inBed: Int64)] = [:]
    private var sleepLogs: Set<Int64> = []
    /// The names of the files so far. One export has each once.
    private var names: Set<String> = []

    init(_ session: Session) {
        self.session = session
        days = DayTable(session)
    }

    // Series that fill a column of activity_days, and the digits behind the point that they carry.
    private static let daySeries: [String: (column: String, scale: Int)] = [
        "steps": ("steps", 0), "calories": ("calories", 2),
        "very_active_minutes": ("very_active_minutes", 0),
        "moderately_active_minutes": ("fairly_active_minutes", 0),
        "lightly_active_minutes": ("lightly_active_minutes", 0),
        "sedentary_minutes": ("sedentary_minutes", 0),
    ]

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let series = FitbitImporter.series(entry.leaf)
        guard names.insert(entry.leaf).inserted else {
            throw IntakeError(
                .severalFormats,
                "\(entry.leaf) stands in several folders, as the exports of several people do",
                mend: "Import them one by one, by naming the file or folder of each")
        }
        switch series {
        case "heart_rate": try readHeart(entry)
        case "resting_heart_rate": try readResting(entry)
        case "sleep": try readSleep(entry)
        case "weight": try readWeights(entry)
        default:
            if let target = FitbitImporter.daySeries[series] {
                try readDays(entry, target.column, target.scale)
            } else if session.file == nil {
                throw IntakeError(
                    .unknownFormat, "a Fitbit series whose name does not say what it measures",
                    mend: "Keep the name it was downloaded with, such as steps-2016-04-13.json")
            } else {
                session.drop("series_not_taken", "the series \"\(series.prefix(60))\" is not taken")
            }
        }
    }

    func finish() throws(IntakeError) {
        try days.write()
        guard !nights.isEmpty else { return }
        let writer = session.writer(StandardTables.sleepDays)
        for (day, night) in nights.sorted(by: { $0.key < $1.key }) {
            writer.set(0, day)
            writer.set(1, night.sleeps)
            writer.set(2, night.asleep)
            writer.set(3, night.inBed)
            try writer.commit(of: nil)
        }
    }

    /// The part of a file's name before its date.
    private static func series(_ leaf: String) -> String {
        var name = leaf
        if let dot = name.firstIndex(of: ".") { name = String(name[..<dot]) }
        if let date = name.firstIndex(where: { $0 == "-" || $0 == " " || $0 == "(" }) {
            name = String(name[..<date])
        }
        return name
    }

    private func readDays(
        _ entry: Parcel.Entry, _ column: String, _ scale: Int
    ) throws(IntakeError) {
        guard let place = StandardTables.activityDays.index(of: column) else { return }
        let elements = try JSONElements(entry, session: session)
        while let element = try elements.next() {
            days.writer.countRead()
            guard let moment = moment(element["dateTime"], elements.line),
                let value = number(element["value"], scale, elements.line)
            else { continue }
            let minute = Int((moment.microseconds ?? 0) / 60_000_000)
            let isNew = try days.add(moment.day, minute, place, value, scale: scale)
            if !isNew { days.writer.countDuplicate() }
        }
    }

    private func readResting(_ entry: Parcel.Entry) throws(IntakeError) {
        guard let place = StandardTables.activityDays.index(of: "resting_heart_rate") else {
            return
        }
        let elements = try JSONElements(entry, session: session)
        while let element = try elements.next() {
            days.writer.countRead()
            guard let moment = moment(element["dateTime"], elements.line) else { continue }
            // Days without a measurement carry 0.
            guard let value = element["value"]?["value"]?.scaled(2), value > 0 else {
                session.drop("no_number", "no resting heart rate that day", line: elements.line)
                continue
            }
            if try !days.add(moment.day, 0, place, value, scale: 2) {
                days.writer.countDuplicate()
            }
        }
    }

    private func readHeart(_ entry: Parcel.Entry) throws(IntakeError) {
        let writer = session.writer(StandardTables.heartRates)
        var minutes = MinuteTable()
        let elements = try JSONElements(entry, session: session)
        sayZone()
        while let element = try elements.next() {
            writer.countRead()
            guard let moment = moment(element["dateTime"], elements.line),
                let beats = number(element["value"]?["bpm"], 0, elements.line)
            else { continue }
            try minutes.add(
                moment.utc(fallback: session.options.offsetMinutes ?? 0), beats,
                limit: session.limits.cells)
        }
        try minutes.write(to: writer)
    }

    private func readSleep(_ entry: Parcel.Entry) throws(IntakeError) {
        let writer = session.writer(StandardTables.sleepDays)
        let elements = try JSONElements(entry, session: session)
        while let element = try elements.next() {
            writer.countRead()
            guard let moment = moment(element["dateOfSleep"], elements.line),
                let asleep = number(element["minutesAsleep"], 0, elements.line)
            else { continue }
            if let log = element["logId"]?.integer {
                session.mask(.identifier, "logId")
                guard sleepLogs.insert(log).inserted else {
                    writer.countDuplicate()
                    continue
                }
            }
            var night = nights[moment.day] ?? (0, 0, 0)
            night.sleeps += 1
            night.asleep += min(asleep, 100_000)
            night.inBed += min(element["timeInBed"]?.scaled(0) ?? 0, 100_000)
            nights[moment.day] = night
            guard nights.count <= session.limits.cells else { throw DayTable.tooMany(session) }
        }
    }

    private func readWeights(_ entry: Parcel.Entry) throws(IntakeError) {
        let writer = session.writer(StandardTables.weights)
        let elements = try JSONElements(entry, session: session)
        sayZone()
        session.warn("Fitbit writes weights in pounds; they were turned into kilograms")
        while let element = try elements.next() {
            writer.countRead()
            let date = element["date"]?.string ?? ""
            let text = JSON.string(element["time"]?.string.map { "\(date) \($0)" } ?? date)
            guard let moment = moment(text, elements.line),
                let pounds = number(element["weight"], 3, elements.line)
            else { continue }
            if element["logId"] != nil { session.mask(.identifier, "logId") }
            writer.set(0, moment.utc(fallback: session.options.offsetMinutes ?? 0))
            // One pound is 0.45359237 kg exactly.
            writer.set(1, converted(pounds, times: 45_359_237, over: 100_000_000))
            writer.set(2, element["bmi"]?.scaled(2))
            writer.set(3, element["fat"]?.scaled(1))
            try writer.commit(of: nil)
        }
    }

    private func moment(_ value: JSON?, _ line: Int) -> Moment? {
        if let moment = value?.string.flatMap({ MomentText.parse($0) }) { return moment }
        session.drop("no_date", "the date cannot be read", line: line)
        return nil
    }

    private func number(_ value: JSON?, _ scale: Int, _ line: Int) -> Int64? {
        if let number = value?.scaled(scale), number.magnitude < 1 << 40 { return number }
        session.drop("no_number", "the value is no number", line: line)
        return nil
    }

    private func sayZone() {
        guard session.options.offsetMinutes == nil else { return }
        session.warn("Times carry no zone in this format; they are read as UTC")
    }
}
