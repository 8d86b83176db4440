// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import Vault

@testable import Intake

/// The counts that others say the sample exports hold.
@Suite(.enabled(if: Shared.isThere, "the shared samples are absent"))
struct SharedSampleTests {
    private let expected: JSON
    private func sample(_ part: String) -> String { Shared.path("exports/" + part) }

    init() throws {
        expected = try JSON(
            parsing: Array(
                try Data(contentsOf: URL(filePath: Shared.path("exports/expected.json")))))
    }

    @Test(arguments: [1_503_960_366, 3_977_333_714, 4_319_703_577])
    func `Fitbit minutes and nights add up to the known days`(person: Int) throws {
        let file = URL(filePath: sample("fitbit/expected-user-\(person).json"))
        let truth = try JSON(parsing: Array(try Data(contentsOf: file)))
        let (report, sink) = try read(sample("fitbit/user-\(person)"))
        #expect(report.format == .fitbit && report.persons == 1)
        let list = try #require(truth["daily_steps"]?.array)
        let days = list.compactMap { $0["date"]?.string }.compactMap { CalendarDay($0)?.number }
        #expect(sink.values("activity_days", "day") == days)
        #expect(sink.values("activity_days", "steps") == list.compactMap { $0["steps"]?.integer })
        #expect(report.table("activity_days")?.duplicates == 0)
        #expect(
            sink.values("sleep_days", "minutes_asleep").reduce(0, +)
                == truth["minutes_asleep_total"]?.integer)
        #expect(Int64(sink.rows("sleep_days")) == truth["sleep_nights"]?.integer)
    }

    @Test func `a folder of several people's Fitbit exports is refused`() throws {
        let error = #expect(throws: IntakeError.self) { _ = try read(sample("fitbit")) }
        #expect(error?.code == .severalFormats && error?.mend.contains("one by one") == true)
    }

    @Test func `typed Fitbit samples give their heart rates, rest and sleep`() throws {
        let (report, sink) = try read(sample("fitbit/typed"))
        #expect(report.table("heart_rates")?.read == 3)
        #expect(sink.values("heart_rates", "bpm") == [66])
        #expect(sink.values("heart_rates", "lowest_bpm") == [62])
        #expect(sink.values("heart_rates", "highest_bpm") == [70])
        #expect(
            sink.values("heart_rates", "minute")
                == [Timestamp("2023-05-01T07:00:00Z")!.milliseconds * 1_000])
        #expect(sink.values("activity_days", "steps") == [120])
        #expect(sink.values("activity_days", "resting_heart_rate") == [58])
        #expect(sink.values("sleep_days", "minutes_asleep") == [400])
    }

    @Test func `Netflix profiles are people and trailers are no viewing`() throws {
        let truth = try #require(expected["netflix"]?["ViewingActivity.csv"])
        let (report, sink) = try read(sample("netflix/CONTENT_INTERACTION/ViewingActivity.csv"))
        let views = try #require(report.table("views"))
        #expect(Int64(views.read) == truth["rows"]?.integer)
        #expect(
            Int64(report.dropped("supplemental_video"))
                == truth["rows_with_supplemental_video"]?.integer)
        #expect(views.kept + views.duplicates == 3_000 - 2_626)
        #expect(report.persons == truth["profiles"]?.object?.count)
        #expect(
            sink.values("views", "watched_s").reduce(0, +)
                == truth["seconds_without_supplemental"]?.integer)
        #expect(report.masked(.name) == 3_000)
        #expect(Set(sink.texts("views", "country")).isSuperset(of: ["GB", "FR"]))
        let (one, kept) = try read(
            sample("netflix/CONTENT_INTERACTION/ViewingActivity.csv"), .init(profile: "Marie"))
        #expect(one.persons == 1 && one.dropped("other_profile") == 3_000 - 599)
        #expect(kept.batches.allSatisfy { $0.person == nil })
    }

    @Test func `what was asked for and does not apply is refused, not overlooked`() throws {
        for (path, options) in [
            ("netflix/NetflixViewingHistory.csv", IntakeOptions(profile: "Marie")),
            ("netflix/NetflixViewingHistory.csv", IntakeOptions(personColumn: "Title")),
            (
                "netflix/CONTENT_INTERACTION/ViewingActivity.csv",
                IntakeOptions(personColumn: "Profile Name")
            ),
        ] {
            do {
                _ = try read(sample(path), options)
                Issue.record("\(path) was taken")
            } catch {
                #expect(error.code == .option && !error.mend.isEmpty)
            }
        }
    }

    @Test func `the short Netflix history gives eleven days`() throws {
        let (report, sink) = try read(sample("netflix/NetflixViewingHistory.csv"))
        #expect(report.format == .netflixHistory)
        #expect(report.table("views")?.kept == 11)
        #expect(sink.values("views", "day").max() == CalendarDay("2026-12-12")!.number)
    }

    @Test func `both Spotify exports give their plays`() throws {
        let truth = try #require(
            expected["spotify"]?["Streaming_History_Audio_spotify_import_test.json"])
        let (report, sink) = try read(
            sample("spotify/Streaming_History_Audio_spotify_import_test.json"))
        #expect(report.format == .spotifyExtended)
        #expect(Int64(report.table("plays")?.kept ?? 0) == truth["rows"]?.integer)
        #expect(sink.values("plays", "played_ms").reduce(0, +) == truth["ms_total"]?.integer)
        #expect(Int64(Set(sink.texts("plays", "artist")).count) == truth["artists"]?.integer)
        let ends = sink.values("plays", "ended_at").map { Timestamp(milliseconds: $0 / 1_000) }
        #expect(ends.min()?.description == truth["first"]?.string)
        #expect(ends.max()?.description == truth["last"]?.string)
        #expect(report.masked(.ip) == 39 && report.masked(.device) == 39)

        let (account, plays) = try read(
            sample("spotify/account-data/StreamingHistory_music_0.json"))
        #expect(account.format == .spotifyAccount && account.table("plays")?.kept == 4)
        #expect(plays.values("plays", "played_ms").reduce(0, +) == 425_781)
        #expect(plays.values("plays", "listened").reduce(0, +) == 2)
    }

    @Test func `Amazon orders of both dialects lose every personal column`() throws {
        let (report, sink) = try read(
            sample("amazon/us-2026-bom/Retail.OrderHistory.1/Retail.OrderHistory.1.csv"))
        #expect(report.format == .amazonOrders && report.table("purchases")?.kept == 3)
        #expect(sink.values("purchases", "total") == [1_400, 2_600, 1_600])
        #expect(sink.values("purchases", "unit_price") == [1_300, 2_400, 800])
        #expect(sink.values("purchases", "quantity") == [1, 1, 2])
        #expect(report.masked(.identifier) == 6 && report.masked(.payment) == 3)
        #expect(report.masked(.address) == 0)

        let (legacy, old) = try read(
            sample("amazon/legacy-order-report/01-Jan-2018_to_20-Mar-2023.csv"))
        let table = try #require(legacy.table("purchases"))
        #expect(legacy.format == .amazonLegacy && table.kept == table.read && table.kept > 200)
        #expect(old.values("purchases", "total").first == 1_907)
        #expect(legacy.masked(.email) == table.read && legacy.masked(.name) >= table.read)
        let all = try #require(old.batches.first).rows.columns.flatMap(\.dictionary)
        #expect(!all.contains { $0.contains("@") || $0.contains("Example Person") })
    }

    @Test(arguments: [
        ("chrome", Format.chrome, 6, "2021-01-17T06:16:15.902Z"),
        ("firefox", .firefox, 4, "2020-06-27T09:29:54.513Z"),
        ("safari", .safari, 3, "2021-04-18T01:03:44.402Z"),
    ])
    func `browser visits keep the moment and the site only`(
        name: String, format: Format, visits: Int, first: String
    ) throws {
        let path = sample("browser/\(name).sqlite")
        let (report, sink) = try read(path)
        #expect(report.format == format)
        #expect(report.table("visits")?.read == visits && report.table("visits")?.kept == visits)
        let start = sink.values("visits", "visited_at").min().map {
            Timestamp(milliseconds: $0 / 1_000).description
        }
        #expect(start == first)
        #expect(!sink.texts("visits", "domain").contains { $0.contains("/") || $0.contains("?") })
        #expect(report.masked(.url) == visits)
    }

    @Test func `people data of other shapes are read by a mapping`() throws {
        let mapping = try Mapping(
            parsing: Array(
                """
                {"table": "purchases_cdnow", "person": "customer_id", "columns": [
                 {"source": "date", "name": "day", "kind": "date", "format": "compact"},
                 {"source": "cds", "name": "quantity", "kind": "integer", "bounds": [0, 100]},
                 {"source": "amount_usd", "name": "total", "kind": "decimal", "scale": 2}]}
                """.utf8))
        let (report, sink) = try read(
            Shared.path("people/cdnow/transactions.csv"), .init(mapping: mapping))
        #expect(report.format == .mapped && report.table("purchases_cdnow")?.kept == 55_695)
        #expect(sink.values("purchases_cdnow", "total").filter { $0 == 0 }.count == 70)
        #expect(report.dropped.isEmpty)
        #expect(report.table("purchases_cdnow")?.dates?.lowerBound.description == "1997-01-01")
    }

    @Test func `files of other services are refused, never read wrongly`() throws {
        for part in [
            "netflix/MESSAGES/MessagesSentByNetflix.csv", "letterboxd/diary.csv",
            "whatsapp/lorem.txt", "telegram/personal_chat.json", "garmin-fit/Activity.fit",
            "calendar/0.ics", "gpx/arc_example.gpx", "chatgpt/conversations.json",
            "bank/ofx/checking.ofx", "strava/activities.csv",
        ] {
            let error = #expect(throws: IntakeError.self, "\(part)") { _ = try read(sample(part)) }
            #expect(error?.mend.isEmpty == false, "\(part)")
        }
    }
}
