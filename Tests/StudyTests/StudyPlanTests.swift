// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Testing
import TestSupport

@testable import Study

@Suite struct StudyPlanTests {
    @Test func `sums that could leave Int64 are refused when planning`() throws {
        let most = (UInt64(1) << 62) / StudyLimits.people
        #expect(throws: StudyError.overflow) { _ = try plan(radius: most) }
        #expect(throws: StudyError.overflow) { _ = try plan(radius: .max) }
        #expect(throws: StudyError.overflow) { _ = try plan(radius: 0) }
        #expect(try plan(radius: most - 1, rho: .max).step.blocks[0].bound == .fixed(most - 1))
    }

    @Test func `a study gives at least one number and no more than its limit`() {
        #expect(throws: StudyError.width(0)) { _ = try plan(width: 0) }
        #expect(throws: StudyError.width(1 << 21)) { _ = try plan(width: 1 << 21) }
    }

    @Test func `noise that cannot be drawn is refused when planning`() {
        #expect(throws: StudyError.noise(.nothingToSpend)) { _ = try plan(rho: 0) }
        #expect(throws: StudyError.noise(.latticeTooFine)) {
            _ = try plan(radius: 1 << 33, rho: 1)
        }
    }

    @Test func `what a plan costs never exceeds what it was given`() throws {
        var random = Seeded(1)
        for _ in 0..<500 {
            let rho = UInt64.random(in: 1 << 20...1 << 44, using: &random)
            let radius = UInt64.random(in: 1...1 << 20, using: &random)
            guard let plan = try? plan(radius: radius, rho: rho) else { continue }
            #expect(plan.cost.units <= rho && plan.cost > .zero)
        }
    }

    @Test func `whatever decides a partial or the noise is in the plan's bytes`() throws {
        let plans = [
            try plan(), try plan(width: 4), try plan(radius: 101), try plan(rho: 1 << 35),
            try plan(name: "other"),
        ]
        let bytes = try plans.map { try $0.canonical.signable() }
        #expect(Set(bytes).count == plans.count)
        #expect(try plan().canonical.signable() == bytes[0])
    }

    @Test func `the same partial is released with fresh noise each time`() throws {
        let plan = try plan(width: 3, radius: 1000)
        var source = Seeded(7).bytes
        let partial = plan.partial(of: [EchoStep.rows([10, 20, 30])])
        let first = try plan.release(partial, adding: plan.noise(from: &source))
        let second = try plan.release(partial, adding: plan.noise(from: &source))
        #expect(zip(first.values, second.values).allSatisfy { $0 != $1 })
        #expect(first.blocks[0].sigma == plan.noises[0].rungs[0].noise.sigma)
    }

    @Test func `every number gets noise of its own`() throws {
        let plan = try plan(width: 200, radius: 1 << 20)
        var source = Seeded(8).bytes
        let released = try plan.release(
            plan.partial(of: [EchoStep.rows([])]), adding: plan.noise(from: &source))
        #expect(Set(released.values).count == 200)
        #expect(!released.values.contains(0))
    }

    @Test func `noise drawn for another plan is not taken`() async {
        await #expect(processExitsWith: .failure) {
            let (loud, quiet) = (
                StudyPlan<EchoStep>.of(width: 1, radius: 1000),
                StudyPlan<EchoStep>.of(width: 1, radius: 1)
            )
            var source = ByteSource()
            let noise = quiet.noise(from: &source)
            _ = try loud.release(loud.partial(of: [EchoStep.rows([1])]), adding: noise)
        }
    }

    @Test func `noise for fewer numbers is an error before anything is let out`() throws {
        let (wide, narrow) = (try plan(width: 3), try plan(width: 2))
        var source = Seeded(9).bytes
        let partial = wide.partial(of: [EchoStep.rows([1])])
        #expect(throws: NoiseError.poolEmpty) {
            _ = try wide.release(partial, adding: narrow.noise(from: &source))
        }
    }

    @Test(arguments: [
        (0, CohortBand.under20), (19, .under20), (20, .from20), (99, .from20), (100, .from100),
        (1999, .from500), (2000, .from2000), (100_000, .from100000), (Int.max, .from100000),
        (-1, .under20),
    ])
    func `a cohort is shown as a band`(count: Int, band: CohortBand) {
        #expect(CohortBand(count: count) == band)
    }

    private func plan(
        width: Int = 3, radius: UInt64 = 100, rho: UInt64 = 1 << 36, name: String = "echo"
    ) throws(StudyError) -> StudyPlan<EchoStep> {
        try StudyPlan(
            step: EchoStep(width: width, bound: .fixed(radius), name: name),
            spending: Rho(units: rho))
    }
}

extension Seeded {
    /// A source of noise that depends on the seed alone.
    var bytes: ByteSource {
        var generator = self
        return ByteSource(seededBy: &generator)
    }
}
