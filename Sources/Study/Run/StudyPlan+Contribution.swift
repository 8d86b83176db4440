// SPDX-License-Identifier: Apache-2.0
package import Vault

/// A contributor's own part, for a sum that is taken where nobody sees the parts.
///
/// ```
/// her device:  rows ──> local step ──> clip ──> mask ──┐
/// everybody's:                                         ├──> sum, and nothing else
/// ```
///
/// Parts are whole numbers and adding them is exact, so the sum is the one that ``run(over:threads:progress:)``
/// comes to over the same people, to the last bit.
extension StudyPlan {
    /// The L2 norm that no ``contribution(of:)`` exceeds, in lattice units: what such a sum is planned for. Below
    /// 2^34, as sums over ``StudyLimits/people`` have to fit.
    ///
    /// - Returns: nil for a study that is not one sum: with more blocks than one, a radius that is chosen by a look
    ///   at the data, or groups that are found in it.
    package var contributionBound: UInt64? {
        guard case .listed = step.groups, step.blocks.count == 1,
            case .fixed(let radius) = step.blocks[0].bound
        else { return nil }
        return radius
    }

    /// One contributor's numbers, clipped, group by group: what ``partial(of:)`` is of her alone, in the open.
    ///
    /// They are as private as her rows, and leave her device masked or not at all.
    ///
    /// - Requires: `tables` in the order of the step's `reads`.
    /// - Returns: nil where there is no ``contributionBound``.
    package func contribution(of tables: [Rows]) -> [Int64]? {
        guard contributionBound != nil else { return nil }
        return partial(of: tables).blocks[0].sums(at: 0)
    }
}
