// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Every attack and bug on others that the reference lists (private-sql.md, 1.3), tried here.
///
/// | class | tried by |
/// |---|---|
/// | inferring from errors | LeakTests, check 9; TotalityTests, check 8 |
/// | bounds that a later step no longer keeps | KernelTests `…public bounds hold`; `a name of the schema has no bounds…` below |
/// | stability of whole-data steps | SensitivityTests, checks 5, 6 and 7 |
/// | a mechanism charged by the wrong theorem | BlackBoxTests, check 4; `every release is charged…` below |
/// | no bounds, so no noise | `what has no bound is refused…` below |
/// | an exact sampler with wrong big numbers | PrivacyTests: SamplerLawTests, SamplerFaultTests, KnownAnswerTests |
/// | one number or bit without noise | StudyPlanTests `every number gets noise of its own`; `no number of any block…` below |
/// | floats, and the precision attack | LeakTests, check 10; HouseTests `no floating point…` |
/// | overflow, order of sums | AcceptanceTests, check 11; SensitivityTests, check 7 |
/// | timing | BlindnessTests; PaceTests, check 19; `noise is there before anything is read` below |
/// | selection of groups | LeakTests, check 12; BlackBoxTests, check 4 |
/// | sampling of groups | AcceptanceTests, check 13 |
/// | bounds taken from the data | `a radius that is chosen is paid for` below; BlackBoxTests, check 4 |
/// | wrong answers | DifferentialTests, GoldenTests; `people are counted, not their values` below |
/// | races and crashes around budgets | ExchangeTests: AcceptanceTests, checks 14, 15 and 18; DurabilityTests |
/// | mathematics of an odometer | PrivacyTests: VectorTests, ConversionTests, IndividualFilterTests |
@Suite struct AttackTests {
    private static func refusal(_ sql: String) -> String {
        let error = #expect(throws: QueryError.self, "\(sql)") {
            _ = try CompiledQuery(sql, pool: TwinPool.pool)
        }
        return error?.problem ?? ""
    }

    @Test func `a name of the schema has no bounds of the schema once it means something else`()
        throws
    {
        // steps is 0…1024 in the table; what the subquery calls so is not.
        for aggregate in ["SUM", "AVG", "VAR", "MEDIAN"] {
            let problem = Self.refusal(
                "SELECT \(aggregate)(steps) FROM (SELECT contributor, SUM(steps * 1000) AS steps "
                    + "FROM demo.days GROUP BY contributor)")
            #expect(problem == "nothing public bounds this value")
        }
        #expect(
            Self.refusal("SELECT SUM(steps / (steps - 3)) FROM demo.days")
                == "nothing public bounds this value")
    }

    @Test func `what has no bound is refused and never released without noise`() {
        for item in [
            "SUM(score)", "AVG(score)", "VAR(score)", "MEDIAN(score)", "SUM(steps / level)",
        ] {
            #expect(
                Self.refusal("SELECT \(item) FROM demo.days") == "nothing public bounds this value")
        }
        for item in ["SUM(1 - 1)", "SUM(CLIP(score, 3, 3))"] {
            // Either a sum that is zero and noised all the same, or an error; never a bare number.
            guard
                let query = try? CompiledQuery("SELECT \(item) FROM demo.days", pool: TwinPool.pool)
            else { continue }
            #expect(query.plan.radius > 0 && query.plan.mechanism.noise.sigma > 0)
        }
    }

    @Test func `every release is charged what its noise is worth, never less`() throws {
        var writer = TwinWriter(random: Seeded(14))
        for _ in 0..<Slow.count(200, 5000) {
            let sql = writer.question().text.ours
            guard let query = try? CompiledQuery(sql, pool: TwinPool.pool) else { continue }
            var units: UInt64 = 0
            for (block, noise) in zip(query.plan.step.blocks, query.plan.noises) {
                for (rung, mechanism) in noise.rungs.enumerated() {
                    var radius = block.bound.largest
                    if case .ladder(let ladder) = block.bound { radius = ladder.radius(of: rung) }
                    // ρ = R²/2σ² in units of 2⁻⁴⁰, rounded up.
                    let square = UInt128(radius) * UInt128(radius)
                    let sigma = UInt128(mechanism.noise.sigma) * UInt128(mechanism.noise.sigma)
                    let product = square.multipliedFullWidth(by: 1 << 39)
                    let (quotient, rest) = sigma.dividingFullWidth(product)
                    #expect(mechanism.charge.units == UInt64(quotient) + (rest > 0 ? 1 : 0))
                    #expect(noise.charge.units >= mechanism.charge.units)
                }
                units += noise.charge.units
            }
            units += query.plan.selection?.charge.units ?? 0
            #expect(query.plan.cost.units == units)
            #expect(units <= query.target.rho.units, "\(sql)")
        }
    }

    @Test func `no number of any block is let out without its noise`() throws {
        let query = try CompiledQuery(
            "SELECT COUNT(*), AVG(steps), COUNT(DISTINCT contributor), MEDIAN(money) FROM demo.days "
                + "GROUP BY kind", pool: TwinPool.pool)
        let partial = query.plan.nobody
        var source = ByteSource.seeded(15)
        let first = try query.plan.release(partial, adding: query.plan.noise(from: &source))
        let second = try query.plan.release(partial, adding: query.plan.noise(from: &source))
        for (one, two) in zip(first.values, second.values) { #expect(one != 0 && one != two) }
    }

    @Test func `a radius that is chosen is paid for`() throws {
        let stated = try CompiledQuery(
            "SELECT COUNT(*) FROM demo.days WITH PRIVACY (rows => 64)", pool: TwinPool.pool)
        let chosen = try CompiledQuery(
            "SELECT COUNT(*) FROM demo.days WITH PRIVACY (rows => auto)", pool: TwinPool.pool)
        let choice = try #require(chosen.plan.noises[0].choice)
        #expect(choice.charge.units > 0)
        #expect(chosen.plan.noises[0].charge.units >= choice.charge.units * 15)
        let (a, b) = (stated.plan.mechanism, chosen.plan.mechanism)
        let ratio = { (one: GaussianMechanism) in Double(one.noise.sigma) / Double(one.sensitivity)
        }
        #expect(ratio(b) > ratio(a), "what the choice takes is not there for the noise")
    }

    @Test func `noise is there before anything is read`() throws {
        let query = try CompiledQuery(
            "SELECT kind, COUNT(*) FROM demo.days GROUP BY kind WITH PRIVACY (rows => auto)",
            pool: TwinPool.pool)
        var source = ByteSource.seeded(16)
        let noise = query.plan.noise(from: &source)
        let rungs = query.plan.noises[0].rungs.count
        // For whatever rung will be chosen, and for the choice.
        #expect(noise.drawn[0].rungs.map(\.count) == [Int](repeating: 4, count: rungs))
        #expect(noise.drawn[0].choice.count == 2 * (rungs + 1))
    }

    @Test func `people are counted, not their values`() throws {
        let rows = Rows(
            schema: TwinPool.days,
            columns: TwinPool.days.columns.map { column in
                .init(
                    values: (0..<10).map { $0 % 3 },
                    dictionary: column.kind == .text ? ["a", "b", "c"] : [])
            }, count: 10)
        let sql = "SELECT COUNT(DISTINCT contributor), COUNT(*) FROM demo.days"
        let query = try CompiledQuery(sql, pool: TwinPool.pool)
        #expect(query.exact(ofAll: Array(repeating: [rows], count: 100)) == [["100", "1000"]])
        #expect(
            Self.refusal("SELECT COUNT(DISTINCT kind) FROM demo.days")
                == "only contributors can be counted apart")
    }
}
