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

    private static func audit(
        _ flaw: Flaw? = nil, runs: Int
    ) async throws -> (audit: GaussianAudit, charged: Double) {
        // Planned for many, so that there are factors, and met by few.
        try await WorstRounds(
            compiled: Raters.compiled(), others: Raters.made(2, seed: 3), worst: worst
        ).audit(flaw, runs: runs, seed: 4)
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
