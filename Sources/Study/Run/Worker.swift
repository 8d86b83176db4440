// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Privacy
internal import Vault

/// Reduces contributors one after another, with room to work in that is made once.
struct Worker<Step: LocalStep> {
    private let step: Step
    private let groups: StudyGroups
    /// What draws the groups that count, where groups are found.
    private let study: Digest?
    private let selection: WeightedGaussianSelection?
    private let clips: [BlockClip]
    private var scratch: Step.Scratch
    private var contribution: Contribution
    private(set) var partial: Partial

    init(plan: StudyPlan<Step>) {
        step = plan.step
        groups = step.groups
        if case .found = groups { study = plan.digest } else { study = nil }
        selection = plan.selection
        let blocks = step.blocks
        clips = blocks.map { BlockClip($0.bound) }
        scratch = step.makeScratch()
        contribution = Contribution(groups: groups, blocks: blocks)
        partial = Partial(groups: groups, blocks: blocks)
    }

    mutating func add(_ tables: [Rows], of mark: UInt64) {
        contribution.clear(groups)
        contribution.mark = mark
        step.contribute(tables, to: &contribution, using: &scratch)
        if case .found(let found) = groups, let study, contribution.groups > found.most {
            // A step that bounds its groups by itself never comes here.
            contribution.keep(found.kept(of: contribution.keys, in: study))
        }
        let vote = selection?.vote(groups: contribution.groups) ?? 0
        partial.add(&contribution, voting: vote, clipping: clips)
    }
}

extension StudyPlan {
    /// Names the study, for what is drawn from it and not from the data.
    package var digest: Digest {
        guard let bytes = try? canonical.signable() else {
            preconditionFailure("a plan is texts and small whole numbers")
        }
        return Digest(of: bytes)
    }
}
