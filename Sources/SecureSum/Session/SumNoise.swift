// SPDX-License-Identifier: Apache-2.0
public import Privacy

/// The noise that each party adds to its own numbers, sized so that the honest ones among the
/// survivors reach the wanted privacy by themselves.
///
/// Each draws a discrete Gaussian of one σ in every coordinate. The sum of m of them has variance
/// mσ² but is no discrete Gaussian; how far it is from one of that variance is bounded by Kairouz,
/// Liu, Steinke, "The Distributed Discrete Gaussian Mechanism for Federated Learning with Secure
/// Aggregation" (arXiv:2102.06387), section 3. Adding one more to a sum of k, the logarithm of the
/// ratio of probabilities moves by at most 5 · e^(−2π²σ²k/(k+1)) for σ² ≥ 1/2, so all in all by at
/// most τ/2 with τ = 10 · Σ e^(−2π²σ²k/(k+1)), k from 1 to m − 1. By pure privacy's τ/2 at either end
/// (Bun, Steinke, arXiv:1605.02065, Proposition 1.4), the discrete Gaussian's own cost between them,
/// and the triangle inequality on which group privacy rests there (Proposition 1.9), one coordinate
/// costs ½ · (D_i/(σ√m) + τ)². Moving the sum by D in L2 over d coordinates costs, by Minkowski,
///
///     ρ = ½ · (D/(σ√m) + τ√d)².
///
/// With σ ≥ 4, m ≤ 2^16 and d ≤ 2^24, τ√d is below 2^-190, so ρ is above D²/2mσ² by less than the
/// unit of 2^-40 in which it is counted; ``charge`` is that quotient rounded up, and one unit more.
/// Noise of further survivors only adds to it.
public struct SumNoise: Hashable, Sendable {
    /// The least σ of one party, in lattice units, for which the bound holds.
    public static let leastSigma = 4

    /// What each party draws for each of its numbers.
    public let own: DiscreteGaussian
    /// m: how many honest survivors are counted on.
    public let counted: Int
    /// D: the L2 norm by which one party can move the sum, in lattice units.
    public let sensitivity: UInt64
    /// What the release of the sum costs when at least ``counted`` honest parties survive.
    public let charge: Rho

    /// Chooses the smallest whole σ for one party whose cost stays within the amount.
    ///
    /// - Parameters:
    ///   - sensitivity: The bound on one party's L2 norm, in lattice units, at least 1.
    ///   - amount: The most that a release may cost; at least two units of 2^-40.
    ///   - survivors: How many honest survivors are certain: the threshold less the corrupt parties,
    ///     who know their own noise. 1 to ``SumSession/mostParties``.
    /// - Throws: ``SumPlanError/noise(_:)``, or ``SumPlanError/counted(_:honest:)`` for a number of
    ///   survivors out of bounds.
    public init(
        sensitivity: UInt64, spending amount: Rho, counting survivors: Int
    ) throws(SumPlanError) {
        guard (1...SumSession.mostParties).contains(survivors) else {
            throw .counted(survivors, honest: SumSession.mostParties)
        }
        guard let amount = amount.subtracting(SumNoise.slack), amount > .zero else {
            throw .noise(.nothingToSpend)
        }
        let whole: GaussianMechanism
        do throws(NoiseError) {
            whole = try GaussianMechanism(sensitivity: sensitivity, spending: amount)
        } catch {
            throw .noise(error)
        }
        // ⌈σ/√m⌉: the least whole s with m · s² ≥ σ².
        let wanted = UInt128(whole.noise.sigma) * UInt128(whole.noise.sigma)
        var (low, high) = (SumNoise.leastSigma, max(SumNoise.leastSigma, whole.noise.sigma))
        while low < high {
            let middle = low + (high - low) / 2
            let reached = UInt128(survivors) * UInt128(middle) * UInt128(middle)
            if reached >= wanted { high = middle } else { low = middle + 1 }
        }
        try self.init(sensitivity: sensitivity, sigma: low, counting: survivors)
    }

    /// Takes a σ for one party and reports what it costs.
    ///
    /// - Throws: ``SumPlanError/noise(_:)`` for a σ below ``leastSigma`` or above 2^31 − 1, and for a
    ///   cost beyond ``Rho/maximum``.
    public init(
        sensitivity: UInt64, sigma: Int, counting survivors: Int
    ) throws(SumPlanError) {
        guard (1...SumSession.mostParties).contains(survivors) else {
            throw .counted(survivors, honest: SumSession.mostParties)
        }
        guard sensitivity > 0 else { throw .noise(.sensitivityZero) }
        guard sigma >= SumNoise.leastSigma, let own = try? DiscreteGaussian(sigma: sigma),
            let charge = try? Rho.ofGaussian(
                sensitivitySquared: UInt128(sensitivity) * UInt128(sensitivity),
                sigmaSquared: UInt128(survivors) * UInt128(sigma) * UInt128(sigma)
            ).adding(SumNoise.slack)
        else { throw .noise(.scaleOutOfRange) }
        self.own = own
        self.charge = charge
        self.sensitivity = sensitivity
        counted = survivors
    }

    /// What a sum of discrete Gaussians may cost beyond one of them: less than this.
    private static let slack = Rho(units: 1)
}
