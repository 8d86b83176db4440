// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

@testable import Privacy

/// A law on the integers, symmetric around zero, as the theory has it, and the one test of draws
/// against it: the sampler must pass it and every planted fault must fail it.
struct Law {
    /// The chance to reject a right sampler, per test. The seeds are fixed, so a failure repeats;
    /// with fresh seeds, the tests of this folder together would raise a false alarm in about 13 of
    /// a million runs.
    static let falseAlarm = 1e-6

    let name: String
    /// P(X ≥ x) for x ≥ 1.
    let upper: (Int64) -> Double
    /// How many neighbouring values share a cell.
    let width: Int64

    /// P(x) ∝ e^(−|x|/t), in closed form.
    static func laplace(_ t: Int64) -> Law {
        let scale = Double(t)
        return Law(
            name: "DLap(\(t))", upper: { exp(-Double($0) / scale) / (1 + exp(-1 / scale)) },
            width: max(1, t / 32))
    }

    /// P(x) ∝ e^(−x²/2σ²): summed for small σ; for large σ the normal integral with half a step of
    /// correction, which is off by less than 1/σ² of itself.
    static func gaussian(_ sigma: Int64) -> Law {
        let s = Double(sigma)
        if sigma > 1000 {
            return Law(
                name: "DGauss(\(sigma))",
                upper: { erfc((Double($0) - 0.5) / (s * 2.0.squareRoot())) / 2 },
                width: max(1, sigma / 32))
        }
        let weights = (0...40 * sigma).map { exp(-Double($0 * $0) / (2 * s * s)) }
        let total = 2 * weights.reduce(0, +) - 1
        var tails = [Double](repeating: 0, count: weights.count + 1)
        for i in weights.indices.reversed() { tails[i] = tails[i + 1] + weights[i] / total }
        return Law(
            name: "DGauss(\(sigma))",
            upper: { $0 < Int64(tails.count) ? tails[Int($0)] : 0 }, width: 1)
    }

    /// How well the draws fit: chi-square over all cells of expectation 50 or more, the tails merged
    /// into the outermost ones.
    func pValue(draws count: Int, seed: UInt64, _ draw: (inout ByteSource) -> Int64) -> Double {
        var generator = Seeded(seed)
        var source = ByteSource(seededBy: &generator)
        let side = cells(expecting: 50 / Double(count))
        let zero = 1 - 2 * upper(1)
        let ownZero = zero * Double(count) >= 50
        // Cell 0 is zero; 1... are the positive ones from the middle outwards; then the negative.
        var counts = [Int](repeating: 0, count: 1 + 2 * side.count)
        for _ in 0..<count {
            let x = draw(&source)
            if x == 0 {
                counts[0] += 1
            } else {
                let cell = min(Int((Int64(x.magnitude) - 1) / width), side.count - 1)
                counts[1 + cell + (x < 0 ? side.count : 0)] += 1
            }
        }
        var probabilities = [zero] + side + side
        if !ownZero {
            counts[1] += counts[0]
            probabilities[1] += probabilities[0]
            counts.removeFirst()
            probabilities.removeFirst()
        }
        return ChiSquare.pValue(counts: counts, probabilities: probabilities)
    }

    /// The probabilities of the cells of one side, the last one with all the rest.
    private func cells(expecting least: Double) -> [Double] {
        var cells: [Double] = []
        var start: Int64 = 1
        while upper(start + width) >= least, upper(start) - upper(start + width) >= least {
            cells.append(upper(start) - upper(start + width))
            start += width
        }
        return cells + [upper(start)]
    }
}
