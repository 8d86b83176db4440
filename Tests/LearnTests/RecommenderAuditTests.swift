// SPDX-License-Identifier: Apache-2.0
import Privacy
@testable import Study
import TestSupport
import Testing
import Vault

@testable import Learn

/// Check 11 for recommenders: whether somebody took part cannot be told from what all rounds let out any better than
/// what she is charged for lets, and half the noise shows. Some runs by default, and 20,000 with DIVIDEND_SLOW=1.
@Suite struct RecommenderAuditTests {
    /// Whose ratings move each round most is looked for among these: one item, all items, either end of the scale.
    private static let worst: [Rows] = [
        Raters.one([(7, 500)]), Raters.one([(7, 0)]),
        Raters.one((0..<20).map { ($0, $0 % 2 == 0 ? 500 : 0) }),
        Raters.one([(film: Int64, rating: Int64)](repeating: (11, 500), count: 12)),
        Raters.one([(3, 500), (3, 0)]),
    ]

    private static func evidence(
        _ compiled: CompiledModel, _ isThere: Bool, seed: UInt64, flaw: Flaw?
    ) async throws -> Double {
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
            let round = AuditedRound(
                plan: plan, cohort: Raters.made(2, seed: 3), hers: worst[most])
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

    private static func audit(_ flaw: Flaw? = nil, runs: Int) async throws -> (
        GaussianAudit, Double
    ) {
        // Planned for many, so that there are factors, and met by few.
        let compiled = try Raters.compiled()
        let audit = try await GaussianAudit.run(Slow.count(runs, 20_000), seed: 4) {
            try await evidence(compiled, $0, seed: $1, flaw: flaw)
        }
        return (audit, compiled.cost.mu)
    }

    @Test func `nobody is found in a recommender better than her charge lets`() async throws {
        let (audit, charged) = try await Self.audit(runs: 30)
        #expect(audit.leastMu <= charged, "\(audit.leastMu) of \(charged)")
        #expect(audit.hits > audit.alarms)
        #expect(!Slow.isOn || audit.leastMu > 0.5 * charged, "\(audit.leastMu)")
    }

    @Test func `half the noise shows`() async throws {
        let (audit, charged) = try await Self.audit(.halfNoise, runs: 120)
        #expect(audit.leastMu > charged, "\(audit.leastMu) of \(charged)")
    }
}
