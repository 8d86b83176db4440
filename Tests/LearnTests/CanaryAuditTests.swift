// SPDX-License-Identifier: Apache-2.0
import Privacy
import TestSupport
import Testing

@testable import Learn

/// Check 11: whether somebody took part cannot be told from what a training lets out any better than what she is
/// charged for lets, while any of four flaws, planted, shows. Some hundred runs by default, which see what is gross,
/// and 20,000 with DIVIDEND_SLOW=1.
@Suite struct CanaryAuditTests {
    /// A training to audit.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let words: String
        let epsilon: String
        /// How many people it is planned for; what is planned for many may meet few.
        let planned: Int
        /// How many there are without her.
        let others: Int
        let runs: Int
        let flawedRuns: Int

        var testDescription: String { "\(name), epsilon \(epsilon), \(others) others" }

        func worlds(_ flaw: Flaw? = nil) throws -> TwoWorlds {
            let compiled = try Fixture.compiled(
                words, epsilon: epsilon, people: planned, rows: 2)
            return TwoWorlds(compiled, cohort: People.made(others, seed: 3).people, flaw: flaw)
        }
    }

    private static let buys = "PREDICT buys USING (features => (age, income))"
    private static let spends = "PREDICT spends USING (features => (age, income))"
    private static let kinds =
        "USING (model => clusters, clusters => 2, features => (age, income))"

    private static let linear = Case(
        name: "linear", words: spends, epsilon: Slow.isOn ? "1.0" : "8.0", planned: 3, others: 2,
        runs: Slow.count(100, 20_000), flawedRuns: Slow.count(100, 20_000))
    private static let linearOfTwo = Case(
        name: "linear", words: spends, epsilon: "8.0", planned: 2, others: 1,
        runs: Slow.count(60, 20_000), flawedRuns: Slow.count(100, 2000))
    private static let plain = Case(
        name: "plain logistic", words: buys, epsilon: "4.0", planned: 3, others: 2,
        runs: Slow.count(30, 20_000), flawedRuns: 2000)
    private static let curved = Case(
        name: "curved logistic", words: buys, epsilon: Slow.isOn ? "4.0" : "8.0", planned: 4000,
        others: 2, runs: Slow.count(30, 20_000), flawedRuns: 2000)
    private static let clusters = Case(
        name: "clusters", words: kinds, epsilon: Slow.isOn ? "1.0" : "8.0", planned: 3, others: 2,
        runs: Slow.count(100, 20_000), flawedRuns: Slow.count(100, 20_000))

    private static let network = Case(
        name: "network",
        words: "PREDICT buys USING (model => network, hidden => 2, features => (age, income))",
        epsilon: "4.0", planned: 3, others: 2, runs: Slow.count(30, 20_000), flawedRuns: 2000)

    /// Everybody is in the first part, who pays for all that she is charged for.
    private static let stream = Case(
        name: "stream",
        words: "PREDICT buys USING (model => stream, features => (age, income))",
        epsilon: Slow.isOn ? "4.0" : "8.0", planned: 3, others: 2,
        runs: Slow.count(60, 20_000), flawedRuns: Slow.count(400, 20_000))

    private static let all = [linear, linearOfTwo, plain, curved, clusters, network, stream]
    /// Rounds of plain and curved steps are many: their flaws take a long test.
    private static let flawed = Slow.isOn ? all : [linear, clusters, stream]

    private static func audit(_ worlds: TwoWorlds, _ runs: Int) async throws -> GaussianAudit {
        try await GaussianAudit.run(runs, seed: 1) {
            try await worlds.evidence(isThere: $0, seed: $1)
        }
    }

    @Test(arguments: all)
    func `nobody is found in a training better than her charge lets`(audited: Case) async throws {
        let worlds = try audited.worlds()
        let audit = try await Self.audit(worlds, audited.runs)
        #expect(audit.leastMu <= worlds.charged, "\(audit.leastMu) of \(worlds.charged)")
        // The attack is not idle: it comes near to what is charged for, as far as so few runs can tell.
        #expect(audit.hits > audit.alarms)
        #expect(!Slow.isOn || audit.leastMu > 0.6 * worlds.charged, "\(audit.leastMu)")
        if Slow.isOn { print("audit:", audited.testDescription, worlds.charged, audit.leastMu) }
    }

    @Test(arguments: flawed, Flaw.allCases)
    func `a flaw in a training shows`(audited: Case, flaw: Flaw) async throws {
        let worlds = try audited.worlds(flaw)
        let audit = try await Self.audit(worlds, audited.flawedRuns)
        #expect(audit.leastMu > worlds.charged, "\(audit.leastMu) of \(worlds.charged)")
        if Slow.isOn {
            print("audit:", audited.testDescription, flaw, worlds.charged, audit.leastMu)
        }
    }

    /// In the first part she is in three of seven sums: were each let out as if it were the only one, it would show.
    @Test func `a stream that charged for one sum of those that somebody is in would show`()
        async throws
    {
        let compiled = try Self.stream.worlds().compiled
        let plan = try #require(compiled.schedule.stream)
        let most = UInt64(plan.tree.mostReleases)
        let each = compiled.schedule.rounds[1].spending
        let wrong = compiled.spending { $0 == each ? Rho(units: most * $0.units) : $0 }
        #expect(most == 3 && wrong.cost == compiled.cost)
        let worlds = TwoWorlds(wrong, cohort: People.made(2, seed: 3).people)
        let audit = try await Self.audit(worlds, Slow.count(1000, 20_000))
        #expect(audit.leastMu > worlds.charged, "\(audit.leastMu) of \(worlds.charged)")
    }

    @Test func `plans differ in how the loss goes down`() throws {
        #expect(try Self.plain.worlds().compiled.schedule.plain != nil)
        #expect(try Self.curved.worlds().compiled.schedule.descent == .curved)
        #expect(try Self.plain.worlds().compiled.isMeasured)
    }

    /// ρ of all releases of a model of trees: μ is 2, and in the long form 1/2.
    private static let treesRho = Rho(units: Slow.isOn ? 1 << 37 : 1 << 41)

    private static func audit(_ worlds: TreesWorlds) async throws -> GaussianAudit {
        try await GaussianAudit.run(Slow.count(300, 20_000), seed: 2) {
            try worlds.evidence(isThere: $0, seed: $1)
        }
    }

    @Test func `nobody is found in what trees are learnt from better than her charge lets`()
        async throws
    {
        let worlds = try TreesWorlds(spending: Self.treesRho)
        let audit = try await Self.audit(worlds)
        #expect(audit.leastMu <= worlds.charged, "\(audit.leastMu) of \(worlds.charged)")
        #expect(audit.hits > audit.alarms)
        #expect(!Slow.isOn || audit.leastMu > 0.6 * worlds.charged, "\(audit.leastMu)")
        if Slow.isOn { print("audit: trees", worlds.charged, audit.leastMu) }
    }

    @Test(arguments: Flaw.allCases)
    func `a flaw in what trees are learnt from shows`(flaw: Flaw) async throws {
        let worlds = try TreesWorlds(spending: Self.treesRho, flaw: flaw)
        let audit = try await Self.audit(worlds)
        #expect(audit.leastMu > worlds.charged, "\(audit.leastMu) of \(worlds.charged)")
        if Slow.isOn { print("audit: trees", flaw, worlds.charged, audit.leastMu) }
    }

    /// By scipy.stats.beta.ppf(0.0005, k, n − k + 1).
    @Test(arguments: [
        (20, 20, 0.6838305520458344), (1, 20, 2.5005939430399356e-05),
        (150, 300, 0.4043138758355275), (659, 1000, 0.6081008060163853),
        (13_480, 20_000, 0.6630040168225733),
    ])
    func `rates are bounded as Clopper and Pearson do`(k: Int, n: Int, bound: Double) {
        #expect(abs(GaussianAudit.least(k, of: n) / bound - 1) < 1e-9)
    }

    @Test func `what cannot be told is bounded by nothing`() {
        #expect(GaussianAudit(runs: 300, hits: 0, alarms: 0).leastMu == -.infinity)
        #expect(GaussianAudit(runs: 300, hits: 300, alarms: 300).leastMu == -.infinity)
        #expect(GaussianAudit(runs: 300, hits: 150, alarms: 150).leastMu < 0)
        #expect(abs(GaussianAudit.quantile(0.975) - 1.959963984540054) < 1e-9)
    }
}
