// SPDX-License-Identifier: Apache-2.0
import Privacy
@testable import Study
import Vault

@testable import Learn

/// One round of a training in either of two worlds, and what it tells of which one it is.
struct AuditedRound {
    let plan: StudyPlan<TrainingStep>
    /// The rows of the others.
    let cohort: [Rows]
    /// The rows of the one who is there or not.
    let hers: Rows

    /// Runs the round as it is: the noise, the local step of everybody, the clip, the sum, the release.
    func release(
        _ isThere: Bool, from source: inout ByteSource, to evidence: inout Evidence
    ) async throws -> NoisedAnswer {
        let noise = plan.noise(from: &source)
        let partial = try await plan.run(
            over: People(people: isThere ? cohort + [hers] : cohort), threads: 1)
        let sums = partial.blocks[0].sums(at: 0)
        let moved = plan.partial(of: [hers]).blocks[0].sums(at: 0)
        let without = isThere ? zip(sums, moved).map { $0 - $1 } : sums
        let answer = try plan.release(partial, adding: noise)
        let block = answer.blocks[0]
        evidence.take(block.values, without: without, moved: moved, sigma: block.sigma)
        return answer
    }

    /// Runs a weakened copy of the round.
    func release(
        _ isThere: Bool, with flaw: Flaw, from source: inout ByteSource,
        to evidence: inout Evidence
    ) async throws -> NoisedAnswer {
        let noisy = try flaw.noise(of: plan)
        let noise = noisy.noise(from: &source).fixedNumbers ?? []
        let clipped = try flaw.clip(of: plan)
        let there = flaw == .recordClip ? cohort + [hers, hers] : cohort + [hers]
        let without = try await sums(of: clipped, cohort, flaw)
        let with = try await sums(of: clipped, there, flaw)
        let values = zip(isThere ? with : without, noise).map { $0 + $1 }
        let sigma = noisy.noises[0].rungs[0].noise.sigma
        evidence.take(
            values, without: without, moved: zip(with, without).map { $0 - $1 }, sigma: sigma)
        return .expected([.expected(values, sigma: sigma)])
    }

    private func sums(
        of plan: StudyPlan<TrainingStep>, _ people: [Rows], _ flaw: Flaw
    ) async throws -> [Int64] {
        let partial = try await plan.run(over: People(people: people), threads: 1)
        let sums = partial.blocks[0].sums(at: 0)
        guard flaw == .realisedCount else { return sums }
        return sums.map { Flaw.divided($0, by: people.count, of: cohort.count + 1) }
    }
}

extension Flaw {
    /// A sum brought to as many people as were announced: three times as many as there are with her.
    static func divided(_ sum: Int64, by realised: Int, of most: Int) -> Int64 {
        sum * Int64(3 * most) / Int64(realised)
    }

    /// The plan that noise is drawn by.
    fileprivate func noise(
        of plan: StudyPlan<TrainingStep>
    ) throws -> StudyPlan<TrainingStep> {
        guard self == .halfNoise else { return plan }
        return try StudyPlan(step: plan.step, spending: plan.cost.times(4))
    }

    /// The plan that contributions are worked out and clipped by.
    fileprivate func clip(of plan: StudyPlan<TrainingStep>) throws -> StudyPlan<TrainingStep> {
        guard self == .looseClip else { return plan }
        let step = plan.step
        let loose = TrainingStep(
            rows: step.rows, goal: step.goal, sums: step.sums,
            holdsOut: step.holdsOut, mostRows: 3 * step.mostRows, radius: 3 * step.radius,
            unit: step.unit)
        return try StudyPlan(step: loose, spending: plan.cost)
    }
}

extension StudyPlan<TrainingStep> {
    /// The same round; of a stream with everybody in the first part, who is in most of its sums. In an audit all have the mark 0.
    var inFirstPart: StudyPlan<TrainingStep> {
        get throws {
            guard case .stream(let sums) = step.sums else { return self }
            let drawn = (0..<10_000).lazy
                .map { StreamParts(among: sums.parts.count, drawnBy: [Double($0)]) }
                .first { $0.part(of: 0) == 1 }
            let first = StreamSums(
                coding: sums.coding, standard: sums.standard, parts: drawn ?? sums.parts,
                first: sums.first, weights: sums.weights)
            return try StudyPlan(
                step: TrainingStep(
                    rows: step.rows, goal: step.goal, sums: .stream(first),
                    holdsOut: step.holdsOut, mostRows: step.mostRows, radius: step.radius,
                    unit: step.unit), spending: cost)
        }
    }
}
