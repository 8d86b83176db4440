// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Numbers of a study that are clipped together, by one L2 bound over all groups, and get noise of
/// one width.
public struct StudyBlock: Hashable, Sendable {
    /// How many numbers there are for each group.
    public let width: Int
    /// How far one contributor may move them.
    public let bound: ContributionBound
    /// How many parts of the study's privacy they get, of the sum of all parts.
    public let share: UInt64

    /// Describes a block.
    public init(width: Int, bound: ContributionBound, share: UInt64 = 1) {
        self.width = width
        self.bound = bound
        self.share = share
    }

    var canonical: JSON {
        [
            "width": .integer(Int64(width)), "bound": .string(bound.canonical),
            "share": .string(String(share)),
        ]
    }
}

/// How far one contributor may move a block of numbers, in lattice units and Euclidean norm.
public enum ContributionBound: Hashable, Sendable {
    /// As far as is said before anything is read.
    case fixed(UInt64)
    /// As far as one of some radii, chosen by a private look at how much contributors give.
    case ladder(ClipLadder)

    /// The largest radius that can come of it.
    var largest: UInt64 {
        switch self {
        case .fixed(let radius): radius
        case .ladder(let ladder): ladder.radius(of: ladder.rungs - 1)
        }
    }

    var canonical: String {
        switch self {
        case .fixed(let radius): "radius \(radius)"
        case .ladder(let ladder): "ladder \(ladder.lowest) \(ladder.rungs)"
        }
    }
}

/// Radii to choose from, each twice the one before.
///
/// A radius that is too small cuts off what heavy contributors give, one that is too large needs
/// noise that hides people who are not there. The best one depends on the data, so a small part of
/// the privacy is spent on a histogram of the contributors' norms, and the rung is chosen from that
/// (``ClipEstimate``). One pass is enough: a worker keeps, for each range of norms, the sum of the
/// contributions as they are and the sum of the same scaled down to the lowest rung. Whatever rung
/// is chosen then, the clipped sum is made of those, since scaling by a power of two is exact.
public struct ClipLadder: Hashable, Sendable {
    /// The lowest radius, in lattice units.
    public let lowest: UInt64
    /// How many radii there are, 1 to 32.
    public let rungs: Int

    /// Lists radii from the lowest on.
    public init(lowest: UInt64, rungs: Int) {
        precondition((1...32).contains(rungs), "1 to 32 rungs")
        self.lowest = lowest
        self.rungs = rungs
    }

    /// The radius of a rung; `UInt64.max` where it would be more.
    public func radius(of rung: Int) -> UInt64 {
        lowest.leadingZeroBitCount > rung ? lowest << UInt64(rung) : .max
    }
}
