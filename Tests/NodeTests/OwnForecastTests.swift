// SPDX-License-Identifier: Apache-2.0
import Canon
import Learn
import Testing
import Vault
import WebUI

@testable import Node

/// What a published forecast says to somebody's own series.
@Suite struct OwnForecastTests {
    /// Tomorrow lies half as far above the mean as today.
    private func model(scale: Int64 = 0) throws -> Model {
        try Model(
            json: [
                "type": "DividendModel", "version": "1", "name": "ahead", "kind": "forecast",
                "predicts": [
                    "scale": .integer(scale), "low": "0", "high": "20000",
                ], "order": ["day", "steps"], "quality": nil, "average": nil, "step": "day",
                "horizon": 9, "season": 1, "lags": 1, "weights": ["0.5"],
            ])
    }

    private func rows(
        _ steps: [Int64], kind: Schema.Kind = .integer, time: Schema.Kind = .date,
        named column: String = "steps"
    ) -> Rows {
        Rows(
            schema: Schema(
                table: "activity_days",
                columns: [
                    .init("note", .text), .init(column, kind, bounds: 0...20_000),
                    .init("day", time),
                ]),
            columns: [
                .init(values: steps.map { _ in 0 }, dictionary: ["x"]),
                .init(values: steps, dictionary: []),
                .init(
                    values: steps.indices.map {
                        (20_000 + Int64($0)) * (time == .date ? 1 : 86_400_000_000)
                    }, dictionary: []),
            ], count: steps.count)
    }

    /// The last day had hardly begun when it was exported.
    private let walked: [Int64] = (0..<40).map { $0 % 2 == 0 ? 6_000 : 8_000 } + [9_000, 12]

    @Test func `what comes next is said for a week, from her last day on, which may be unfinished`()
        throws
    {
        let said = try #require(
            OwnForecasts.list(by: try model(), of: "Walkers", for: rows(walked)))
        #expect(said.pool == "Walkers" && said.column == "steps")
        #expect(said.steps.count == 7, "of nine days a week is shown")
        #expect(said.steps[0].day == CalendarDay(number: 20_041).description)
        // Nine thousand is some two thousand above the mean; half of that is left.
        let first = try #require(Double(said.steps[0].value))
        #expect((7_900...8_150).contains(first))
        #expect(said.steps[0].interval.hasPrefix("("))
        // Moments count by their days.
        #expect(
            OwnForecasts.list(by: try model(), of: "Walkers", for: rows(walked, time: .timestamp))
                == said)
    }

    @Test
    func `another column, other digits, a number that is no day, and nothing known say nothing`()
        throws
    {
        let model = try model()
        for rows in [
            rows(walked, named: "floors"), rows(walked, kind: .decimal(scale: 2)),
            rows(walked, time: .integer), rows([]),
            rows(walked.map { _ in Schema.null }), rows([5_000]),
        ] {
            #expect(OwnForecasts.list(by: model, of: "Walkers", for: rows) == nil)
        }
        #expect(
            OwnForecasts.list(by: try self.model(scale: 2), of: "Walkers", for: rows(walked)) == nil
        )
    }

    @Test func `a short past has a forecast and no interval`() throws {
        let said = try #require(
            OwnForecasts.list(by: try model(), of: "Walkers", for: rows([5_000, 6_000, 7_000])))
        #expect(said.steps.allSatisfy { $0.interval.isEmpty })
    }
}
