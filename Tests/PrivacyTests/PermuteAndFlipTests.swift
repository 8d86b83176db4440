// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct PermuteAndFlipTests {
    private static let losses: [UInt64] = [8, 4, 0, 0, 2, 7]

    private static func plan(_ epsilon: String, sensitivity: UInt64 = 1) throws -> PermuteAndFlip {
        try PermuteAndFlip(sensitivity: sensitivity, epsilon: #require(ExactDecimal(epsilon)))
    }

    private static func pValue(
        _ law: ChoiceLaw, draws: Int, _ choose: (inout ByteSource) -> Int
    ) -> Double {
        var seeds = Seeded(51)
        var source = ByteSource(seededBy: &seeds)
        var counts = [Int](repeating: 0, count: law.losses.count)
        for _ in 0..<draws { counts[choose(&source)] += 1 }
        return ChiSquare.pValue(counts: counts, probabilities: law.permuteAndFlip)
    }

    @Test func `the oracle is a law, and no worse than the exponential mechanism`() {
        for epsilon in [0.1, 1, 4] {
            let law = ChoiceLaw(losses: Self.losses, sensitivity: 1, epsilon: epsilon)
            let chosen = law.permuteAndFlip
            #expect(abs(chosen.reduce(0, +) - 1) < 1e-12)
            func mean(_ law: [Double]) -> Double {
                zip(law, Self.losses).reduce(0) { $0 + $1.0 * Double($1.1) }
            }
            #expect(mean(chosen) <= mean(law.exponential))
        }
    }

    @Test(arguments: ["0.4", "1", "3"])
    func `choices follow their law`(epsilon: String) throws {
        let plan = try Self.plan(epsilon)
        let law = ChoiceLaw(
            losses: Self.losses, sensitivity: 1, epsilon: try #require(Double(epsilon)))
        let p = Self.pValue(law, draws: Slow.count(60_000, 4_000_000)) {
            plan.choose(losses: Self.losses, from: &$0) ?? 0
        }
        #expect(p > Law.falseAlarm)
    }

    @Test func `a sensitivity off by 1.175 and a fixed order are seen`() throws {
        let law = ChoiceLaw(losses: Self.losses, sensitivity: 1, epsilon: 1)
        let wide = try Self.plan("1.175")
        #expect(
            Self.pValue(law, draws: 60_000) { wide.choose(losses: Self.losses, from: &$0) ?? 0 }
                < Law.falseAlarm)
        let fixed = Self.pValue(law, draws: 60_000) { source in
            Self.losses.indices.first {
                source.bernoulliExp(minus: UInt128(Self.losses[$0]), over: 2)
            } ?? 0
        }
        #expect(fixed < Law.falseAlarm)
    }

    @Test func `neighbouring losses never tell more than epsilon`() {
        // Every loss may move by one, in either direction.
        for pattern in 0..<64 {
            let moved = Self.losses.enumerated().map { place, loss in
                pattern >> place & 1 == 1 ? loss + 1 : max(loss, 1) - 1
            }
            let (left, right) = (
                ChoiceLaw(losses: Self.losses, sensitivity: 1, epsilon: 1).permuteAndFlip,
                ChoiceLaw(losses: moved, sensitivity: 1, epsilon: 1).permuteAndFlip
            )
            for (a, b) in zip(left, right) {
                #expect(
                    a / b <= 2.718_281_828_459_05 + 1e-9 && b / a <= 2.718_281_828_459_05 + 1e-9)
            }
        }
    }

    @Test func `the charge is half the square of epsilon, not an eighth`() throws {
        #expect(try Self.plan("1").charge.units == 1 << 39)
        #expect(try Self.plan("0.5").charge.units == 1 << 37)
    }

    @Test func `huge losses, one candidate, none`() throws {
        var source = ByteSource(knownAnswerSeed: "edges")
        let plan = try Self.plan("64", sensitivity: 1)
        #expect(plan.choose(losses: [], from: &source) == nil)
        #expect(plan.choose(losses: [.max], from: &source) == 0)
        #expect(plan.choose(losses: [.max, 0, .max], from: &source) == 1)
        let weak = try Self.plan("0.000001", sensitivity: .max)
        #expect(weak.choose(losses: [.max, 0], from: &source) != nil)
        #expect(throws: PermuteAndFlipError.sensitivityZero) {
            try Self.plan("1", sensitivity: 0)
        }
        #expect(throws: PermuteAndFlipError.self) { try Self.plan("64.1") }
        #expect(throws: PermuteAndFlipError.self) { try Self.plan("0.0000001") }
    }

    @Test func `one contributor's rows move no loss by more than the sensitivity`() throws {
        var seeds = Seeded(52)
        for _ in 0..<2000 {
            let whole = UInt32.random(in: 1...20, using: &seeds)
            let part = UInt32.random(in: 0...whole, using: &seeds)
            let loss = QuantileLoss(try #require(QuantileLevel(part, over: whole)))
            var data = (0..<30).map { _ in Int.random(in: 0...9, using: &seeds) }
            let candidate = Int.random(in: 0...9, using: &seeds)
            func score() -> UInt64 {
                loss.loss(
                    below: UInt64(data.count { $0 < candidate }),
                    equal: UInt64(data.count { $0 == candidate }), count: UInt64(data.count))
            }
            let before = score()
            for _ in 0..<3 { data.append(Int.random(in: 0...9, using: &seeds)) }
            let after = score()
            #expect(max(before, after) - min(before, after) <= loss.sensitivity(rows: 3))
        }
    }
}
