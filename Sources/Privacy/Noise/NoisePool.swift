// SPDX-License-Identifier: Apache-2.0

/// Noise drawn before the data is read, each value to be used once.
///
/// How long an exact draw takes depends on the value drawn (Jin et al., arXiv:2112.05307). Drawing
/// everything before the scan keeps that time out of the time of the answer. A pool cannot be
/// copied, and a value leaves it when it is used: noise used twice can be subtracted.
public struct NoisePool: ~Copyable, Sendable {
    private var values: [Int64]

    /// Draws `count` values of the law; none for a negative count.
    public init(_ noise: DiscreteGaussian, count: Int, from source: inout ByteSource) {
        values = noise.draw(count, from: &source)
    }

    /// Draws `count` values of the law; none for a negative count.
    public init(_ noise: DiscreteLaplace, count: Int, from source: inout ByteSource) {
        values = noise.draw(count, from: &source)
    }

    /// How many values are left.
    public var count: Int { values.count }

    /// Adds fresh noise to an exact sum, both in lattice units of one lattice.
    ///
    /// A sum that leaves Int64 stays at its end: the answer is still a function of sum plus noise,
    /// so nothing is lost of the guarantee.
    /// - Throws: ``NoiseError/poolEmpty`` when every value was used.
    public mutating func release(_ sum: Int64) throws(NoiseError) -> Int64 {
        guard let noise = values.popLast() else { throw .poolEmpty }
        let (total, overflow) = sum.addingReportingOverflow(noise)
        return overflow ? (noise < 0 ? .min : .max) : total
    }

    /// Adds fresh noise to each of the exact sums.
    ///
    /// - Throws: ``NoiseError/poolEmpty``, before anything is used, when there are more sums than
    ///   values.
    public mutating func release(_ sums: [Int64]) throws(NoiseError) -> [Int64] {
        guard sums.count <= values.count else { throw .poolEmpty }
        var released: [Int64] = []
        released.reserveCapacity(sums.count)
        for sum in sums { released.append(try release(sum)) }
        return released
    }
}
