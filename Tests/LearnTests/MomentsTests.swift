// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Learn

/// Where the middle of each number lies, and how far its values spread: what the first round of most models asks.
@Suite struct MomentsTests {
    /// The sums of some rows of numbers from 0 to 1.
    private func sums(_ rows: [[Double]]) -> [Double] {
        var totals = [Double](repeating: 0, count: Moments.width(numbers: rows[0].count))
        for row in rows {
            totals[0] += 1
            for (place, unit) in row.enumerated() {
                Moments.add(unit, to: &totals, at: 1 + 2 * place)
            }
        }
        return totals
    }

    /// The Euclidean norm.
    private func norm(_ numbers: [Double]) -> Double {
        numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    @Test(arguments: [0, 1, 5, 30])
    func
        `no row moves the sums by more than the norm, and one at the bounds moves them by all of it`(
            numbers: Int
        )
    {
        let most = Moments.norm(numbers: numbers)
        for step in 0...1000 {
            let row = [Double](repeating: Double(step) / 1000, count: numbers)
            #expect(norm(sums([row])) <= most + 1e-12)
        }
        for edge in [0.0, 1] {
            let row = [Double](repeating: edge, count: numbers)
            #expect(abs(norm(sums([row])) - most) < 1e-12)
        }
        // Numbers and their squares as they are would need more than twice the noise.
        if numbers == 30 { #expect(most < 0.42 * 61.0.squareRoot()) }
    }

    @Test func `without noise they are the middle and the spread, of numbers that are alike too`() {
        let rows = [[0.0, 0.3, 0.25], [0.5, 0.3, 0.25], [1.0, 0.9, 0.25], [0.1, 0.5, 0.25]]
        let moments = Moments(sums(rows), sigma: 0)
        #expect(moments.count == 4)
        for place in 0..<3 {
            let values = rows.map { $0[place] }
            let mean = values.reduce(0, +) / 4
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
            #expect(abs(moments.means[place] - mean) < 1e-12)
            // What is all alike still has a spread to divide by.
            #expect(abs(moments.deviations[place] - max(variance.squareRoot(), 1e-3)) < 1e-9)
        }
        let alike = Moments(sums([[0.2, 0.2], [0.6, 0.6]]), sigma: 0)
        #expect(alike.means.allSatisfy { abs($0 - 0.4) < 1e-12 })
        #expect(alike.deviations.allSatisfy { abs($0 - 0.2) < 1e-9 })
    }

    @Test func `many rows drown the noise, also of numbers that differ in nothing`() {
        let rows = (0..<10_000).map { row in
            [0.2, 0.2, 0.2].map { $0 + Double(row % 101) / 250 }
        }
        let moments = Moments(sums(rows), sigma: 1)
        #expect(moments.means.allSatisfy { abs($0 - 0.4) < 1e-3 })
        #expect(moments.deviations.allSatisfy { abs($0 - 0.1166) < 1e-3 }, "\(moments)")
    }

    @Test func `where noise hides how numbers differ, they are nearer to the truth together`() {
        let truth = (0..<20).map { 0.3 + 0.01 * Double($0 % 5) }
        let rows = (0..<400).map { row in truth.map { $0 + (row % 2 == 0 ? 0.1 : -0.1) } }
        let (exact, sigma) = (sums(rows), 40.0)
        var dice = Seeded(11)
        var (apart, together) = (0.0, 0.0)
        for _ in 0..<50 {
            // Twelve even numbers less six: a deviation of one.
            let noised = exact.enumerated().map { place, sum in
                let noise = (0..<12).reduce(-6) { sum, _ in
                    sum + Double.random(in: 0...1, using: &dice)
                }
                return place == 0 ? sum : sum + sigma * noise
            }
            func miss(_ moments: Moments) -> Double {
                zip(moments.means, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            apart += miss(Moments(noised, sigma: sigma, alike: 0))
            together += miss(Moments(noised, sigma: sigma))
        }
        #expect(together < apart / 4, "\(together) of \(apart)")
    }

    @Test func `a number unlike all others is moved by no more than its noise`() {
        // Twenty-nine that hardly spread, all near nothing, and one that is anywhere.
        var rows: [[Double]] = []
        for row in 0..<500 {
            var numbers = (0..<29).map { place in Double((row * 7 + place) % 5) / 100 }
            numbers.append(Double(row) / 499)
            rows.append(numbers)
        }
        let sigma = 40.0
        let noise = sigma / 500
        let exact = Moments(sums(rows), sigma: 0)
        let moments = Moments(sums(rows), sigma: sigma)
        #expect(abs(exact.means[29] - 0.5) < 1e-9)
        #expect(abs(moments.means[29] - 0.5) <= noise + 1e-9)
        // Without a limit it would be a third of what it is.
        let lost =
            exact.deviations[29] * exact.deviations[29] - moments.deviations[29]
            * moments.deviations[29]
        #expect(lost <= 0.65 * noise, "\(moments.deviations[29]) of \(exact.deviations[29])")
    }

    @Test func `what is no feature keeps its own middle and spread`() {
        // Two features, and a number that is predicted by them.
        let rows = (0..<100).map { row in [0.5, 0.6, row % 2 == 0 ? 0.0 : 0.2] }
        let moments = Moments(sums(rows), sigma: 30, alike: 2)
        #expect(abs(moments.means[0] - 0.55) < 1e-9)
        #expect(abs(moments.means[1] - 0.55) < 1e-9)
        #expect(abs(moments.means[2] - 0.1) < 1e-9)
    }
}
