// SPDX-License-Identifier: Apache-2.0

/// What a round of moments says: how many rows there are, and where the middle of each number lies and how far its values
/// spread, as far as noise lets it be known.
///
/// A number counts from the middle of its bounds, −½ to ½, and its square twice and from ⅛, the middle of where that lies: a row
/// then moves the sums by √(1 + 5n/16) at most, where n numbers from 0 to 1 and their squares would move them by √(1 + 2n). Half
/// the noise and less hides as much.
///
/// What noise can account for is taken for noise, in the manner of James and Stein (1961): middles are drawn towards the middle of
/// them all, variances towards nothing, each as far as the differences that there are may be noise alone. None is moved by more
/// than a deviation of its noise, so that a number unlike all others keeps nearly its own (Efron and Morris 1972).
struct Moments {
    /// How many rows there are, about; 1 at least.
    let count: Double
    /// Of values from 0 to 1.
    let means: [Double]
    let deviations: [Double]

    /// What a number's square is counted from, and how often.
    private static let (middle, times) = (0.125, 2.0)

    /// How many sums there are of so many numbers.
    static func width(numbers: Int) -> Int { 1 + 2 * numbers }

    /// The most that one row moves all sums by: a number at either of its bounds adds ½ and ¼.
    static func norm(numbers: Int) -> Double { (1 + 0.3125 * Double(numbers)).squareRoot() }

    /// Adds a number from 0 to 1 to its two sums, which begin at `place`.
    @inline(__always)
    static func add(_ unit: Double, to totals: inout [Double], at place: Int) {
        let value = unit - 0.5
        totals[place] += value
        totals[place + 1] += times * (value * value - middle)
    }

    /// Reads rows, and the two sums of each number.
    ///
    /// - Parameters:
    ///   - sigma: the deviation of their noise.
    ///   - alike: how many numbers are drawn towards each other, from the first; by default all.
    init(_ values: [Double], sigma: Double, alike: Int? = nil) {
        let count = max(values[0], 1)
        let noise = (sigma / count) * (sigma / count)
        let numbers = (values.count - 1) / 2
        let alike = min(alike ?? numbers, numbers)
        var middles = (0..<numbers).map { values[1 + 2 * $0] / count }
        Moments.draw(&middles, first: alike, noise)
        for place in middles.indices { middles[place] = min(max(middles[place], -0.5), 0.5) }
        var variances = middles.enumerated().map { place, mean in
            values[2 + 2 * place] / (Moments.times * count) + Moments.middle - mean * mean
        }
        // A square's noise, and that of the middle, whose square is taken off.
        let blurs = middles.map { noise * (1 / (Moments.times * Moments.times) + 4 * $0 * $0) }
        Moments.draw(&variances, first: alike, blurs)
        let least = max(0.3 * (sigma / count).squareRoot(), 1e-3)
        self.count = count
        means = middles.map { $0 + 0.5 }
        deviations = variances.map { min(max(max($0, 0).squareRoot(), least), 1) }
    }

    /// Draws the first of some numbers towards their middle, as far as noise of this variance accounts for their differences.
    private static func draw(_ numbers: inout [Double], first: Int, _ noise: Double) {
        guard first > 1 else { return }
        let middle = numbers.prefix(first).reduce(0, +) / Double(first)
        let squares = numbers.prefix(first).reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        let spread = squares / Double(first - 1) - noise
        let kept = spread > 0 ? spread / (spread + noise) : 0
        let most = max(noise, 0).squareRoot()
        for place in 0..<first {
            let step = (1 - kept) * (middle - numbers[place])
            numbers[place] += min(max(step, -most), most)
        }
    }

    /// Draws the first of some variances towards 0, each as far as noise of its own variance accounts for all of them.
    private static func draw(_ variances: inout [Double], first: Int, _ noises: [Double]) {
        guard first > 0 else { return }
        let spread = (0..<first).reduce(0) { sum, place in
            sum + (variances[place] * variances[place] - noises[place]) / Double(first)
        }
        for place in 0..<first {
            let kept = spread > 0 ? spread / (spread + noises[place]) : 0
            let most = noises[place].squareRoot()
            variances[place] -= min(max((1 - kept) * variances[place], -most), most)
        }
    }
}
