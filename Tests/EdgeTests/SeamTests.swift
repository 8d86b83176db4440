// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Learn
import Privacy
import Query
import TestSupport
import Testing
import Vault

@testable import Edge
@testable import SecureSum
@testable import Study

/// Check 15, its seam: without noise, whether rows lie in one place or with the people whom they are of, a study comes
/// to the same sums and the same model, whoever leaves when. 1,000 devices with DIVIDEND_SLOW=1.
@Suite struct SeamTests {
    /// Takes a sum; a device leaves at its step.
    private func take(
        _ round: SummedRound, of world: World, _ terms: SumTerms, leaving: [Int: SumStep],
        seed: UInt64
    ) throws -> SumResult {
        let session = try terms.session(of: round, in: .zero, among: world.parties)
        var host = SumHost(session, asking: Set(world.parties))
        let devices = world.keys.map { Holder(SumDevice(session, key: $0, known: world.known)) }
        var dice = Seeded(seed)
        var source = ByteSource(seededBy: &dice)
        while true {
            for (place, device) in devices.enumerated() {
                guard host.waiting.contains(world.parties[place]),
                    let body = host.body(for: world.parties[place]),
                    host.step.rawValue < leaving[place]?.rawValue ?? .max
                else { continue }
                let answer = try device.device.answer(
                    body,
                    numbers: {
                        round.part([world.people[place]], world.mark(of: place))
                    }, from: &source)
                try host.take(answer, from: world.parties[place])
            }
            if let result = try host.close(threads: 2) { return result }
        }
    }

    private final class Holder {
        var device: SumDevice
        init(_ device: consuming SumDevice) { self.device = device }
    }

    /// A study, and how many devices it is taken over.
    private static let studies = [
        (World.sql, Slow.count(40, 1000)), (World.model, Slow.count(16, 1000)),
        (World.model.replacing("spends", with: "buys"), Slow.count(8, 100)),
        (
            World.model.replacing("spends", with: "buys").replacing(
                "quality => off", with: "model => trees"), Slow.count(8, 100)
        ),
        (
            World.model.replacing("spends", with: "buys").replacing(
                "quality => off", with: "model => network, hidden => 3"), Slow.count(8, 50)
        ),
        (
            World.model.replacing("spends", with: "buys").replacing(
                "quality => off", with: "model => stream"), Slow.count(8, 50)
        ),
    ]

    @Test(arguments: studies)
    func `devices come to what one place comes to, to the last bit`(
        sql: String, count: Int
    ) async throws {
        let world = try World(count, seed: 5)
        let terms = try #require(SumTerms(parties: count, isNoised: false))
        var central = try StudyRounds(sql, pool: world.pool(people: count))
        var federated = central
        var dice = Seeded(7)
        while let round = try central.next, let same = try federated.next {
            #expect(round.plan == same.plan)
            // One in eight, at each step in turn.
            var leaving: [Int: SumStep] = [:]
            for (number, place) in (0..<count).shuffled(using: &dice).prefix(count / 8).enumerated()
            {
                leaving[place] = SumStep.allCases[(number + round.number) % SumStep.allCases.count]
            }
            let staying = (0..<count).filter { leaving[$0].map { $0.rawValue > 2 } ?? true }
            let sums = try await SeamTests.sums(
                of: central, over: staying.map { world.people[$0] },
                marks: staying.map(world.mark(of:)))
            let result = try take(same, of: world, terms, leaving: leaving, seed: dice.next())
            #expect(result.sums == sums, "sum \(round.number)")
            #expect(result.parts == staying.count)
            #expect(result.noised == nil, "without noise nothing can be let out")
            central.take(.expected([.expected(sums, sigma: 0)]))
            federated.take(.expected([.expected(result.sums, sigma: 0)]))
        }
        #expect(central.done == central.count)
        if case .model(let one) = central.form, case .model(let other) = federated.form {
            let (one, other) = (try #require(one.model), try #require(other.model))
            #expect(try one.json.signable() == other.json.signable())
        }
    }

    /// The sum as the vault would take it.
    private static func sums(
        of rounds: StudyRounds, over people: [Rows], marks: [UInt64]
    ) async throws -> [Int64] {
        let reader = Reader(people: people, marks: marks)
        switch rounds.form {
        case .query(let query):
            return try await query.plan.run(over: reader).blocks[rounds.done].sums(at: 0)
        case .model(let training):
            let plan = try #require(try training.plan)
            return try await plan.run(over: reader).blocks[0].sums(at: 0)
        }
    }

    private struct Reader: CohortReader {
        let people: [Rows]
        let marks: [UInt64]
        var count: Int { people.count }
        func mark(of contributor: Int) -> UInt64 { marks[contributor] }
        func makeRoom(for wanted: [TableColumns]) {}
        func tables(
            of contributor: Int, reading wanted: [TableColumns], in room: inout Void
        ) throws -> [Rows] { [people[contributor]] }
    }

    /// Of far more rows than count, all wrong in the same way, so that what they give is clipped.
    @Test func `a part is what one place adds for the person, and no longer than its bound`() throws
    {
        var dice = Seeded(4)
        let rows = Made.rows(60, &dice)
        let world = try World(5)
        for sql in [World.sql, World.model, World.model.replacing("spends", with: "buys")] {
            var rounds = try StudyRounds(sql, pool: world.pool(people: 100))
            while let round = try rounds.next {
                var part = round.part([rows], 7)
                #expect(part.count == round.length)
                let given = part
                #expect(!L2Clip(radius: round.bound).clip(&part), "nothing is left to clip")
                #expect(part == given)
                rounds.take(.expected([.expected(part.map { -8 * $0 }, sigma: 1)]))
            }
        }
    }

    /// Sums are signed, modulo 2^32 or 2^64: right while n · R + 10 · σ · √n is below half of that.
    @Test(arguments: [5, 99, 100, 4096])
    func `sums keep their sign in the modulus, and cost no more than was quoted`(
        count: Int
    ) throws {
        let terms = try #require(SumTerms(parties: count))
        var dice = Seeded(8)
        let parties = (0..<count).map { _ in SigningKey(using: &dice).id }
        let world = try World(5)
        for sql in [World.sql, World.model] {
            var rounds = try StudyRounds(sql, pool: world.pool(people: count))
            var charged: UInt64 = 0
            while let round = try rounds.next {
                let session = try terms.session(of: round, in: .zero, among: parties)
                let half = UInt128(1) << (session.modulus.rawValue - 1)
                #expect(UInt128(count) * UInt128(round.bound) < half)
                let noise = try #require(session.noise)
                #expect(noise.charge <= round.spending)
                let (all, certain) = (noise.sigma(of: count), noise.sigma(of: noise.counted))
                #expect(Double(all) <= 1.3 * Double(certain))
                charged += noise.charge.units
                let zeros = [Int64](repeating: 0, count: round.length)
                rounds.take(.expected([.expected(zeros, sigma: 1)]))
            }
            #expect(charged <= rounds.cost.units)
        }
        #expect(SumTerms(parties: 4) == nil && SumTerms(parties: 4097) == nil)
        // The most devices, the largest radius of any plan, and the widest noise that can be drawn.
        let radius = (UInt64(1) << 62) / StudyLimits.people
        let sigma = DiscreteGaussian.maximumSigma
        #expect(SumModulus(parties: SumTerms.most, bound: radius, sigma: sigma) == .bits64)
    }

    @Test func `a sum with less noise than a plan needs is not let out`() throws {
        let world = try World(5)
        let weak = try StudyRounds(
            World.sql.replacing("2.0", with: "3.0"), pool: world.pool(people: 5))
        let round = try #require(try weak.next)
        let terms = try #require(SumTerms(parties: 5))
        let sum = try take(round, of: world, terms, leaving: [:], seed: 1)
        let noised = try #require(sum.noised)
        guard
            case .query(let query) = try StudyRounds(World.sql, pool: world.pool(people: 5)).form,
            case .query(let own) = weak.form
        else { throw Missing() }
        #expect(throws: StudyError.summed(block: 0)) { try query.plan.release([noised]) }
        #expect(throws: StudyError.summed(block: 0)) { try own.plan.release([]) }
        #expect(throws: StudyError.summed(block: 2)) { try own.plan.release([noised, noised]) }
        #expect(try own.plan.release([noised]).blocks[0].sigma == noised.sigma)
    }
}
