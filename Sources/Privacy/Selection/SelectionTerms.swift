// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What every selection of groups is planned from: δ, how many groups one contributor can be in,
/// and how many contributors a group must have at the least.
struct SelectionTerms {
    let delta: ExactDecimal
    let mostGroups: Int
    let fewestContributors: Int

    private static let minimumDelta = ExactDecimal(coefficient: 1, exponent: -30)
    private static let limitDelta = ExactDecimal(coefficient: 1, exponent: -2)

    init(delta: ExactDecimal, mostGroups: Int, fewestContributors: Int) throws(SelectionError) {
        guard (1...65_536).contains(mostGroups) else { throw .mostGroups(mostGroups) }
        guard fewestContributors >= 1, fewestContributors <= 1 << 31 else {
            throw .fewestContributors(fewestContributors)
        }
        guard delta >= Self.minimumDelta, delta < Self.limitDelta else { throw .delta(delta) }
        self.delta = delta
        self.mostGroups = mostGroups
        self.fewestContributors = fewestContributors
    }

    /// 1 − (1 − δ)^(1/t), rounded down: how likely each of `groups` groups of one contributor alone
    /// may appear so that any of them appears with probability at most δ.
    func share(of groups: Int) -> Double { Self.share(of: delta.below, groups: groups) }

    /// The same for a δ in doubles that is itself not above the wanted one.
    static func share(of delta: Double, groups: Int) -> Double {
        let share = -expm1(log1p(-delta) / Double(max(1, groups)))
        return groups == 1 ? delta : max(0, share * (1 - 0x1p-49))
    }
}
