// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Privacy
import TestSupport
import Testing

@testable import Learn
@testable import SecureSum
@testable import Study

/// Check 15, its seam: whether rows lie in one place or with the people whom they are of, a training comes to the
/// same sums and the same model. 40 people by default, fewer where there are many rounds, and 1,000 with
/// DIVIDEND_SLOW=1.
@Suite struct FederatedTrainingTests {
    /// Who leaves a round, and when: one in eight, as many at each stage, and in turn where they are few.
    private static func leaving(_ count: Int, in round: Int, _ dice: inout Seeded) -> [Leaving] {
        var leaving = [Leaving](repeating: .never, count: count)
        let stages = Leaving.allCases.dropLast()
        for (number, place) in (0..<count).shuffled(using: &dice).prefix(count / 8).enumerated() {
            leaving[place] = stages[(round + number) % stages.count]
        }
        return leaving
    }

    /// A model: what it predicts, for how many people it is planned, and how many there are.
    private static let models = [
        ("spends", 300, Slow.count(40, 1000)), ("buys", 100, Slow.count(8, 1000)),
        ("buys", 50_000, Slow.count(8, 1000)),
    ]

    @Test(arguments: models)
    func `devices that mask their parts come to the model that one place comes to`(
        target: String, planned: Int, count: Int
    ) async throws {
        let compiled = try Fixture.compiled(
            "PREDICT \(target) USING (features => (age, region))", people: planned, rows: 3)
        #expect(compiled.schedule.descent == (planned > 100 ? .curved : .plain))
        let people = People.made(count, rows: 3, seed: 5)
        let keys = FederatedSum.keys(count, seed: 6)
        // Few devices mask with everybody, many with as many neighbours as it takes.
        let degree =
            count < 100 ? nil : SumDegree(parties: count, corrupt: 10, dropOuts: count / 8)
        #expect((degree == nil) == (count < 100))
        var (central, federated) = (Training(compiled), Training(compiled))
        var dice = Seeded(7)
        while let plan = try central.plan, let same = try federated.plan {
            #expect(plan.digest == same.digest)
            let leaving = Self.leaving(count, in: central.done, &dice)
            let staying = people.people.indices.filter { leaving[$0].sends(.masked) }

            let partial = try await plan.run(
                over: People(people: staying.map { people.people[$0] }))
            let sums = partial.blocks[0].sums(at: 0)

            let bound = try #require(same.contributionBound)
            let round = try FederatedSum(
                keys, number: federated.done, length: same.step.width, bound: bound,
                degree: degree)
            let result = try round.take(leaving: leaving, seed: dice.next()) { device in
                try #require(same.contribution(of: [people.people[device]]))
            }

            #expect(result.sums == sums, "round \(federated.done)")
            #expect(result.parts == staying.count)
            #expect(result.parts == count - leaving.count { !$0.sends(.masked) })
            central.take(.expected([.expected(sums, sigma: 0)]))
            federated.take(.expected([.expected(result.sums, sigma: 0)]))
        }
        let (one, other) = (try #require(central.model), try #require(federated.model))
        #expect(try one.json.signable() == other.json.signable())
        #expect(one.terms.contains { $0.weight != 0 })
    }

    @Test func `a part is what one place adds for the person, and fits the bound untouched`() throws
    {
        let compiled = try Fixture.compiled("PREDICT buys", people: 300, rows: 3)
        // Far more rows than count, all of them wrong in the same way: what they give is clipped.
        let extreme = People.one([100, 1_000_000, 0, 1, 0, 0, 0], times: 50)
        var training = Training(compiled)
        var clips = 0
        while let plan = try training.plan {
            var scratch = plan.step.makeScratch()
            let bound = try #require(plan.contributionBound)
            let part = try #require(plan.contribution(of: [extreme]))
            if part != Fixture.numbers(plan.step, extreme, &scratch) { clips += 1 }
            #expect(part == plan.partial(of: [extreme]).blocks[0].sums(at: 0))
            // A device clips once more, exactly: nothing is left to do there.
            var clipped = part
            #expect(!L2Clip(radius: bound).clip(&clipped))
            #expect(clipped == part)
            training.take(.expected([.expected(part.map { -8 * $0 }, sigma: 1)]))
        }
        #expect(training.model != nil)
        #expect(clips > 0, "slopes are longer than their radius")
    }

    /// Lattice sums are signed, in two's complement modulo 2^32 or 2^64: a number v is v mod 2^b, one that comes
    /// out at 2^(b−1) or above is negative. That is right while n · R + 10 · σ · √n < 2^(b−1).
    @Test func `sums keep their sign in the modulus, whatever the plan`() throws {
        let keys = FederatedSum.keys(40, seed: 6)
        for rows in [1, 100, 1000] {
            let compiled = try Fixture.compiled(
                "PREDICT spends", epsilon: "8.0", people: 300, rows: rows)
            var training = Training(compiled)
            while let plan = try training.plan {
                let bound = try #require(plan.contributionBound)
                let session = try FederatedSum(
                    keys, number: 0, length: plan.step.width, bound: bound
                ).session
                #expect(UInt128(keys.count) * UInt128(bound) < 1 << (session.modulus.rawValue - 1))
                #expect(bound <= SumSession.largestBound)
                // What no plan's radius reaches, as the plan's sums fit Int64.
                #expect(UInt128(bound) * UInt128(StudyLimits.people) < 1 << 62)
                let zeros = [Int64](repeating: 0, count: plan.step.width)
                training.take(.expected([.expected(zeros, sigma: 1)]))
            }
        }
        // The most devices, the largest radius of any plan, and the widest noise that can be drawn.
        let radius = (UInt64(1) << 62) / StudyLimits.people
        let sigma = DiscreteGaussian.maximumSigma
        let parties = SumSession.mostParties
        #expect(SumModulus(parties: parties, bound: radius, sigma: sigma) == .bits64)
        #expect(SumModulus(parties: parties, bound: 1 << 52, sigma: 0) == nil, "said when planned")
        // Either end of what fits comes back as it went in.
        let ends = [Int64(Int32.max), Int64(Int32.min), -1, 0]
        #expect(RingVector(ends, modulus: .bits32).signed == ends)
        #expect(RingVector([.max, .min, -1], modulus: .bits64).signed == [.max, .min, -1])
    }

    @Test func `what the devices' own noise hides costs no more than the round has`() throws {
        let compiled = try Fixture.compiled("PREDICT spends", people: 300)
        let honest = FederatedSum.threshold(40) - 1
        var training = Training(compiled)
        while let plan = try training.plan {
            let bound = try #require(plan.contributionBound)
            let spending = compiled.schedule.rounds[training.done].spending
            let noise = try SumNoise(sensitivity: bound, spending: spending, counting: honest)
            #expect(noise.charge <= spending)
            let session = try FederatedSum(
                FederatedSum.keys(40, seed: 6), number: training.done, length: plan.step.width,
                bound: bound, noise: noise
            ).session
            #expect(session.noise == noise)
            let zeros = [Int64](repeating: 0, count: plan.step.width)
            training.take(.expected([.expected(zeros, sigma: 1)]))
        }
    }
}
