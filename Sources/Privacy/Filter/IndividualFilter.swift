// SPDX-License-Identifier: Apache-2.0

/// One contributor's limit and what she herself has spent of it, by what she really gave.
///
/// Feldman, Zrnic, "Individual Privacy Accounting via a Rényi Filter" (arXiv:2008.11193): whoever
/// gives the vector v to sums with Gaussian noise of width σ loses ρ = ‖v‖²/2σ² by it, which is less
/// than the worst case R²/2σ² of the clip. She may go on until the sum of her own ρ reaches her
/// limit, and is dropped before a release whose worst case no longer fits: so the sum never passes
/// the limit, however releases are chosen after seeing the answers before (their Theorem 4.1;
/// here with the worst case in place of her own next loss, which drops earlier and never later).
///
/// What is spent depends on her data: it is hers to see and nobody else's. Neither buyers nor prices
/// may depend on it, nor on who was dropped, other than through the noise.
public struct IndividualFilter: Hashable, Sendable {
    /// The most that may be spent.
    public let limit: Rho
    /// What is spent. Private.
    public private(set) var spent: Rho

    /// Starts at nothing spent.
    public init(limit: Rho) {
        self.limit = limit
        spent = .zero
    }

    /// Restores a filter. More spent than the limit means that nothing fits any more.
    public init(limit: Rho, spent: Rho) {
        self.limit = limit
        self.spent = spent
    }

    /// Whether she takes part in a release of this worst case. Decided before her data is read, from
    /// what she spent before.
    public func admits(_ worstCase: Rho) -> Bool {
        guard let left = limit.subtracting(spent) else { return false }
        return worstCase <= left
    }

    /// Charges the worst case, for a release that does not tell what she gave.
    ///
    /// - Throws: ``IndividualFilterError/exhausted`` when it does not fit; nothing is charged, and
    ///   she must not take part.
    public mutating func charge(_ worstCase: Rho) throws(IndividualFilterError) {
        guard admits(worstCase) else { throw .exhausted }
        // Cannot overflow: the sum is at most the limit.
        spent = Rho(units: spent.units &+ worstCase.units)
    }

    /// Charges what she gave: ‖v‖²/2σ², rounded up.
    ///
    /// - Parameters:
    ///   - squaredNorm: ‖v‖² of the vector that was merged, in lattice units (``squaredNorm(of:)``).
    ///   - sigmaSquared: σ² in the same units squared.
    ///   - worstCase: The public cost of the release, by which she was admitted.
    /// - Returns: what was charged.
    /// - Throws: ``IndividualFilterError/exhausted`` when the worst case did not fit,
    ///   ``IndividualFilterError/aboveWorstCase`` when the vector cost more than it: it was not clipped. Nothing
    ///   is charged then, and the vector must not be merged.
    @discardableResult
    public mutating func charge(
        squaredNorm: UInt128, sigmaSquared: UInt128, worstCase: Rho
    ) throws(IndividualFilterError) -> Rho {
        guard admits(worstCase) else { throw .exhausted }
        guard
            let own = try? Rho.ofGaussian(
                sensitivitySquared: squaredNorm, sigmaSquared: sigmaSquared),
            own <= worstCase
        else { throw .aboveWorstCase }
        spent = Rho(units: spent.units &+ own.units)
        return own
    }

    /// ‖v‖² exactly; nil from 2^128 on, which no clipped vector reaches.
    public static func squaredNorm(of vector: [Int64]) -> UInt128? {
        let norm = vector.withUnsafeBufferPointer { WideNorm(of: $0) }
        return norm.carries == 0 ? norm.low : nil
    }
}

/// Why a contributor could not be charged. No case carries an amount: what is left is private.
public enum IndividualFilterError: Error, Hashable, Sendable {
    /// The worst case does not fit into what is left.
    case exhausted
    /// The vector cost more than the worst case.
    case aboveWorstCase
}

extension IndividualFilterError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .exhausted: "the release does not fit into what is left; leave the contributor out"
        case .aboveWorstCase: "the vector costs more than its worst case; clip before charging"
        }
    }
}
