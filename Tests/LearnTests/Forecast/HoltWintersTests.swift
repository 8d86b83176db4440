// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Learn

/// What comes next in one's own series.
@Suite struct HoltWintersTests {
    private static let pattern: [Double] = [0, 3, 9, 14, 17, 20, 18, 15, 8, 2, -4, -3]

    /// Eight years of months: a trend, a season, and chance from a congruential generator of modulus 2^31.
    private static let months: [Double] = {
        var state: Int64 = 1
        return (0..<96).map { month in
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            return 100 + 0.4 * Double(month) + pattern[month % 12] + Double(state / 65_536 % 17) - 8
        }
    }()

    @Test func `given rates and a beginning it foretells what statsmodels does`() {
        var run = HoltWinters(
            .init(level: 0.3, trend: 0.1, season: 0.2 / 0.7, fading: 0.95), level: 100, trend: 0.5,
            seasonal: Self.pattern)
        var squares = 0.0
        for month in Self.months[..<72] {
            let error = run.take(month) ?? 0
            squares += error * error
        }
        // statsmodels 0.14, ExponentialSmoothing(damped_trend=True, initialization_method="known").
        let wanted = [
            133.60352490509365, 138.71173866447498, 142.4440973291622, 147.0619578249872,
            152.4494273841363, 155.55461060092549, 155.08723976030888, 152.08773512031505,
            145.41990917536094, 140.63182782465626, 134.2805123406924,
        ]
        for (guess, value) in zip(run.forecast(11), wanted) { #expect(abs(guess - value) < 1e-9) }
        #expect(abs(squares - 2123.426577607798) < 1e-6)
    }

    @Test func `the rates that it finds are as good as those of statsmodels`() {
        let months = Self.months.map { $0 as Double? }
        let guesses = HoltWinters(fitting: months[..<72], season: 12).forecast(24)
        let before = (12..<72).map { abs(Self.months[$0] - Self.months[$0 - 12]) }
        let after = zip(guesses, Self.months[72...]).map { abs($0 - $1) }
        let unit = before.reduce(0, +) / 60
        let missed = after.reduce(0, +) / 24
        // statsmodels' own fit is off by 0.715 of that unit, the value of a year ago by 1.048.
        #expect(missed / unit < 0.77, "\(missed / unit)")
    }

    @Test func `gaps are gone over, and do not end a season`() {
        let months = Self.months.enumerated().map { $0 % 9 == 4 ? nil : $1 as Double? }
        let guesses = OwnForecast.of(
            Series(
                months.enumerated().compactMap { place, value in
                    value.map { .init(place: Int64(place), value: $0) }
                }), season: 12, horizon: 12)
        for (place, guess) in guesses.enumerated() {
            let usual = 100 + 0.4 * Double(96 + place) + Self.pattern[place]
            #expect(abs(guess.value - usual) < 10, "\(place): \(guess.value), not \(usual)")
        }
    }

    @Test func `a series that never changes goes on as it is, and one point stays`() {
        let constant = OwnForecast.of(
            Series((0..<30).map { .init(place: $0, value: 5) }), season: 7, horizon: 3)
        #expect(constant.map(\.value) == [5, 5, 5])
        #expect(constant.map(\.margin) == [0, 0, 0])
        let one = OwnForecast.of(Series([.init(place: 9, value: 4)]), season: 7, horizon: 2)
        #expect(one == [OwnForecast(value: 4, margin: nil), OwnForecast(value: 4, margin: nil)])
        #expect(OwnForecast.of(Series([Series.Point]()), season: 7, horizon: 2).isEmpty)
        let gap = OwnForecast.of(
            Series([.init(place: 0, value: 4), .init(place: 3, value: 4)]), season: 1, horizon: 1)
        #expect(gap.map(\.value) == [4])
    }

    @Test func `a straight line goes on`() {
        let line = OwnForecast.of(
            Series((0..<60).map { .init(place: $0, value: Double($0)) }), season: 7, horizon: 7)
        for (place, guess) in line.enumerated() {
            #expect(abs(guess.value - Double(60 + place)) < 0.5, "\(guess)")
        }
    }

    @Test func `margins hold about eight of ten of the values that come`() {
        var dice = Seeded(5)
        var (held, all) = (0, 0)
        for _ in 0..<30 {
            var above = 0.0
            let values = (0..<127).map { day in
                above = 0.5 * above + Double.random(in: -1...1, using: &dice)
                return (day % 7 < 2 ? 3 : 0) + above
            }
            let known = Series((0..<120).map { .init(place: Int64($0), value: values[$0]) })
            for (guess, value) in zip(OwnForecast.of(known, season: 7, horizon: 7), values[120...])
            {
                guard let margin = guess.margin else { continue }
                held += abs(value - guess.value) <= margin ? 1 : 0
                all += 1
            }
        }
        #expect(all == 210)
        #expect((145...195).contains(held), "\(held)")
    }
}
