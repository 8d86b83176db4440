// SPDX-License-Identifier: Apache-2.0

/// The discrete Laplace law on the integers: P(x) ∝ e^(−|x|/t).
///
/// Drawn exactly, in integers, by Algorithm 2 of Canonne, Kamath, Steinke (arXiv:2004.00010). Noise
/// of scale t on a sum that one contributor moves by at most D in L1 is (D/t)-differentially private
/// (Ghosh, Roughgarden, Sundararajan 2009).
public struct DiscreteLaplace: Hashable, Sendable {
    /// The largest scale: 2^31 − 1.
    public static let maximumScale = 2_147_483_647

    /// The scale t in lattice units.
    public let scale: Int
    private let t: UInt64

    /// Takes the scale t in lattice units.
    ///
    /// - Throws: ``NoiseError/scaleOutOfRange`` unless 1 ≤ t ≤ 2^31 − 1.
    public init(scale: Int) throws(NoiseError) {
        guard scale >= 1, scale <= Self.maximumScale else { throw .scaleOutOfRange }
        self.init(unchecked: UInt64(scale))
    }

    /// Takes a scale from 1 to 2^31; the Gaussian of the largest sigma proposes from 2^31.
    init(unchecked scale: UInt64) {
        t = scale
        self.scale = Int(truncatingIfNeeded: scale)
    }

    /// Draws one value.
    ///
    /// Cost: about 18 random bytes at scale 2^20. The time depends on the value drawn: draw before
    /// the data is read.
    public func draw(from source: inout ByteSource) -> Int64 {
        while true {
            let remainder = source.below(t)
            guard source.bernoulliExp(fraction: remainder, of: t) else { continue }
            // The count stops at 2^31, which keeps the product below 2^62 + 2^31. It gets there
            // with probability e^−(2^31), less than one in 2^3000000000.
            var wholes: UInt64 = 0
            while wholes < 1 &<< 31, source.bernoulliExpMinusOne() { wholes &+= 1 }
            let magnitude = Int64(truncatingIfNeeded: remainder &+ t &* wholes)
            let negative = source.below(2) == 1
            if negative, magnitude == 0 { continue }  // zero must not be counted twice
            return negative ? 0 &- magnitude : magnitude
        }
    }

    /// Draws `count` values; none for a negative count.
    public func draw(_ count: Int, from source: inout ByteSource) -> [Int64] {
        var values: [Int64] = []
        values.reserveCapacity(max(0, count))
        while values.count < count { values.append(draw(from: &source)) }
        return values
    }
}
