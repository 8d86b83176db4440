// SPDX-License-Identifier: Apache-2.0
internal import Privacy
package import SecureSum
package import Vault

/// Studies whose sums are taken where nobody sees the parts.
///
/// ```
/// her device:  rows ──> local step ──> clip ──> noise ──> mask ──┐
/// everybody's:                                                  ├──> noised sum ──> answer
/// ```
///
/// Parts are whole numbers and adding them is exact: without noise the sum would be the one that
/// ``run(over:threads:progress:)`` comes to over the same people, to the last bit.
extension StudyPlan {
    /// For each block the L2 norm that nobody's ``summedParts(of:mark:)`` exceed, in lattice units: what its sum is planned
    /// for. Below 2^34, as sums over ``StudyLimits/people`` have to fit.
    ///
    /// - Returns: nil for a study that is no row of sums: with a radius that is chosen by a look at the data, or groups
    ///   that are found in it.
    package var summedBounds: [UInt64]? {
        guard case .listed = step.groups else { return nil }
        var bounds: [UInt64] = []
        for block in step.blocks {
            guard case .fixed(let radius) = block.bound else { return nil }
            bounds.append(radius)
        }
        return bounds
    }

    /// One contributor's numbers, block by block, clipped, group by group: what ``partial(of:)`` is of her alone, in the
    /// open.
    ///
    /// They are as private as her rows, and leave her device noised and masked or not at all. Each block is clipped as
    /// one vector, whatever her rows are, so that she moves its sum by at most its bound: ``L2Shrink`` scales a longer
    /// one down, rounding towards zero.
    ///
    /// - Parameter mark: what tells her from others with equal rows.
    /// - Requires: `tables` in the order of the step's `reads`.
    /// - Returns: nil where there are no ``summedBounds``.
    package func summedParts(of tables: [Rows], mark: UInt64) -> [[Int64]]? {
        guard summedBounds != nil else { return nil }
        return partial(of: tables, mark: mark).blocks.map { $0.sums(at: 0) }
    }

    /// The exit for sums that devices took among themselves: their noise is in them already, and none is added.
    ///
    /// - Parameter sums: one for each block.
    /// - Throws: ``StudyError/notSummed`` where there are no ``summedBounds``, and ``StudyError/summed(block:)`` for a
    ///   sum of another length, whose noise hides less than the block's radius, which costs more than the block, or
    ///   which so many cut parts cannot come to.
    package func release(_ sums: [NoisedSum]) throws(StudyError) -> NoisedAnswer {
        guard let bounds = summedBounds, case .listed(let groups) = step.groups else {
            throw .notSummed
        }
        guard sums.count == bounds.count else { throw .summed(block: sums.count) }
        for (block, sum) in sums.enumerated() {
            guard sum.values.count == step.blocks[block].width * groups,
                sum.noise.sensitivity >= bounds[block],
                sum.noise.charge <= noises[block].charge
            else { throw .summed(block: block) }
            // No honest parts come to more than this: one whose owner did not cut it may be anything.
            let most =
                UInt128(bounds[block]) * UInt128(sum.parts) + 12 * UInt128(max(sum.sigma, 0))
            guard sum.values.allSatisfy({ UInt128($0.magnitude) <= most }) else {
                throw .summed(block: block)
            }
        }
        return NoisedAnswer(
            keys: nil, blocks: sums.map { NoisedBlock(values: $0.values, sigma: $0.sigma) })
    }
}
