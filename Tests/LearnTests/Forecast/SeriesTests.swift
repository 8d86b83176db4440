// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Learn

/// A person's series: steps of equal length, with gaps, and what she could know of it on each day.
@Suite struct SeriesTests {
    @Test func `values of one step count for their mean, and steps without any are gaps`() {
        let series = Series([
            .init(place: 7, value: 4), .init(place: 5, value: 1), .init(place: 5, value: 2),
        ])
        #expect(series.first == 5)
        #expect(series.values == [1.5, nil, 4])
        #expect(Series([Series.Point]()).values.isEmpty)
    }

    @Test func `of a series without end the last steps are kept, wherever they lie`() {
        let far = Series([
            .init(place: .min, value: 1), .init(place: 0, value: 2), .init(place: .max, value: 3),
        ])
        #expect(far.values == [3])
        let long = Series((0..<20_000).map { .init(place: $0, value: Double($0)) })
        #expect(long.values.count == Series.longest)
        #expect(long.values.first == 10_000)
        #expect(Series([.init(place: .min, value: 1)]).values == [1])
    }

    @Test func `weeks begin on Monday, months on their first, before 1970 too`() {
        // 2016-04-11 was a Monday, day 16,902.
        #expect(
            (16_902...16_908).allSatisfy {
                SeriesStep.week.place(of: $0) == SeriesStep.week.place(of: 16_902)
            })
        #expect(SeriesStep.week.place(of: 16_909) == SeriesStep.week.place(of: 16_902) + 1)
        for step in SeriesStep.allCases {
            for day in stride(from: Int64(-40_000), to: 40_000, by: 13) {
                let place = step.place(of: day)
                let first = step.day(of: place)
                #expect(first <= day && step.place(of: first) == place)
                #expect(step.day(of: place + 1) > day)
            }
        }
        #expect(SeriesStep.month.day(of: 2016 * 12 + 3) == 16_892, "2016-04-01")
    }

    @Test func `what is known on a day does not hang on later days`() {
        var dice = Seeded(4)
        let values: [Double?] = (0..<60).map { _ in
            Int.random(in: 0...4, using: &dice) == 0 ? nil : Double.random(in: -1...1, using: &dice)
        }
        let coding = SeriesCoding(step: .day, horizon: 7, season: 7, lags: 3)
        func features(_ known: ArraySlice<Double?>) -> [Double] {
            var walk = SeriesWalk(season: 7)
            for value in known { walk.append(value) }
            var features = [Double](repeating: 0, count: coding.width)
            coding.read(walk, into: &features)
            return features
        }
        // By the book: mean, deviation, the last values and the seasonal mean, each worked out anew.
        let known = values[..<45].compactMap(\.self)
        let mean = known.reduce(0, +) / Double(known.count)
        let spread = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count))
            .squareRoot()
        func standing(_ value: Double?) -> Double {
            value.map { min(max(($0 - mean) / spread, -3), 3) } ?? 0
        }
        let alike = stride(from: 45 % 7, to: 45, by: 7).compactMap { values[$0] }
        let seasonal =
            mean + (alike.reduce(0, +) - Double(alike.count) * mean) / Double(alike.count + 1)
        let wanted = [
            standing(values[44]), standing(values[43]), standing(values[42]), standing(values[38]),
            standing(seasonal),
        ]
        for (feature, value) in zip(features(values[..<45]), wanted) {
            #expect(abs(feature - value) < 1e-12)
        }
        #expect(
            coding.names == [
                "1 day ago", "2 days ago", "3 days ago", "7 days ago",
                "mean at this place of the season",
            ])
    }

    @Test func `a series that never changes has no spread, to the last bit`() {
        var walk = SeriesWalk(season: 7)
        for _ in 0..<1000 { walk.append(0.1) }
        #expect(walk.spread == 0)
        #expect(!walk.isReady)
        #expect(walk.mean == 0.1)
    }

    @Test func `margins hold eight of ten past errors, and need four`() {
        var past = PastErrors(horizon: 2)
        for error in 1...9 { past.add([0, 0], against: [Double(error), error < 4 ? 1 : nil]) }
        #expect(past.margins == [8, nil])
    }
}
