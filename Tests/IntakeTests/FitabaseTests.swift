// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault

@testable import Intake

@Suite struct FitabaseTests {
    @Test(.enabled(if: Shared.isThere, "the shared samples are absent"))
    func `a folder of files is one import of many people`() throws {
        let (report, sink) = try read(Shared.path("people/fitabase-fitbit"))
        #expect(report.format == .fitabase)
        #expect(report.files == 6)
        let days = try #require(report.table("activity_days"))
        #expect(days.read == 725 && days.kept == 725 && days.duplicates == 0)
        #expect(days.dates == CalendarDay("2016-04-12")!...CalendarDay("2016-05-12")!)
        let sleep = try #require(report.table("sleep_days"))
        #expect(sleep.read == 271 && sleep.kept == 271 && sleep.duplicates == 0)
        let hours = try #require(report.table("activity_hours"))
        #expect(hours.read == 3 * 17_010 && hours.kept == 17_010 && hours.duplicates == 0)
        let weights = try #require(report.table("weights"))
        #expect(weights.read == 66 && weights.kept == 66)
        #expect(report.persons == 26)
        #expect(sink.rows("activity_hours") == 17_010)
        #expect(sink.values("activity_hours", "steps").count == 17_010)
        #expect(sink.values("activity_hours", "calories").count == 17_010)
        #expect(sink.values("activity_days", "steps").max() == 36_019)
        #expect(sink.values("activity_days", "distance_km").max() == 28_030)
        #expect(sink.values("weights", "weight_kg").min() == 52_600)
        #expect(sink.values("weights", "fat_percent") == [220, 250])
        #expect(report.masked(.identifier) == 66)
    }

    @Test func `a day-first date condemns the file`() throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            "d.csv", "Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n1,13/4/2016,6\n")
        let error = #expect(throws: IntakeError.self) { _ = try read(path) }
        #expect(error?.code == .ambiguousDates && error?.line == 3)
    }

    @Test func `rows without a person or a date are dropped with their lines`() throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            "d.csv",
            "Id,ActivityDate,TotalSteps,Calories\n1,4/12/2016,5,7\n,4/13/2016,6,8\n"
                + "1,soon,6,8\n1,4/14/2016,6\n1,4/12/2016,9,9\n")
        let (report, sink) = try read(path)
        #expect(sink.values("activity_days", "steps") == [5])
        #expect(report.dropped.first { $0.code == "no_person" }?.lines == [3])
        #expect(report.dropped.first { $0.code == "no_date" }?.lines == [4])
        #expect(report.dropped.first { $0.code == "wrong_field_count" }?.lines == [5])
        #expect(report.table("activity_days")?.duplicates == 1)
    }
}

@Suite struct AdultTests {
    @Test(.enabled(if: Shared.isThere, "the shared samples are absent"))
    func `every adult is a person with one row`() throws {
        let (report, sink) = try read(Shared.path("people/adult-income/adult.csv"))
        #expect(report.format == .adult && report.persons == 32_561)
        let table = try #require(report.table("profile"))
        #expect(table.read == 32_561 && table.kept == 32_561)
        #expect(report.dropped("unknown_value") == 0)
        #expect(sink.values("profile", "age").count == 32_561)
        #expect(sink.values("profile", "income").filter { $0 == 1 }.count == 7_841)
        #expect(sink.values("profile", "workclass").count == 32_561)
    }

    @Test func `unknown words become NULL and are counted`() throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            "a.csv",
            "age,education-num,hours-per-week,sex,salary\n39,13,40,Male,<=50K\n50,?,13,Robot,>50K\n"
        )
        let (report, sink) = try read(path)
        #expect(report.persons == 2)
        #expect(sink.values("profile", "sex") == [1])
        #expect(sink.values("profile", "education_years") == [13])
        #expect(report.dropped.first { $0.code == "unknown_value" }?.lines == [3])
    }
}
