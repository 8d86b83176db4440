// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

/// The whole way of one release, as the documentation shows it.
@Suite struct ReleaseTests {
    /// Counts and sums of 1000 contributors, a few of whom would move the sums far too much.
    private static let vectors: [[Int64]] = (0..<1000).map { person in
        person % 100 == 0 ? [1 << 40, -(1 << 40)] : [1 << 17, Int64(person) << 8]
    }

    private static func release(
        _ vectors: [[Int64]], budget: inout PrivacyBudget, from source: inout ByteSource
    ) throws -> [Int64] {
        let target = try PrivacyTarget(epsilon: "1.0", delta: "1e-7")
        let mechanism = try GaussianMechanism(sensitivity: 1 << 20, spending: target.rho)
        let spend = UnreadSpend(mechanism.charge)
        try budget.reserve(spend)

        var pool = mechanism.drawAll(count: 2, from: &source)
        let reading = spend.beginReading()

        let clip = L2Clip(radius: 1 << 20)
        var sums: [Int64] = [0, 0]
        for var vector in vectors {
            clip.clip(&vector)
            for i in sums.indices { sums[i] += vector[i] }
        }
        let answer = try pool.release(sums)
        try budget.commit(reading)
        return answer
    }

    @Test func `a budget for three releases answers three times`() throws {
        let target = try PrivacyTarget(epsilon: "1.0", delta: "1e-7")
        var budget = PrivacyBudget(limit: try target.rho.times(3))
        var source = ByteSource(knownAnswerSeed: "release")
        var answers: Set<[Int64]> = []
        for _ in 0..<3 {
            answers.insert(try Self.release(Self.vectors, budget: &budget, from: &source))
        }
        #expect(answers.count == 3, "the same question gets fresh noise each time")
        let before = budget
        #expect(throws: BudgetError.exhausted) {
            try Self.release(Self.vectors, budget: &budget, from: &source)
        }
        #expect(budget == before)
        // Three at ε = 1 composed as zCDP cost less than ε = 3 at the same δ.
        #expect(budget.spent.epsilon(at: target.delta).value < 2)
    }

    @Test func `under the same noise one contributor moves the answer by at most the radius`()
        throws
    {
        for absent in [0, 1, 500, 999] {
            var without = Self.vectors
            without.remove(at: absent)
            var (left, right) = (PrivacyBudget(limit: .maximum), PrivacyBudget(limit: .maximum))
            var first = ByteSource(knownAnswerSeed: "release")
            var second = ByteSource(knownAnswerSeed: "release")
            let all = try Self.release(Self.vectors, budget: &left, from: &first)
            let rest = try Self.release(without, budget: &right, from: &second)
            let moved = zip(all, rest).reduce(Int64(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            #expect(moved > 0 && moved <= 1 << 40)
            #expect(left == right, "what is charged does not depend on the data")
        }
    }
}
