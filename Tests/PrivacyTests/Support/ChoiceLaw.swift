// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The laws of private choices as the theory has them, to test the sampler against.
struct ChoiceLaw {
    let losses: [UInt64]
    let sensitivity: UInt64
    let epsilon: Double

    /// e^(−ε (loss − least)/2D).
    private var weights: [Double] {
        let least = losses.min() ?? 0
        return losses.map { exp(-epsilon * Double($0 - least) / Double(2 * sensitivity)) }
    }

    /// The exponential mechanism: each in proportion to its weight.
    var exponential: [Double] {
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// Permute-and-flip: a candidate of weight w is chosen with probability
    /// w ∫ Π over the others of (1 − w·t) dt over [0, 1], t being its place in the order; as a
    /// polynomial in t it integrates term by term.
    var permuteAndFlip: [Double] {
        weights.indices.map { chosen in
            var polynomial = [1.0]
            for (other, weight) in weights.enumerated() where other != chosen {
                var next = polynomial + [0]
                for power in polynomial.indices { next[power + 1] -= weight * polynomial[power] }
                polynomial = next
            }
            let integral = polynomial.enumerated().reduce(0) { $0 + $1.1 / Double($1.0 + 1) }
            return weights[chosen] * integral
        }
    }
}
