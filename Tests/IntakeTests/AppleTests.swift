// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import Vault

@testable import Intake

@Suite struct AppleTests {
    private func export(_ body: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE HealthData [
        <!-- a note with > and ] in it -->
        <!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
        <!ATTLIST HealthData locale CDATA #REQUIRED>
        ]>
        <HealthData locale="en_US">
         <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-02-02"/>
        \(body)
        </HealthData>

        """
    }

    private func record(
        _ type: String, _ value: String, _ unit: String, source: String = "Watch",
        start: String = "2019-06-11 15:00:00 -0700", end: String = "2019-06-11 15:10:00 -0700"
    ) -> String {
        """
         <Record type="\(type)" sourceName="\(source)" unit="\(unit)" startDate="\(start)" \
        endDate="\(end)" value="\(value)"/>

        """
    }

    private func importing(_ body: String) throws -> (report: IntakeReport, sink: KeepingSink) {
        let scratch = try Scratch()
        return try read(try scratch.write("exportar.xml", export(body)))
    }

    @Test(
        .enabled(if: Shared.isThere, "the shared samples are absent"),
        arguments: [
            "exports/apple-health/export.xml",
            "exports/apple-health/zip_contents/apple_health_export/export.xml",
            "exports/apple-health/zip_contents",
        ])
    func `the sample gives its records, workout and summaries`(part: String) throws {
        let (report, sink) = try read(Shared.path(part))
        #expect(report.format == .appleHealth)
        #expect(report.table("weights")?.read == 1 && report.table("heart_rates")?.read == 1)
        #expect(sink.values("weights", "bmi") == [2_253])
        #expect(sink.values("heart_rates", "bpm") == [72])
        #expect(report.table("workouts")?.kept == 1)
        #expect(sink.values("workouts", "duration_s") == [312])
        #expect(sink.values("workouts", "distance_km") == [800])
        #expect(sink.values("workouts", "energy_kcal") == [49])
        #expect(sink.values("workouts", "activity") == [1])
        #expect(sink.values("activity_days", "active_calories") == [590, 324])
        #expect(sink.values("activity_days", "exercise_minutes") == [68, 39])
        #expect(report.dropped("metadata_not_taken") == 9)
        #expect(report.masked(.birth) == 1 && report.masked(.device) >= 4)
    }

    @Test func `sources are never added up: the best of each day is taken`() throws {
        let steps = "HKQuantityTypeIdentifierStepCount"
        let (report, sink) = try importing(
            record(steps, "100", "count", source: "Phone")
                + record(steps, "70", "count", source: "Watch")
                + record(steps, "80", "count", source: "Watch")
                + record(
                    steps, "5", "count", source: "Phone", start: "2019-06-12 00:00:00 +0200"))
        #expect(sink.values("activity_days", "steps") == [150, 5])
        #expect(report.table("activity_days")?.read == 4)
        #expect(
            report.table("activity_days")?.dates
                == CalendarDay("2019-06-11")!...CalendarDay("2019-06-12")!)
        #expect(report.masked(.device) == 4)
    }

    @Test func `units are converted exactly`() throws {
        let (report, sink) = try importing(
            record("HKQuantityTypeIdentifierDistanceWalkingRunning", "1", "mi")
                + record("HKQuantityTypeIdentifierActiveEnergyBurned", "418.4", "kJ")
                + record("HKQuantityTypeIdentifierBasalEnergyBurned", "1500", "kcal")
                + record("HKQuantityTypeIdentifierBodyMass", "150", "lb")
                + record("HKQuantityTypeIdentifierBodyFatPercentage", "0.225", "%")
                + record("HKQuantityTypeIdentifierBodyMass", "80", "stone of another kind"))
        #expect(sink.values("activity_days", "distance_km") == [1_609])
        #expect(sink.values("activity_days", "active_calories") == [100])
        #expect(sink.values("activity_days", "calories") == [1_600])
        #expect(sink.values("weights", "weight_kg") == [68_039])
        #expect(sink.values("weights", "fat_percent") == [225])
        #expect(report.dropped("unreadable_record") == 1)
    }

    @Test func `sleep belongs to the day of waking`() throws {
        let type = "HKCategoryTypeIdentifierSleepAnalysis"
        let (_, sink) = try importing(
            record(
                type, "HKCategoryValueSleepAnalysisAsleepCore", "",
                start: "2019-06-11 23:00:00 -0700", end: "2019-06-12 06:30:00 -0700")
                + record(
                    type, "HKCategoryValueSleepAnalysisInBed", "",
                    start: "2019-06-11 22:45:00 -0700", end: "2019-06-12 06:45:00 -0700"))
        #expect(sink.values("sleep_days", "day") == [CalendarDay("2019-06-12")!.number])
        #expect(sink.values("sleep_days", "minutes_asleep") == [450])
        #expect(sink.values("sleep_days", "minutes_in_bed") == [480])
    }

    @Test func `workout statistics of newer phones are read`() throws {
        let (_, sink) = try importing(
            """
            <Workout workoutActivityType="HKWorkoutActivityTypeCycling" duration="30" \
            durationUnit="min" startDate="2023-06-11 15:00:00 +0000">
            <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="250" unit="kcal"/>
            <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceCycling" sum="12.5" unit="km"/>
            </Workout>
            """)
        #expect(sink.values("workouts", "distance_km") == [12_500])
        #expect(sink.values("workouts", "energy_kcal") == [250])
        #expect(sink.values("workouts", "activity") == [3])
    }

    @Test func `entities never expand`() throws {
        let scratch = try Scratch()
        var bomb = "<!DOCTYPE HealthData [<!ENTITY a \"lol\">"
        for level in 1..<12 {
            bomb += "<!ENTITY a\(level) \"" + String(repeating: "&a;", count: 10) + "\">"
        }
        bomb += "]><HealthData><Record type=\"&a9;\" value=\"&a9;\"/></HealthData>"
        let error = #expect(throws: IntakeError.self) {
            _ = try read(try scratch.write("bomb.xml", bomb))
        }
        #expect(error?.code == .malformed)
        #expect(error?.reason.contains("declares entities") == true)
        let quiet =
            "<!DOCTYPE HealthData [<!ELEMENT HealthData ANY><!ENTITY v \"7\">]><HealthData/>"
        #expect(throws: IntakeError.self) { _ = try read(try scratch.write("quiet.xml", quiet)) }
        // Without a declaration, what is referred to is not expanded either.
        let text = "<HealthData><Record type=\"&a;\" sourceName=\"&a;\"/></HealthData>"
        let unknown = #expect(throws: IntakeError.self) {
            _ = try read(try scratch.write("unknown.xml", text))
        }
        #expect(unknown?.reason.contains("never expanded") == true)
    }

    @Test func `bytes that are not UTF-8 are refused with their place`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("export.xml", "")
        var bytes = Array("<HealthData><Record type=\"a\" sourceName=\"J".utf8)
        bytes += [0xfc] + Array("rgen\"/></HealthData>".utf8)
        try Data(bytes).write(to: URL(filePath: path))
        let error = #expect(throws: IntakeError.self) { _ = try read(path) }
        #expect(error?.code == .encoding && error?.offset == 12)
    }

    @Test(arguments: [
        "<HealthData><Record type=\"a\"", "<HealthData><Record></Workout></HealthData>",
        "<HealthData><Record a=b/></HealthData>", "<HealthData><![CDATA[x]]></HealthData>",
        "<HealthData>", "<HealthData></HealthData><HealthData>",
        "<HealthData><Record a=\"<\"/></HealthData>", "<HealthData/ >",
        "<HealthData><!-- never closed </HealthData>",
    ])
    func `broken XML is refused with its place`(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write("export.xml", text)
        let error = #expect(throws: IntakeError.self) { _ = try read(path) }
        #expect(error?.code == .malformed || error?.code == .truncated)
        #expect(error?.offset != nil && error?.mend.isEmpty == false)
    }
}
