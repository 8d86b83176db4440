// SPDX-License-Identifier: Apache-2.0

/// The bound by groups: at most L0 groups of a contributor, each of her numbers clamped by itself.
///
/// Wilson et al. (arXiv:1909.01917): needed for pure ε, where ``L2Clip`` does not help. Of a sum it is the
/// contributor's whole sum in a group that is clamped, not its rows that are drawn: no variance, one
/// pass. Groups are cut by ``GroupSample``. Then one contributor moves the merged numbers of one
/// statistic by at most L0·Linf in L1 and √L0·Linf in L2, exactly.
public struct L0LinfClip: Hashable, Sendable {
    /// L0: in how many groups a contributor counts at most.
    public let mostGroups: UInt32
    /// What one number is clamped to, in lattice units; zero is within, for those who are not there.
    public let bounds: ClosedRange<Int64>

    /// Takes L0, at least 1, and the bounds of each number in lattice units. Bounds that leave out
    /// zero are widened to it: a contributor who is not there gives zero.
    public init(mostGroups: UInt32, bounds: ClosedRange<Int64>) {
        self.mostGroups = max(1, mostGroups)
        self.bounds = min(0, bounds.lowerBound)...max(0, bounds.upperBound)
    }

    /// Linf: the largest size of one number.
    public var linf: UInt64 { max(bounds.lowerBound.magnitude, bounds.upperBound.magnitude) }

    /// L0·Linf: what ``DiscreteLaplace`` noise must hide.
    public var l1: UInt128 { UInt128(mostGroups) * UInt128(linf) }

    /// L0·Linf²: what Gaussian noise must hide, squared; nil from 2^128 on.
    public var l2Squared: UInt128? {
        let (product, overflow) = (UInt128(linf) * UInt128(linf)).multipliedReportingOverflow(
            by: UInt128(mostGroups))
        return overflow ? nil : product
    }

    /// √L0·Linf, rounded up; nil where it does not fit 64 bits.
    public var l2: UInt64? { l2Squared.flatMap { UInt64(exactly: $0.squareRootRoundedUp) } }

    /// Clamps one number. Total: any Int64.
    public func clamp(_ value: Int64) -> Int64 {
        min(max(value, bounds.lowerBound), bounds.upperBound)
    }
}
