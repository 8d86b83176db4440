// SPDX-License-Identifier: Apache-2.0
import Privacy
@testable import Study
import TestSupport
import Testing
import Vault

@testable import Learn

/// Check 11 for forecasts: whether somebody took part cannot be told from what both rounds let out any better than what
/// she is charged for lets, and any of four flaws, planted, shows. Some runs by default, and 20,000 with DIVIDEND_SLOW=1.
@Suite struct ForecastAuditTests {
    /// Whose series moves a round most is looked for among these: one that rises every day, one that falls, one that goes up
    /// and down, ones that jump where they are measured.
    private static let worst: [Rows] = [
        Walkers.rows((0..<60).map { 1000 * $0 }), Walkers.rows((0..<60).map { 90_000 - 1000 * $0 }),
        Walkers.rows((0..<60).map { $0 % 2 == 0 ? 0 : 50_000 }),
        Walkers.rows((0..<60).map { $0 < 58 ? 5000 + $0 % 3 : 100_000 }),
        Walkers.rows((0..<60).map { $0 < 58 ? 5000 + $0 % 3 : 0 }),
    ]

    private static func audit(
        _ flaw: Flaw? = nil, runs: Int
    ) async throws -> (audit: GaussianAudit, charged: Double) {
        let compiled = try Walkers.forecast(
            ", season => 1, lags => 2", horizon: 2, epsilon: Slow.isOn ? "1.0" : "8.0", people: 3)
        return try await WorstRounds(
            compiled: compiled, others: Walkers.made(2, .init(memory: 0.5), seed: 3), worst: worst
        ).audit(flaw, runs: runs, seed: 5)
    }

    @Test func `nobody is found in a forecast better than her charge lets`() async throws {
        let (audit, charged) = try await Self.audit(runs: 100)
        #expect(audit.leastMu <= charged, "\(audit.leastMu) of \(charged)")
        #expect(audit.hits > audit.alarms)
        #expect(!Slow.isOn || audit.leastMu > 0.6 * charged, "\(audit.leastMu)")
        if Slow.isOn { print("audit: forecast", charged, audit.leastMu) }
    }

    @Test(arguments: Flaw.allCases)
    func `a flaw in a forecast shows`(flaw: Flaw) async throws {
        // Dividing by who is there stretches the sums of either world by nearly as much: it takes more runs to tell.
        let (audit, charged) = try await Self.audit(
            flaw, runs: flaw == .realisedCount ? 2000 : 200)
        #expect(audit.leastMu > charged, "\(audit.leastMu) of \(charged)")
        if Slow.isOn { print("audit: forecast", flaw, charged, audit.leastMu) }
    }
}
