// SPDX-License-Identifier: Apache-2.0
import Query
import Privacy
@testable import Study
import TestSupport
import Vault

@testable import Learn

/// What could be wrong with a mechanism: planted here, in a copy of what a round lets out, and nowhere else.
enum Flaw: CaseIterable, Sendable {
    /// The noise of four times the privacy: half as wide.
    case halfNoise
    /// Three times as many rows count, and what they add up to is clipped at three times the radius.
    case looseClip
    /// Each of her two records is clipped as if it were somebody's all.
    case recordClip
    /// Sums are brought to so many people as were announced by dividing by how many there really are.
    case realisedCount
}

/// A training in two worlds: a tiny cohort, and the same with one contributor more, whose rows are the worst.
///
/// In each round she gives the rows that move it most, knowing what was let out: composition of Gaussian privacy
/// holds against that too, and no fixed rows come up to all that is charged for. The attacker knows all rows, and
/// hers, and not whether she is there.
struct TwoWorlds: Sendable {
    let compiled: CompiledModel
    /// The others.
    let cohort: [Rows]
    /// What is wrong; nil for the training as it runs.
    let flaw: Flaw?
    /// What she may give: far more rows than count, all alike, either label and the edges of every number; of each
    /// kind some that are trained on, and some that are held out.
    private let worst: [Rows]

    init(_ compiled: CompiledModel, cohort: [Rows], flaw: Flaw? = nil) {
        self.compiled = compiled
        self.cohort = cohort
        self.flaw = flaw
        let step = compiled.step(.moments(FeatureCoding(compiled.question.features)), radius: 1)
        var scratch = step.makeScratch()
        var worst: [Rows] = []
        for (age, label) in [(0, 0), (0, 1), (100, 0), (100, 1)] as [(Int64, Int64)] {
            // Which rows are held out hangs on all that they hold: rows that differ in a cent will do.
            let rows = (0..<100).map { cents in
                People.one(
                    [age, 1_000_000 - cents, 0, 1, 0, label, label * 10_000], times: 6)
            }
            // Of those held out no moments are taken.
            let isHeld = rows.map { Fixture.numbers(step, $0, &scratch)[0] == 0 }
            worst += [false, true].compactMap { isHeld.firstIndex(of: $0) }.map { rows[$0] }
        }
        self.worst = worst
    }

    /// What all rounds charge, as μ.
    var charged: Double { compiled.cost.mu }

    /// Runs one training, and tells how much likelier what it let out is with her than without.
    func evidence(isThere: Bool, seed: UInt64) async throws -> Double {
        var random = Seeded(seed)
        var source = ByteSource(seededBy: &random)
        var evidence = Evidence()
        var training = Training(compiled)
        while let plan = try training.plan?.inFirstPart {
            let round = AuditedRound(plan: plan, cohort: cohort, hers: worst(for: plan))
            let answer =
                if let flaw {
                    try await round.release(isThere, with: flaw, from: &source, to: &evidence)
                } else {
                    try await round.release(isThere, from: &source, to: &evidence)
                }
            training.take(answer)
        }
        return evidence.value
    }

    /// What moves a round most.
    private func worst(for plan: StudyPlan<TrainingStep>) -> Rows {
        var scratch = plan.step.makeScratch()
        let norms = worst.map { rows in
            Fixture.numbers(plan.step, rows, &scratch).reduce(0) { $0 + Double($1) * Double($1) }
        }
        let best = norms.indices.max { norms[$0] < norms[$1] } ?? 0
        return worst[best]
    }
}

extension Rho {
    /// μ of Gaussian noise that costs this much: ρ is μ²/2.
    var mu: Double {
        (2 * Double(units) / Double(UInt64(1) << UInt64(Rho.fractionBits))).squareRoot()
    }
}
