// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Testing

@testable import Learn

/// A forecast in the hands of its buyer: kept as JSON, and used on one series.
@Suite struct ForecastModelTests {
    private static let coding = SeriesCoding(step: .day, horizon: 3, season: 7, lags: 2)

    /// Half of what yesterday lay above the mean, and half of what is usual on such a day.
    private static func model(_ coding: SeriesCoding = coding) -> Model {
        Model(
            name: "ahead", goal: .number(scale: 0, bounds: 0...100_000),
            form: .series(
                Autoregression(
                    columns: ["day", "steps"], coding: coding,
                    weights: [0.5] + (1..<coding.width).map { $0 == coding.width - 1 ? 0.5 : 0 })),
            quality: Quality(measures: [.init(name: "mase", value: 9_000, margin: 500)]),
            average: nil)
    }

    private func points(_ model: Model, _ steps: [String], from day: Int64 = 16_902) throws
        -> [Series.Point]
    {
        try steps.enumerated().compactMap { place, text in
            try model.point(
                of: ["day": CalendarDay(number: day + Int64(place)).description, "steps": text],
                line: place + 2)
        }
    }

    @Test func `it comes back from its JSON as it was`() throws {
        let model = Self.model()
        let read = try Model(json: JSON(parsing: model.json.signable()))
        #expect(read == model)
        #expect(read.kind == "forecast" && read.isForecast)
        #expect(read.order == ["day", "steps"])
        #expect(
            read.terms.map(\.feature) == [
                "1 day ago", "2 days ago", "7 days ago", "mean at this place of the season",
            ])
        #expect(
            read.table.rows.contains { $0[0].text == "quality: mase" && $0[1].text == "0.9000" })
    }

    private static let bad: [(String, JSON, String)] = [
        ("step", JSON.string("year"), "step"), ("step", .null, "step"),
        ("horizon", .integer(0), "horizon"), ("horizon", .integer(367), "horizon"),
        ("season", .integer(-1), "season"), ("season", .string("7"), "season"),
        ("lags", .integer(61), "lags"), ("lags", .integer(3), "weights"),
        ("weights", .array([.string("nan")]), "weights"), ("weights", .null, "weights"),
        ("order", .array([.string("day")]), "order"),
        ("predicts", ["names": .array([.string("a"), .string("b")])], "kind"),
    ]

    @Test(arguments: bad)
    func `a file that makes no sense is refused by its member`(
        member: String, value: JSON, named: String
    ) throws {
        guard case .object(var members) = Self.model().json else { return }
        members[member] = value
        let error = #expect(throws: ModelError.self) { try Model(json: .object(members)) }
        #expect(try #require(error).description.hasPrefix(named), "\(String(describing: error))")
    }

    @Test func `each step comes from those before it, worked out by hand`() throws {
        let model = Self.model(.init(step: .day, horizon: 2, season: 1, lags: 1))
        // Mean 200, deviation 100·√(2/3): the last value lies √1.5 above, and half of that is left each day.
        let forecasts = try model.forecasts(after: points(model, ["100", "200", "300"]))
        #expect(forecasts.map(\.value) == ["250", "225"])
        #expect(forecasts.map(\.day) == [16_905, 16_906])
        #expect(forecasts.allSatisfy { $0.interval == nil }, "three steps tell nothing of errors")
    }

    @Test func `a gap is a gap, of a row with NULL as of a row that is not there`() throws {
        let model = Self.model()
        let steps = (0..<40).map { String(3_000 + $0 * $0 * 31 % 700) }
        var written = try points(model, steps.enumerated().map { $0 % 5 == 3 ? "NULL" : $1 })
        let forecasts = try model.forecasts(after: written)
        written.reverse()
        #expect(try model.forecasts(after: written) == forecasts)
        #expect(try model.forecasts(after: points(model, steps)) != forecasts)
        let interval = try #require(forecasts[0].interval)
        #expect(
            Int(interval.low)! < Int(forecasts[0].value)!
                && Int(forecasts[0].value)! < Int(interval.high)!)
    }

    @Test func `one point and a series that never changes go on as they are`() throws {
        let model = Self.model()
        for steps in [["700"], [String](repeating: "700", count: 30)] {
            let forecasts = try model.forecasts(after: points(model, steps))
            #expect(forecasts.map(\.value) == ["700", "700", "700"])
            #expect(forecasts.allSatisfy { $0.interval == nil })
        }
        #expect(throws: ModelError.self) { try model.forecasts(after: []) }
        #expect(throws: ModelError.self) { try model.forecasts(after: points(model, ["NULL"])) }
    }

    @Test func `no weights run away, and nothing leaves the bounds`() throws {
        var wild = Self.model()
        wild = Model(
            name: "wild", goal: wild.goal,
            form: .series(
                Autoregression(
                    columns: wild.order,
                    coding: .init(step: .day, horizon: 366, season: 1, lags: 2),
                    weights: [1e300, -1e308])), quality: nil, average: nil)
        let steps = (0..<20).map { String($0 % 3 * 50_000) }
        for forecast in try wild.forecasts(after: points(wild, steps)) {
            #expect((0...100_000).contains(try #require(Int(forecast.value))))
        }
    }

    @Test func `weeks and months are named by their first day`() throws {
        for (step, days) in [
            (SeriesStep.week, [16_909, 16_916, 16_923]), (.month, [16_922, 16_953, 16_983]),
        ] {
            let model = Self.model(.init(step: step, horizon: 3, season: 7, lags: 2))
            let forecasts = try model.forecasts(after: points(model, ["1", "2", "3"]))
            #expect(forecasts.map(\.day) == days.map(Int64.init), "\(step)")
        }
    }

    @Test(arguments: [
        (["day": "2016-04-12"], "the column steps is missing; the model wants day and steps"),
        (["steps": "5"], "the column day is missing"),
        (["day": "", "steps": "5"], "day is empty"),
        (["day": "12.04.2016", "steps": "5"], "wants a day as 2016-04-12"),
        (["day": "2016-02-30", "steps": "5"], "wants a day"),
        (["day": "2016-04-12", "steps": "many"], "steps wants a number"),
    ])
    func `a cell that cannot be read is said with its line`(
        cells: [String: String], problem: String
    ) {
        let error = #expect(throws: ModelError.self) { try Self.model().point(of: cells, line: 4) }
        #expect(error?.description.hasPrefix("line 4: ") == true)
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func `a row by itself is refused, not predicted`() {
        let error = #expect(throws: ModelError.self) {
            try Self.model().values(of: ["day": "2016-04-12", "steps": "5"], line: 2)
        }
        #expect(error?.description.contains("forecasts series") == true)
    }

    @Test func `of a time its day counts`() throws {
        for text in ["2016-04-12T23:59:59Z", "2016-04-12 08:00"] {
            #expect(
                try Self.model().point(of: ["day": text, "steps": "0"], line: 2)?.place == 16_903)
        }
    }

    @Test func `it is not written as ONNX, and says why`() {
        let error = #expect(throws: ModelError.self) { try Self.model().onnx() }
        #expect(error?.description.contains("dividend model predict") == true)
    }
}
