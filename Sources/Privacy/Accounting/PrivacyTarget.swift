// SPDX-License-Identifier: Apache-2.0

/// A promise (ε, δ) of differential privacy as people state it: exact decimals within sane bounds.
public struct PrivacyTarget: Hashable, Sendable {
    /// ε: above 0, at most 64.
    public let epsilon: ExactDecimal
    /// δ: at least 10^−30, below 10^−2.
    public let delta: ExactDecimal

    /// Reads both numbers from decimal text, such as "1.0" and "1e-7".
    ///
    /// - Throws: ``PrivacyTargetError`` that names the number and its bounds.
    public init(epsilon: String, delta: String) throws(PrivacyTargetError) {
        guard let exactEpsilon = ExactDecimal(epsilon) else { throw .epsilonNotANumber(epsilon) }
        guard let exactDelta = ExactDecimal(delta) else { throw .deltaNotANumber(delta) }
        try self.init(epsilon: exactEpsilon, delta: exactDelta)
    }

    /// Takes both numbers.
    ///
    /// - Throws: ``PrivacyTargetError`` when one is out of bounds.
    public init(epsilon: ExactDecimal, delta: ExactDecimal) throws(PrivacyTargetError) {
        guard epsilon <= Self.maximumEpsilon else { throw .epsilonOutOfRange(epsilon) }
        guard delta >= Self.minimumDelta, delta < Self.limitDelta else {
            throw .deltaOutOfRange(delta)
        }
        self.epsilon = epsilon
        self.delta = delta
    }

    private static let maximumEpsilon = ExactDecimal(coefficient: 64, exponent: 0)
    private static let minimumDelta = ExactDecimal(coefficient: 1, exponent: -30)
    private static let limitDelta = ExactDecimal(coefficient: 1, exponent: -2)

    /// The largest ρ whose zCDP implies this promise, rounded down to a whole unit.
    ///
    /// By the tight conversion of Canonne, Kamath, Steinke (arXiv:2004.00010) Proposition 12; see
    /// ``Rho/epsilon(at:)`` for its inverse. Cost: a few microseconds.
    public var rho: Rho {
        let rho = Conversion.rho(epsilon: epsilon.below, delta: delta.below)
        return Rho(units: UInt64(max(0, rho * Conversion.unitsPerOne)))
    }
}

extension PrivacyTarget {
    /// The largest ρ whose Gaussians keep this promise, rounded down: what a study may spend that adds Gaussian
    /// noise and nothing else, however often.
    ///
    /// Gaussians of together μ² = 2ρ are one Gaussian (Dong, Roth, Su, arXiv:1905.02383, Corollary 3.3), whose
    /// curve is exact, where ``rho`` allows for any mechanism of zCDP. Discrete Gaussians on a lattice of
    /// ``GaussianMechanism/advisedSensitivity`` units or more follow it to 10^−5 of δ; a thousandth is kept back.
    /// Never below ``rho``. Cost: some ten microseconds.
    public var gaussianRho: Rho {
        let mu = GaussianCurve.mu(epsilon: epsilon.below, delta: delta.below * 0.999).value
        let units = (mu * mu / 2 * Conversion.unitsPerOne * (1 - 0x1p-40)).nextDown
        return max(rho, Rho(units: UInt64(max(0, units))))
    }
}

/// Why a promise was refused.
public enum PrivacyTargetError: Error, Hashable, Sendable {
    /// The text given for ε is not a positive decimal number.
    case epsilonNotANumber(String)
    /// The text given for δ is not a positive decimal number.
    case deltaNotANumber(String)
    /// ε is not in (0, 64].
    case epsilonOutOfRange(ExactDecimal)
    /// δ is not in [10^−30, 10^−2).
    case deltaOutOfRange(ExactDecimal)
}

extension PrivacyTargetError {
    /// Whether it is δ that is wrong, and not ε.
    public var isOfDelta: Bool {
        switch self {
        case .epsilonNotANumber, .epsilonOutOfRange: false
        case .deltaNotANumber, .deltaOutOfRange: true
        }
    }
}

extension PrivacyTargetError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .epsilonNotANumber(let text):
            "epsilon '\(text)' is not a positive decimal number; write for example 1.0"
        case .deltaNotANumber(let text):
            "delta '\(text)' is not a positive decimal number; write for example 1e-7"
        case .epsilonOutOfRange(let value):
            "epsilon \(value) is out of bounds; it must be above 0 and at most 64"
        case .deltaOutOfRange(let value):
            "delta \(value) is out of bounds; it must be at least 1e-30 and below 0.01"
        }
    }
}
