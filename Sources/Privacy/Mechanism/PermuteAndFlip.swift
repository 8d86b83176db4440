// SPDX-License-Identifier: Apache-2.0

/// Chooses one of public candidates, the less its loss the likelier, with pure ε.
///
/// McKenna, Sheldon, "Permute-and-Flip" (arXiv:2010.12603), Algorithm 1: the candidates in random
/// order, each taken with probability exp(−ε (loss − least loss)/2D); one of least loss is always
/// taken. Its expected loss is never above that of the exponential mechanism, at most half of it at
/// best. Every coin is tossed exactly (``ByteSource/bernoulliExp(minus:over:)``): losses are
/// integers, ε is a decimal, nothing is rounded.
///
/// ε-differentially private, so ε²/2-zCDP. Not ε²/8: that holds for the exponential mechanism,
/// whose privacy loss has range ε, and would charge a quarter of the truth here.
public struct PermuteAndFlip: Hashable, Sendable {
    /// D: by how much one contributor can change any loss.
    public let sensitivity: UInt64
    /// What one choice costs, exactly.
    public let epsilon: ExactDecimal
    /// The same as ρ: ε²/2, rounded up.
    public let charge: Rho

    private let numerator: UInt128
    private let denominator: UInt128

    /// Plans a choice.
    ///
    /// - Parameters:
    ///   - sensitivity: D: the most by which one contributor can change the loss of any candidate.
    ///   - epsilon: Above 0 and at most 64, with at most six digits behind the point.
    /// - Throws: ``PermuteAndFlipError``.
    public init(
        sensitivity: UInt64, epsilon: ExactDecimal
    ) throws(PermuteAndFlipError) {
        guard sensitivity > 0 else { throw .sensitivityZero }
        guard let ratio = epsilon.ratio else { throw .epsilon(epsilon) }
        self.sensitivity = sensitivity
        self.epsilon = epsilon
        charge = Rho.ofPure(ratio)
        numerator = ratio.numerator
        denominator = 2 * UInt128(sensitivity) * ratio.denominator
    }

    /// Chooses a candidate by its place; nil when there is none.
    ///
    /// - Requires: the candidates and their number are public.
    /// - Cost: up to two draws per candidate. The time depends on the losses, which are private:
    ///   answer at fixed times.
    public func choose(losses: [UInt64], from source: inout ByteSource) -> Int? {
        guard let least = losses.min() else { return nil }
        var order = Array(losses.indices)
        for place in order.indices {
            // The order is shuffled as far as it is walked.
            let other = place &+ Int(source.below(UInt64(order.count &- place)))
            order.swapAt(place, other)
            let candidate = order[place]
            // At most 2^64 · 2^26.
            let excess = UInt128(losses[candidate] &- least) &* numerator
            if source.bernoulliExp(minus: excess, over: denominator) { return candidate }
        }
        // Not reached: a candidate of least loss is taken for certain.
        return order.last
    }
}

/// Why a private choice cannot be planned.
public enum PermuteAndFlipError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One contributor could change nothing, so there would be nothing to hide.
    case sensitivityZero
    /// Not above 0 and at most 64, or more than six digits behind the point.
    case epsilon(ExactDecimal)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .sensitivityZero: "the sensitivity of the losses must be at least 1"
        case .epsilon(let value):
            "epsilon \(value) is out of bounds; give above 0 and at most 64, with at most six "
                + "digits behind the point"
        }
    }
}
