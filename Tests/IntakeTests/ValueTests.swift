// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Intake

@Suite struct ValueTests {
    @Test(arguments: [
        ("8.5", 3, 8_500), ("52.59999847", 3, 52_600), ("-0.0005", 3, -1), ("0.0004999", 3, 0),
        ("+12", 0, 12), ("1.46223E+12", 0, 1_462_230_000_000), ("12.345e-1", 2, 123),
        ("0.4971749504535062", 6, 497_175), ("1.", 1, 10), (".5", 0, 1), ("0", 9, 0),
        ("9.999999999999999999999", 2, 1_000),
        ("123456789012345678901e-5", 0, 1_234_567_890_123_457),
        ("999999999999999999", 0, 999_999_999_999_999_999),
        ("00000000000000000000000000012.5", 1, 125),
    ])
    func `decimals are exact and rounded half away from zero`(
        text: String, scale: Int, wanted: Int64
    ) {
        #expect(Number.scaled(text, scale: scale) == wanted)
    }

    @Test(arguments: [
        "", "-", ".", "1,5", "1e", "1e+", "0x10", "12 ", "NaN", "1e999", "99999999999999999999",
        "1.2.3",
    ])
    func `what is no number, or too large, is none`(text: String) {
        #expect(Number.scaled(text, scale: 2) == nil)
    }

    @Test(arguments: [
        ("2019-06-11 15:00:00 -0700", "2019-06-11T22:00:00Z"),
        ("2026-08-01T14:03:11Z", "2026-08-01T14:03:11Z"),
        ("2016-05-11T01:54:00.125", "2016-05-11T01:54:00.125Z"),
        ("4/12/2016 12:00:00 AM", "2016-04-12T00:00:00Z"),
        ("4/12/2016 12:30 PM", "2016-04-12T12:30:00Z"),
        ("04/13/16 23:59:00", "2016-04-13T23:59:00Z"),
        ("2023-02-01 09:21", "2023-02-01T09:21:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("12/31/69", "2069-12-31T00:00:00Z"), ("12/31/70", "1970-12-31T00:00:00Z"),
        ("2020-01-01 00:00:00 +05:30", "2019-12-31T18:30:00Z"),
    ])
    func `moments are read as exports write them`(text: String, wanted: String) throws {
        let moment = try #require(MomentText.parse(text))
        let micros = moment.utc(fallback: 0)
        #expect(Timestamp(milliseconds: micros / 1_000).description == wanted)
    }

    @Test(arguments: [
        "", "2023-02-29", "13/13/2020", "2020-1", "2020-01-01x", "2020-01-01 25:00", "soon",
        "2020-01-01 10:00 XM", "1/2/3", "2020/01-01", "4/12/2016 13:00 PM", "2020-01-01 10:61",
    ])
    func `what is no moment is none`(text: String) {
        #expect(MomentText.parse(text) == nil)
    }

    @Test func `the order of day and month is decided over the whole file`() throws {
        func decide(_ dates: [String], _ wish: DateOrder? = nil) throws -> DateOrder {
            var evidence = OrderEvidence()
            for (line, date) in dates.enumerated() {
                var text = date
                text.withUTF8 { evidence.observe($0, line: line + 2) }
            }
            return try evidence.decide(wish, column: "Date")
        }
        #expect(try decide(["1/2/20", "3/13/20"]) == .monthFirst)
        #expect(try decide(["1/2/20", "13/3/20"]) == .dayFirst)
        #expect(try decide(["1/2/20"], .dayFirst) == .dayFirst)
        #expect(try decide(["1/1/20", "2020-05-06"]) == .monthFirst)
        for (dates, wish) in [
            (["1/2/20"], nil), (["13/2/20", "2/13/20"], nil), (["13/2/20"], DateOrder.monthFirst),
        ] {
            let error = #expect(throws: IntakeError.self) { _ = try decide(dates, wish) }
            #expect(error?.code == .ambiguousDates)
        }
    }

    @Test(arguments: [
        ("https://www.example.co.uk/a?b=c", "example.co.uk"), ("http://localhost:9999/", "local"),
        ("https://user:secret@docs.google.com/x", "google.com"), ("http://192.168.1.7/", "ip"),
        ("http://[::1]:80/", "ip"), ("HTTPS://Someone.GitHub.io#x", "github.io"),
        ("https://a.b/", "a.b"),
    ])
    func `a page is reduced to its site`(url: String, domain: String) {
        #expect(Site(url: url)?.domain == domain)
    }

    @Test(arguments: [
        "file:///etc/passwd", "chrome://settings", "javascript:alert(1)", "https://", "http://a b/",
        "",
    ])
    func `what is no web page has no site`(url: String) { #expect(Site(url: url) == nil) }
}
