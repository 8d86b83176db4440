// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The law of the privacy loss of a step, on a grid: the tightest ε that steps done many times over
/// can be reported with.
///
/// Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the Dots" (arXiv:2207.04380): the curve
/// δ(ε) of the step is taken at the grid points and joined by straight lines in e^ε, which lie above
/// it, and the lines are the curve of a law on the grid. Steps convolve these laws, by the fast
/// Fourier transform. For reporting only; what a ledger is charged is ρ.
public struct PrivacyLoss: Hashable, Sendable {
    /// The distance of two grid points.
    private let step: Double
    /// The loss of the first grid point in steps.
    private let first: Int
    /// The mass at each grid point.
    private let masses: [Double]
    /// The mass of infinite loss.
    private let infinite: Double

    private init(step: Double, first: Int, masses: [Double], infinite: Double) {
        self.step = step
        self.first = first
        self.masses = masses
        self.infinite = infinite
    }

    /// Puts a curve δ(ε) on the grid from `low` to `high` losses.
    ///
    /// With d_i = δ(ε_i) and s_i = (d_{i−1} − d_i)/(e^ε_i − e^ε_{i−1}) the mass at i is
    /// e^ε_i (s_i − s_{i+1}); the last δ is the mass of infinite loss, the rest is at the first.
    private init(low: Double, high: Double, step: Double, _ delta: (Double) -> Double) {
        let (first, last) = (Int((low / step).rounded(.down)), Int((high / step).rounded(.up)))
        let curve = (first...last).map { delta(Double($0) * step) }
        let growth = expm1(step)
        // e^ε_i · s_i for the piece that ends at point i.
        let fall = (1..<curve.count).map { (curve[$0 - 1] - curve[$0]) / growth * exp(step) }
        var masses = [Double](repeating: 0, count: curve.count)
        masses[0] = max(0, 1 - curve[0] - (fall.first ?? 0) / exp(step))
        for i in 1..<curve.count {
            let next = i < fall.count ? fall[i] / exp(step) : 0
            masses[i] = max(0, fall[i - 1] - next)
        }
        self.init(step: step, first: first, masses: masses, infinite: curve[curve.count - 1])
    }

    /// Laplace noise of scale b on a number that one contributor changes by 1.
    public static func laplace(scale: Double, step: Double = 1e-3) -> PrivacyLoss {
        let most = 1 / scale
        return PrivacyLoss(low: -most, high: most, step: step) { epsilon in
            if epsilon <= -most { return -expm1(epsilon) }
            return epsilon >= most ? 0 : -expm1((epsilon - most) / 2)
        }
    }

    /// Gaussian noise of σ times the sensitivity on a sum in which every contributor is with
    /// probability `rate`; whether she is added or taken away makes two different laws.
    public static func subsampledGaussian(
        rate: Double, multiplier sigma: Double, removing: Bool, step: Double = 1e-3
    ) -> PrivacyLoss {
        // Losses of 1 − q + q·e^((2x−1)/2σ²) for x within nine deviations of either mean.
        func loss(_ x: Double) -> Double {
            let exponent = (2 * x - 1) / (2 * sigma * sigma)
            return rate >= 1 ? exponent : log1p(rate * expm1(exponent))
        }
        let (low, high) = (loss(-9.5 * sigma), loss(1 + 9.5 * sigma))
        /// The x at which the loss is this; nil below every loss.
        func point(_ loss: Double) -> Double? {
            let inner = rate >= 1 ? exp(loss) : 1 + expm1(loss) / rate
            return inner > 0 ? (2 * sigma * sigma * log(inner) + 1) / 2 : nil
        }
        /// P(x > t) under the mixture, and under N(0, σ²).
        func tails(_ t: Double) -> (with: Double, without: Double) {
            let without = Normal.upper(t / sigma)
            return (rate * Normal.upper((t - 1) / sigma) + (1 - rate) * without, without)
        }
        func removed(_ epsilon: Double) -> Double {
            guard let t = point(epsilon) else { return -expm1(epsilon) }
            let (with, without) = tails(t)
            return max(0, with - exp(epsilon) * without)
        }
        if removing { return PrivacyLoss(low: low, high: high, step: step, removed) }
        // The roles are exchanged: δ′(ε) = 1 − e^ε + e^ε δ(−ε).
        return PrivacyLoss(low: -high, high: -low, step: step) { epsilon in
            guard let t = point(-epsilon) else { return 0 }
            let below = Normal.upper(-t / sigma)
            let mixed = rate * Normal.upper((1 - t) / sigma) + (1 - rate) * below
            return max(0, below - exp(epsilon) * mixed)
        }
    }

    /// The law of doing the step `count` times over.
    ///
    /// The sum is cut where Chernoff's bound leaves 10^−15 outside; that, and a bound on the error of
    /// the transform, are counted as infinite loss.
    /// - Cost: two transforms of a length of some 16 deviations of the sum over the step of the grid.
    public func times(_ count: Int) -> PrivacyLoss {
        guard count > 1 else { return self }
        let k = Double(count)
        let (lowest, highest) = (first * count, (first + masses.count - 1) * count)
        let low = max(lowest, -reach(of: k, sign: -1))
        let high = min(highest, reach(of: k, sign: 1))
        var size = 2
        while size < high - low + 1 { size *= 2 }
        var (real, imaginary) = (
            [Double](repeating: 0, count: size), [Double](repeating: 0, count: size)
        )
        for (i, mass) in masses.enumerated() { real[i % size] += mass }
        Fourier.transform(&real, &imaginary)
        for i in real.indices {
            let (length, angle) = (
                pow(hypot(real[i], imaginary[i]), k), k * atan2(imaginary[i], real[i])
            )
            (real[i], imaginary[i]) = (length * cos(angle), -length * sin(angle))
        }
        Fourier.transform(&real, &imaginary)
        // Place i stands for the loss count·first + i, modulo the size.
        let shift = low - lowest
        let composed = (0..<size).map { max(0, real[(shift + $0) % size] / Double(size)) }
        // The window leaves out at most twice the tail; the transform errs by less than the second.
        let slack = 2 * Self.tail + Double(size).squareRoot() * 0x1p-48
        let lost = -expm1(k * log1p(-infinite)) + slack
        return PrivacyLoss(step: step, first: low, masses: composed, infinite: lost)
    }

    private static let tail = 1e-15

    /// By Chernoff's bound, the grid point that the sum of k losses, times the sign, passes with
    /// probability below ``tail``: the least over θ of (k ln E e^(θ·loss) − ln tail)/θ.
    private func reach(of k: Double, sign: Double) -> Int {
        var least = Double.infinity
        for power in -24...12 {
            // θ per grid point, small enough for no overflow.
            let theta = exp2(Double(power) / 2) * step
            var moment = 0.0
            for (i, mass) in masses.enumerated() {
                moment += mass * exp(min(700, sign * theta * Double(first + i)))
            }
            guard moment < 1e300 else { break }
            least = min(least, (k * log(moment) - log(Self.tail)) / theta)
        }
        return Int(least.rounded(.up))
    }

    /// The least δ at ε: what has infinite loss, and of the rest what exceeds ε.
    public func delta(at epsilon: Double) -> DisplayNumber {
        var sum = infinite
        for (i, mass) in masses.enumerated() {
            let loss = Double(first + i) * step
            if loss > epsilon { sum += mass * -expm1(epsilon - loss) }
        }
        return DisplayNumber(min(1, sum), rounding: .up)
    }

    /// The least ε at δ.
    public func epsilon(at delta: Double) -> DisplayNumber {
        guard infinite < delta else { return DisplayNumber(.infinity, rounding: .up) }
        // From the highest loss down, Σ mass − e^ε Σ mass·e^−loss = δ within a piece.
        var (mass, weighted) = (infinite, 0.0)
        for i in masses.indices.reversed() {
            let loss = Double(first + i) * step
            if mass - exp(loss) * weighted > delta {
                return DisplayNumber(
                    max(0, log((mass - delta) / weighted)), rounding: .up)
            }
            mass += masses[i]
            weighted += masses[i] * exp(-loss)
        }
        let root = mass > delta && weighted > 0 ? log((mass - delta) / weighted) : 0
        return DisplayNumber(max(0, root), rounding: .up)
    }
}
