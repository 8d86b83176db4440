// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// Whoever leaves, and whenever: the sum of those whose numbers came is exact, or there is none.
@Suite struct DropOutTests {
    /// The least threshold that a server that cheats cannot get round.
    private static func threshold(_ count: Int) -> Int { 2 * count / 3 + 1 }

    /// Whether a pattern leaves enough parties in every round.
    private static func isEnough(_ stages: [Stage], threshold: Int) -> Bool {
        stages.count { $0 == .none } >= threshold
    }

    private static func check(_ count: Int, _ stages: [Stage], number: Int) throws {
        let keys = Simulation.keys(count)
        let session = try SumSession.plain(
            keys, threshold: threshold(count), length: 2, bound: 100, number: number)
        var random = Seeded(UInt64(number))
        let inputs = random.inputs(count, length: 2, size: 70)
        let dropping = Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($0, $1) })
        var simulation = Simulation(session, keys: keys, seed: UInt64(number))
        if isEnough(stages, threshold: threshold(count)) {
            let result = try simulation.run(inputs, dropping: dropping, byBytes: count < 4)
            #expect(result.sums == simulation.expected(inputs, dropping: dropping), "\(stages)")
            #expect(result.parts == stages.count { $0.rawValue > Stage.masked.rawValue })
        } else {
            do {
                _ = try simulation.run(inputs, dropping: dropping, byBytes: count < 4)
                Issue.record("a sum came out of \(stages)")
            } catch let error as SumError {
                guard case .tooFew(let have, let need) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(have < need)
            }
        }
    }

    /// All ways in which each of so many can leave at one of five rounds or stay, up to what anybody
    /// could tell apart: once too few are left the session ends, and who would have left later does
    /// not matter.
    private static func patterns(_ count: Int) -> [[Stage]] {
        let all = (0..<count).reduce([[]]) { patterns, _ in
            patterns.flatMap { pattern in Stage.allCases.map { pattern + [$0] } }
        }
        return all.filter { stages in
            let sorted = stages.map(\.rawValue).sorted()
            let last = sorted[count - threshold(count)]
            return stages.allSatisfy { $0 == .none || $0.rawValue <= last }
        }
    }

    @Test(arguments: 2...4)
    func `all patterns of leaving give the exact sum or none`(count: Int) throws {
        for (number, stages) in DropOutTests.patterns(count).enumerated() {
            try DropOutTests.check(count, stages, number: number)
        }
    }

    /// By default those where one leaves; all of them in the long form.
    @Test(arguments: 5...6)
    func `among five and six parties one may leave at any round and no second`(count: Int) throws {
        for (number, stages) in DropOutTests.patterns(count).enumerated()
        where stages.count(where: { $0 != .none }) <= Slow.count(1, count) {
            try DropOutTests.check(count, stages, number: number)
        }
    }

    @Test func `a hundred parties lose up to thirty at random rounds`() throws {
        let keys = Simulation.keys(100)
        for round in 0..<Slow.count(1, 10) {
            let session = try SumSession.plain(
                keys, threshold: 70, corrupt: 30, length: 5, bound: 1 << 20, number: round)
            var random = Seeded(UInt64(round))
            let inputs = random.inputs(100, length: 5, size: 400_000)
            var dropping: [Int: Stage] = [:]
            for place in (0..<100).shuffled(using: &random).prefix(30) {
                dropping[place] = Stage.allCases.randomElement(using: &random)
            }
            var simulation = Simulation(session, keys: keys, seed: UInt64(round))
            let result = try simulation.run(inputs, dropping: dropping, threads: 2)
            #expect(result.sums == simulation.expected(inputs, dropping: dropping))
        }
    }

    @Test func `modulo two to the sixty-fourth the sum is as exact`() throws {
        let keys = Simulation.keys(4)
        let session = try SumSession.plain(keys, threshold: 3, length: 3, bound: 1 << 50)
        #expect(session.modulus == .bits64)
        let inputs: [[Int64]] = [
            [1 << 50, 0, 0], [0, -1 << 50, 0], [-3, 4, 1 << 49], [9, 9, 9],
        ]
        var simulation = Simulation(session, keys: keys)
        let result = try simulation.run(inputs, dropping: [2: .masked], threads: 2)
        #expect(result.sums == simulation.expected(inputs, dropping: [2: .masked]))
    }

    @Test func `a vector that is too long is shortened before it is masked`() throws {
        let keys = Simulation.keys(3)
        let session = try SumSession.plain(keys, threshold: 3, length: 2, bound: 50)
        var simulation = Simulation(session, keys: keys)
        let result = try simulation.run([[300, 400], [1, 0], [0, 1]])
        #expect(result.sums == [31, 41])
    }

    @Test func `a party that lies about its shares is passed over while others are left`() throws {
        let keys = Simulation.keys(7)
        let session = try SumSession.plain(keys, threshold: 5, length: 2)
        var random = Seeded(3)
        let inputs = random.inputs(7, length: 2, size: 50)
        for liars in 1...3 {
            let open = try OpenSession(session, keys: keys, inputs: inputs)
            for (place, device) in open.devices.enumerated() {
                var message = try device.unmask(open.attestation)
                if place < liars {
                    message = Unmasking(
                        from: message.from,
                        entries: message.entries.map {
                            .init(about: $0.about, share: $0.share.times(3))
                        }, roster: message.roster)
                }
                try open.accept(message, from: device.party)
            }
            if liars <= 2 {
                let sums = try open.sum().sums
                #expect(sums == (0..<2).map { column in inputs.reduce(0) { $0 + $1[column] } })
            } else {
                #expect(throws: SumError.wrongSecret(of: 0)) { try open.sum() }
            }
        }
    }
}
