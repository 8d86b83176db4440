// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Fitabase's CSV files of many people; the column Id tells them apart.
///
/// Days are M/D/YYYY. Hours are local and carry no zone. The three hourly files of a folder are
/// joined into one row an hour; import them together, since an hour is stored once.
final class FitabaseImporter: Importer {
    /// The files that are read.
    enum Kind: CaseIterable {
        case days
        case hourSteps
        case hourIntensities
        case hourCalories
        case sleep
        case weight

        /// The columns that tell the kind.
        var marks: [String] {
            switch self {
            case .days: ["Id", "ActivityDate", "TotalSteps"]
            case .hourSteps: ["Id", "ActivityHour", "StepTotal"]
            case .hourIntensities: ["Id", "ActivityHour", "TotalIntensity"]
            case .hourCalories: ["Id", "ActivityHour", "Calories"]
            case .sleep: ["Id", "SleepDay", "TotalMinutesAsleep"]
            case .weight: ["Id", "Date", "WeightKg"]
            }
        }
    }

    private let session: Session
    private var hours: HourTable

    init(_ session: Session) {
        self.session = session
        hours = HourTable(limit: session.limits.cells)
    }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let table = try CSVTable(entry, session: session)
        guard
            let kind = Kind.allCases.first(where: { $0.marks.allSatisfy { table.place($0) != nil } }
            )
        else { return }
        switch kind {
        case .days: try readDays(table)
        case .sleep: try readSleep(table)
        case .weight: try readWeights(table)
        case .hourSteps: try readHours(table, column: "StepTotal", into: \.steps)
        case .hourCalories: try readHours(table, column: "Calories", into: \.calories)
        case .hourIntensities: try readHours(table, column: "TotalIntensity", into: \.intensity)
        }
    }

    func finish() throws(IntakeError) {
        try hours.write(to: session)
    }

    private func readDays(_ table: CSVTable) throws(IntakeError) {
        let columns: [(name: String, target: String, scale: Int)] = [
            ("TotalSteps", "steps", 0), ("TotalDistance", "distance_km", 3),
            ("Calories", "calories", 0), ("VeryActiveMinutes", "very_active_minutes", 0),
            ("FairlyActiveMinutes", "fairly_active_minutes", 0),
            ("LightlyActiveMinutes", "lightly_active_minutes", 0),
            ("SedentaryMinutes", "sedentary_minutes", 0),
        ]
        try readNumbers(
            table, day: "ActivityDate", columns: columns, schema: StandardTables.activityDays)
    }

    private func readSleep(_ table: CSVTable) throws(IntakeError) {
        try readNumbers(
            table, day: "SleepDay",
            columns: [
                ("TotalSleepRecords", "sleeps", 0), ("TotalMinutesAsleep", "minutes_asleep", 0),
                ("TotalTimeInBed", "minutes_in_bed", 0),
            ], schema: StandardTables.sleepDays)
    }

    private func readNumbers(
        _ table: CSVTable, day: String, columns: [(name: String, target: String, scale: Int)],
        schema: Schema
    ) throws(IntakeError) {
        let writer = session.writer(schema)
        let person = try table.require("Id")
        let date = try table.require(day)
        let numbers = columns.compactMap { column in
            table.place(column.name).flatMap { place in
                schema.index(of: column.target).map { (place, $0, column.scale) }
            }
        }
        table.sayUnread(except: Set([person, date] + numbers.map(\.0)))
        while try table.next() {
            writer.countRead()
            guard let moment = try self.moment(table, date) else { continue }
            writer.set(0, moment.day)
            for (place, target, scale) in numbers {
                writer.set(target, Number.scaled(trimmed(table.reader.field(place)), scale: scale))
            }
            try commit(writer, table, person)
        }
    }

    private func readWeights(_ table: CSVTable) throws(IntakeError) {
        let writer = session.writer(StandardTables.weights)
        let person = try table.require("Id")
        let date = try table.require("Date")
        let kilograms = try table.require("WeightKg")
        let bmi = table.place("BMI")
        let fat = table.place("Fat")
        let log = table.place("LogId")
        let taken = [person, date, kilograms, bmi, fat, log].compactMap(\.self)
        table.sayUnread(except: Set(taken))
        sayZone()
        while try table.next() {
            writer.countRead()
            guard let moment = try self.moment(table, date) else { continue }
            writer.set(0, moment.utc(fallback: session.options.offsetMinutes ?? 0))
            writer.set(1, Number.scaled(table.reader.field(kilograms), scale: 3))
            if let bmi { writer.set(2, Number.scaled(table.reader.field(bmi), scale: 2)) }
            if let fat { writer.set(3, Number.scaled(table.reader.field(fat), scale: 1)) }
            if let log, !table.reader.field(log).isEmpty { session.mask(.identifier, "LogId") }
            try commit(writer, table, person)
        }
    }

    private func readHours(
        _ table: CSVTable, column: String, into cell: WritableKeyPath<HourTable.Hour, Int64>
    ) throws(IntakeError) {
        let writer = session.writer(StandardTables.activityHours)
        let person = try table.require("Id")
        let hour = try table.require("ActivityHour")
        let value = try table.require(column)
        table.sayUnread(except: [person, hour, value])
        sayZone()
        while try table.next() {
            writer.countRead()
            guard let moment = try self.moment(table, hour) else { continue }
            guard let number = Number.whole(trimmed(table.reader.field(value))) else {
                session.drop("no_number", "\(column) is no number", line: table.reader.line)
                continue
            }
            let name = try table.reader.text(person)
            guard !name.isEmpty else {
                session.drop("no_person", "Id is empty", line: table.reader.line)
                continue
            }
            let start = moment.utc(fallback: session.options.offsetMinutes ?? 0)
            let isNew = try hours.set(name, start, cell, number)
            if !isNew { writer.countDuplicate() }
        }
    }

    private func commit(
        _ writer: TableWriter, _ table: CSVTable, _ person: Int
    ) throws(IntakeError) {
        let name = try table.reader.text(person)
        guard !name.isEmpty else {
            session.drop("no_person", "Id is empty", line: table.reader.line)
            writer.discard()
            return
        }
        try writer.commit(of: name)
    }

    /// The moment of a cell; a date that can only be day-first condemns the whole file.
    private func moment(_ table: CSVTable, _ place: Int) throws(IntakeError) -> Moment? {
        let bytes = trimmed(table.reader.field(place))
        if let moment = MomentText.parse(bytes) { return moment }
        if MomentText.parse(bytes, order: .dayFirst) != nil {
            throw IntakeError(
                .ambiguousDates, "a date with the day first, where Fitabase writes the month first",
                mend: "The file was re-saved by a spreadsheet; use the original",
                line: table.reader.line)
        }
        session.drop("no_date", "the date cannot be read", line: table.reader.line)
        return nil
    }

    private func sayZone() {
        guard session.options.offsetMinutes == nil else { return }
        session.warn("Times carry no zone in this format; they are read as UTC")
    }
}
