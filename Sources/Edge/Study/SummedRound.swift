// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Privacy
package import Study
internal import Vault

/// One sum of a study: what each contributor gives to it, how far she moves it, and what it may cost her.
///
/// The same on the node and on every device: it follows from the question, the published schema and what earlier sums
/// let out.
package struct SummedRound: Sendable {
    /// Which of the study's sums it is, from 0.
    package let number: Int
    /// The digest of the plan that the numbers are of.
    package let plan: Digest
    /// How many numbers each contributor gives.
    package let length: Int
    /// The L2 norm that nobody's numbers exceed, in lattice units: ``part`` clips the whole vector to it.
    package let bound: UInt64
    /// The most that letting the sum out may cost everybody who is in it.
    package let spending: Rho
    /// What is read of a contributor's tables.
    package let reads: [TableColumns]
    /// One contributor's numbers, of her tables in the order of ``reads``, and of what tells her from others.
    let part: @Sendable (_ tables: [Rows], _ mark: UInt64) -> [Int64]

    /// Takes a block of a plan; nil where the plan is no row of sums.
    init?(
        _ number: Int, block: Int, of plan: StudyPlan<some LocalStep>
    ) {
        guard let bounds = plan.summedBounds, case .listed(let groups) = plan.step.groups else {
            return nil
        }
        self.number = number
        self.plan = plan.digest
        length = plan.step.blocks[block].width * groups
        bound = bounds[block]
        spending = plan.noises[block].charge
        reads = plan.step.reads
        part = { tables, mark in plan.summedParts(of: tables, mark: mark)?[block] ?? [] }
    }
}
