// SPDX-License-Identifier: Apache-2.0
import Privacy
@testable import Study
import TestSupport
import Vault

@testable import Learn

/// A training of rounds with somebody in it, or without her: in each round she has, of some rows, those that move it most.
struct WorstRounds {
    let compiled: CompiledModel
    let others: [Rows]
    let worst: [Rows]

    /// How much likelier what all rounds let out is with her.
    func evidence(_ isThere: Bool, seed: UInt64, flaw: Flaw?) async throws -> Double {
        var random = Seeded(seed)
        var source = ByteSource(seededBy: &random)
        var evidence = Evidence()
        var training = Training(compiled)
        while let plan = try training.plan {
            var scratch = plan.step.makeScratch()
            let norms = worst.map { rows in
                Fixture.numbers(plan.step, rows, &scratch).reduce(0) {
                    $0 + Double($1) * Double($1)
                }
            }
            let most = norms.indices.max { norms[$0] < norms[$1] } ?? 0
            let round = AuditedRound(plan: plan, cohort: others, hers: worst[most])
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

    /// Many such trainings, and what she is charged for.
    func audit(
        _ flaw: Flaw?, runs: Int, seed: UInt64
    ) async throws -> (audit: GaussianAudit, charged: Double) {
        let audit = try await GaussianAudit.run(Slow.count(runs, 20_000), seed: seed) {
            try await evidence($0, seed: $1, flaw: flaw)
        }
        return (audit, compiled.cost.mu)
    }
}
