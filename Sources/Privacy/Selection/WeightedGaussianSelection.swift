// SPDX-License-Identifier: Apache-2.0

/// Which groups of private values may be shown, by noisy votes: the default, good at any L0.
///
/// Gopi et al., "Differentially Private Set Union" (arXiv:2002.09745): a contributor in k groups, at
/// most L0 of them, votes 1/√k in each. Her votes have L2 norm at most 1 whatever k is, so the noise
/// does not grow with L0. A group is shown when its votes and its noise reach the threshold. Only
/// groups that somebody is in are looked at; each gets noise of its own.
///
/// Votes, noise and threshold are integers on one lattice on which a whole vote counts ``unit``:
/// - A vote is ⌊unit/√k⌋, so Σ vote² ≤ unit² exactly; σ is the smallest whole one with
///   unit²/2σ² ≤ ρ (``GaussianMechanism``).
/// - The discrete Gaussian has P(X ≥ m) ≤ P(N(0, σ²) ≥ m − 1) (Canonne, Kamath, Steinke,
///   arXiv:2004.00010, Proposition 25). So for each t ≤ L0 groups that she alone is in, a threshold
///   of vote(t) + 1 + ⌈σ·z⌉ with P(N > z) ≤ 1 − (1−δ)^(1/t), z rounded up, shows any of them with
///   probability at most δ. The threshold is the largest of these.
///
/// **What it costs.** (ρ, δ) of approximate zCDP (Bun, Steinke, arXiv:1605.02065, Definition 8.1):
/// but for an event of probability δ the shown set is a function of votes with noise, over groups
/// that exist without her too, and that is ρ-zCDP. Such pairs add in both parts over releases. To
/// tell people, convert the sum of the ρ at some δ′ (``Rho/epsilon(at:)``): the promise is
/// (ε, δ + δ′). So δ is to be taken off the promised one before the rest is planned, and charged
/// with ρ in the same reservation. Releasing the noisy votes themselves costs nothing more.
public struct WeightedGaussianSelection: Hashable, Sendable {
    /// What a whole vote counts in lattice units.
    public let unit: Int64
    /// L0: in how many groups one contributor can be.
    public let mostGroups: Int
    /// The noise on the votes of each group, in lattice units.
    public let noise: DiscreteGaussian
    /// A group is shown when votes and noise are at least this, in lattice units.
    public let threshold: Int64
    /// The ρ of the votes.
    public let charge: Rho
    /// The δ of the selection, beside the ρ.
    public let delta: ExactDecimal

    /// Plans a selection.
    ///
    /// - Parameters:
    ///   - amount: The ρ to spend on the votes.
    ///   - delta: The δ of the selection: 10^−30 up to 10^−2.
    ///   - mostGroups: L0, 1 to 65,536: how many groups are kept of one contributor.
    ///   - unit: What a whole vote counts, 1 to 2^31 − 1 lattice units; 2^16 or more is advised, so
    ///     that rounding down of 1/√k costs nothing.
    ///   - fewestContributors: How many contributors k a group must have at least. The threshold
    ///     rises by (k − 1) whole votes, so k contributors are shown with probability at most δ too
    ///     (Google's pre-thresholding).
    /// - Throws: ``SelectionError``.
    /// - Cost: some ten microseconds for each of the L0.
    public init(
        spending amount: Rho, delta: ExactDecimal, mostGroups: Int, unit: Int64,
        fewestContributors: Int = 1
    ) throws(SelectionError) {
        let terms = try SelectionTerms(
            delta: delta, mostGroups: mostGroups, fewestContributors: fewestContributors)
        guard unit >= 1, unit <= Int64(Int32.max) else { throw .unit(unit) }
        let mechanism: GaussianMechanism
        do {
            mechanism = try GaussianMechanism(sensitivity: UInt64(unit), spending: amount)
        } catch { throw .noise(error) }
        self.unit = unit
        self.mostGroups = mostGroups
        self.delta = delta
        noise = mechanism.noise
        charge = mechanism.charge
        var highest: Int64 = 0
        for groups in 1...mostGroups {
            let tail = Self.tail(sigma: noise.sigma, share: terms.share(of: groups))
            highest = max(highest, Self.vote(unit: unit, groups: groups) + 1 + tail)
        }
        // At most 2^31 + 1 + 40·2^31, and 2^62 for the fewest contributors.
        threshold = highest + Int64(fewestContributors - 1) * unit
    }

    /// ⌈σ·z⌉ for the smallest z with P(N > z) ≤ share, rounded up; at most 40σ.
    private static func tail(sigma: Int, share: Double) -> Int64 {
        let width = (Double(sigma) * Normal.quantileAbove(upperTail: share)).nextUp
        return Int64(max(0, width.rounded(.up)))
    }

    /// What a contributor in so many groups votes in each of them, in lattice units.
    ///
    /// Zero outside 1...``mostGroups``: whoever is in more must be cut first (``GroupSample``).
    public func vote(groups: Int) -> Int64 {
        guard groups >= 1, groups <= mostGroups else { return 0 }
        return Self.vote(unit: unit, groups: groups)
    }

    private static func vote(unit: Int64, groups: Int) -> Int64 {
        // ⌊√⌊u²/k⌋⌋ = ⌊u/√k⌋: an integer is below a root exactly when its square is below.
        Int64((UInt128(unit) * UInt128(unit) / UInt128(groups)).squareRoot)
    }

    /// Whether sums of votes of so many contributors, and noise, stay within Int64. To be asked when
    /// planning, before data is read.
    public func sumsFit(contributors: UInt64) -> Bool {
        UInt128(contributors) * UInt128(unit) < 1 << 62
    }

    /// Whether a group with these votes is shown.
    public func keeps(votes: Int64, noise: Int64) -> Bool {
        let (total, overflow) = votes.addingReportingOverflow(noise)
        return overflow ? noise > 0 : total >= threshold
    }

    /// Whether a group is shown whose votes have their noise on already (``NoisePool``).
    public func keeps(noisyVotes: Int64) -> Bool { noisyVotes >= threshold }
}
