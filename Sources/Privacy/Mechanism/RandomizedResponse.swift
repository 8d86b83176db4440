// SPDX-License-Identifier: Apache-2.0

/// One of a few options, told with a lie now and then: for a number that is published for each
/// contributor alone, where no sum hides her.
///
/// Warner 1965, in the form for k options of Kairouz, Oh, Viswanath (arXiv:1407.1338): the true
/// option with odds e^ε to 1 against each other one. ε-differentially private for one contributor,
/// whatever is known of all others; so ε²/2-zCDP (Bun, Steinke, arXiv:1605.02065, Proposition 1.4).
public struct RandomizedResponse: Hashable, Sendable {
    /// How many options there are.
    public let options: Int
    /// How much privacy an answer costs, exactly.
    public let epsilon: ExactDecimal
    /// The same as ρ: ε²/2, rounded up.
    public let charge: Rho

    private let numerator: UInt128
    private let denominator: UInt128

    /// Plans answers of one among some options.
    ///
    /// - Parameters:
    ///   - options: 2 to 65,536.
    ///   - epsilon: Above 0 and at most 16, with at most six digits behind the point.
    /// - Throws: ``RandomizedResponseError``.
    public init(options: Int, epsilon: ExactDecimal) throws(RandomizedResponseError) {
        guard (2...65_536).contains(options) else { throw .options(options) }
        guard epsilon <= ExactDecimal(coefficient: 16, exponent: 0), epsilon.exponent >= -6 else {
            throw .epsilon(epsilon)
        }
        var (numerator, denominator) = (UInt128(epsilon.coefficient), UInt128(1))
        for _ in 0..<max(0, epsilon.exponent) { numerator *= 10 }
        for _ in 0..<max(0, -epsilon.exponent) { denominator *= 10 }
        self.options = options
        self.epsilon = epsilon
        self.numerator = numerator
        self.denominator = denominator
        // At most (16 · 10^6)² · 2^39, which is below 2^87.
        let half: UInt128 = 1 << UInt128(Rho.fractionBits - 1)
        let (units, rest) = (numerator * numerator * half).quotientAndRemainder(
            dividingBy: denominator * denominator)
        charge = Rho(units: UInt64(units) + (rest == 0 ? 0 : 1))
    }

    /// Answers once.
    ///
    /// An option is drawn evenly; the true one stands, another with probability e^−ε, else it is
    /// drawn again. How often does not depend on which is the true one.
    ///
    /// - Requires: `truth` is from 0 up to ``options``; anything else is taken as the nearest.
    public func answer(_ truth: Int, from source: inout ByteSource) -> Int {
        let truth = min(max(truth, 0), options - 1)
        while true {
            let option = Int(source.below(UInt64(options)))
            let stands = source.bernoulliExp(minus: numerator, over: denominator)
            if option == truth || stands { return option }
        }
    }
}

/// Why a randomised response cannot be planned.
public enum RandomizedResponseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not 2 to 65,536 options.
    case options(Int)
    /// Not above 0 and at most 16, or more than six digits behind the point.
    case epsilon(ExactDecimal)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .options(let count): "\(count) options cannot be told apart; give 2 to 65536"
        case .epsilon(let value):
            "epsilon \(value) is out of bounds; give above 0 and at most 16, with at most six "
                + "digits behind the point"
        }
    }
}
