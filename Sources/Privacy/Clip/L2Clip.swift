// SPDX-License-Identifier: Apache-2.0

/// Scales a vector of integers into a ball: the last thing done to what one contributor gives.
///
/// A vector of L2 norm at most R stays as it is. A longer one becomes trunc(R/‖v‖ · vᵢ), each
/// coordinate exactly, rounded toward zero. The result has Σ out² ≤ R², exactly, so one contributor
/// can move a sum of clipped vectors by at most R: it is the sensitivity, proven and not estimated.
/// Nothing may touch the numbers afterwards but integer addition.
///
/// Total: any Int64, Int64.min included, any length. The same bytes on every machine. Only the time
/// tells a clipped vector from another one: see that answers leave at times that do not tell it on.
public struct L2Clip: Hashable, Sendable {
    /// The radius R in lattice units.
    public let radius: UInt64
    private let radiusSquared: UInt128

    /// Takes the radius R in lattice units; 0 makes every vector zero.
    public init(radius: UInt64) {
        self.radius = radius
        radiusSquared = UInt128(radius) * UInt128(radius)
    }

    /// Whether sums over so many contributors stay below 2^62 in every coordinate, so that neither
    /// they nor noise added to them can leave Int64. To be asked when planning, before data is read.
    public func sumsFit(contributors: UInt64) -> Bool {
        UInt128(contributors) * UInt128(radius) < 1 << 62
    }

    /// Clips the vector in place.
    ///
    /// Cost: one multiplication per coordinate when the norm is within R; else two divisions per
    /// vector and a few multiplications per coordinate.
    /// - Returns: whether the vector was changed. Private, as the vector is: for tests and for the
    ///   contributor's own eyes.
    @discardableResult
    public func clip(_ vector: inout [Int64]) -> Bool {
        vector.withUnsafeMutableBufferPointer { clip($0) }
    }

    /// Clips the vector in a caller's buffer, in place; else as ``clip(_:)-(inout[Int64])``.
    @discardableResult
    public func clip(_ vector: UnsafeMutableBufferPointer<Int64>) -> Bool {
        let norm = WideNorm(of: UnsafeBufferPointer(vector))
        if norm.carries == 0, norm.low <= radiusSquared { return false }
        let factor = norm.ratio(of: radiusSquared)
        for i in vector.indices {
            let value = vector[i]
            let size = scale(value.magnitude, by: factor, norm: norm)
            let scaled = Int64(truncatingIfNeeded: size)
            vector[i] = value < 0 ? 0 &- scaled : scaled
        }
        return true
    }

    /// ⌊R·size/‖v‖⌋: the fixed-point guess, which is never too large, and an exact comparison.
    private func scale(_ size: UInt64, by factor: UInt64, norm: WideNorm) -> UInt64 {
        var result = size.multipliedFullWidth(by: factor).high
        let target = (UInt128(size) * UInt128(size)).multipliedFullWidth(by: radiusSquared)
        while norm.times(square: result &+ 1, isAtMost: target) { result &+= 1 }
        return result
    }
}
