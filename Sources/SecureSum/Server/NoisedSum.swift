// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// A sum that is as private as its session was planned to make it, and says how private that is.
///
/// Only ``SumResult/noised`` makes one: of a session that came to its end, in which as many parties stayed and signed
/// as it needs, and whose parties were to add noise. What a party gave without noise cannot be put into one.
public struct NoisedSum: Sendable {
    /// The sum over the survivors, in lattice units, with the noise of each.
    public let values: [Int64]
    /// What each of them added, what that hides and what it costs.
    public let noise: SumNoise
    /// How many vectors are in the sum.
    public let parts: Int

    /// The deviation of each number's noise, rounded up, when all who are in it kept to the protocol. What is certain
    /// is that of ``SumNoise/counted`` parties, and that is what is charged.
    public var sigma: Int { noise.sigma(of: parts) }

    fileprivate init(values: [Int64], noise: SumNoise, parts: Int) {
        (self.values, self.noise, self.parts) = (values, noise, parts)
    }
}

extension SumResult {
    /// The sum with what it costs to let it out; nil where the session added no noise.
    ///
    /// A session ends with at least ``SumSession/threshold`` survivors, of whom at most ``SumSession/corrupt`` know their
    /// own noise, and its noise counts on no more than are left.
    public var noised: NoisedSum? {
        noise.map { NoisedSum(values: sums, noise: $0, parts: parts) }
    }
}

extension SumNoise {
    /// The least whole number that the deviation of so many parties' noise does not exceed.
    public func sigma(of parts: Int) -> Int {
        let wanted = UInt128(max(parts, 0)) * UInt128(own.sigma) * UInt128(own.sigma)
        // σ is below 2^31 and there are at most 2^16 parties: the root is below 2^39.
        var (low, high): (UInt128, UInt128) = (0, 1 << 39)
        while low < high {
            let middle = (low + high) / 2
            if middle * middle >= wanted { high = middle } else { low = middle + 1 }
        }
        return Int(low)
    }
}
