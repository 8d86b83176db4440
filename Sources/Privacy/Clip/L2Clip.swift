// SPDX-License-Identifier: Apache-2.0

/// Scales a vector of integers into a ball: the last thing done to what one contributor gives.
///
/// A vector of L2 norm at most R stays as it is. A longer one becomes trunc(R/‖v‖ · vᵢ), each
/// coordinate exactly, rounded toward zero. The result has Σ out² ≤ R², exactly, so one contributor
/// can move a sum of clipped vectors by at most R: it is the sensitivity, proven and not estimated.
/// Nothing may touch the numbers afterwards but integer addition.
///
/// Total: any Int64, Int64.min included, any length. The same bytes on every machine. Blind: a
/// vector that is clipped takes the steps of one that is not; they depend on its length alone.
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
    /// Cost: some ten nanoseconds per coordinate, and less than a microsecond per vector.
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
        let factor = norm.ratio(of: radiusSquared)
        // All ones for a vector that stays. Both results are worked out, one is chosen.
        let stays = 0 &- norm.isAtMost(radiusSquared)
        for i in vector.indices {
            let value = UInt64(bitPattern: vector[i])
            let sign = UInt64(bitPattern: vector[i] &>> 63)
            let size = (value ^ sign) &- sign
            let shrunk = (scale(size, by: factor, norm: norm) ^ sign) &- sign
            vector[i] = Int64(bitPattern: shrunk ^ ((shrunk ^ value) & stays))
        }
        return stays == 0
    }
    /// ⌊R·size/‖v‖⌋: the product with the factor is at most half of one too small, so what is cut
    /// off of it is right or one too small, and an exact comparison tells.
    @inline(__always)
    private func scale(_ size: UInt64, by factor: UInt64, norm: WideNorm) -> UInt64 {
        let guess = size.multipliedFullWidth(by: factor).high
        let target = (UInt128(size) &* UInt128(size)).multipliedFullWidth(by: radiusSquared)
        return guess &+ norm.times(square: guess &+ 1, isAtMost: target)
    }
}
