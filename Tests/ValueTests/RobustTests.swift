// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Merges of vectors some of which lie.
@Suite struct RobustTests {
    @Test func `the median of each coordinate`() throws {
        #expect(try FixedVectors([[3, 1], [1, 9], [2, -5]]).median() == [2, 1])
        #expect(try FixedVectors([[3], [4]]).median() == [3])
        #expect(try FixedVectors([[-3], [-4]]).median() == [-4])
        #expect(try FixedVectors([[7, 8]]).median() == [7, 8])
        #expect(try FixedVectors([[]]).median() == [])
    }

    @Test func `the trimmed mean rounds to nearest`() throws {
        let vectors = try FixedVectors([[1], [2], [4], [1000]])
        #expect(try vectors.trimmedMean(trim: 1) == [3])
        #expect(try vectors.trimmedMean(trim: 0) == [252])
        #expect(try FixedVectors([[-1], [-2]]).trimmedMean(trim: 0) == [-2])
        #expect(try FixedVectors([[1], [2]]).trimmedMean(trim: 0) == [2])
        #expect(throws: ValueError.self) { try vectors.trimmedMean(trim: 2) }
        #expect(throws: ValueError.self) { try vectors.trimmedMean(trim: -1) }
    }

    @Test func `Krum chooses among the many who agree`() throws {
        var random = Seeded(70)
        for _ in 0..<50 {
            let honest = (0..<8).map { _ in (0..<20).map { _ in Int64(random.below(1000)) } }
            let liars = (0..<3).map { _ in (0..<20).map { _ in Int64(random.below(1 << 40)) } }
            let order = random.permutation(11)
            let vectors = try FixedVectors(order.map { (honest + liars)[$0] })
            let chosen = try vectors.krum(poisoners: 3, count: 6)
            #expect(chosen.count == 6 && chosen.allSatisfy { order[$0] < 8 })
            #expect(vectors.mean(of: chosen).allSatisfy { (0..<1000).contains($0) })
            #expect(vectors.median().allSatisfy { (0..<1000).contains($0) })
            #expect(try vectors.trimmedMean(trim: 3).allSatisfy { (0..<1000).contains($0) })
            #expect(try vectors.krum(poisoners: 3) == [chosen[0]])
        }
    }

    /// Each liar has the other's company, at distance 0, and nobody else's.
    @Test func `liars who agree with each other are not chosen`() throws {
        var random = Seeded(71)
        let honest = (0..<7).map { _ in (0..<20).map { _ in Int64(random.below(1000)) } }
        let liar = [Int64](repeating: 1 << 30, count: 20)
        let vectors = try FixedVectors([liar, liar] + honest)
        #expect(try vectors.krum(poisoners: 2)[0] > 1)
        #expect(try Set(vectors.krum(poisoners: 2, count: 7)) == Set(2...8))
    }

    @Test func `distances at the ends of the range do not overflow`() throws {
        let end = FixedVectors.largest
        let wide = [Int64](repeating: end, count: 1000)
        let vectors = try FixedVectors([wide, wide.map { -$0 }, wide, wide, wide])
        #expect(try vectors.krum(poisoners: 1) == [0])
        #expect(try vectors.trimmedMean(trim: 0)[0] == (3 * end + 2) / 5)
    }

    @Test func `vectors that do not go together are refused`() throws {
        #expect(throws: ValueError.empty("vectors")) { try FixedVectors([]) }
        #expect(throws: ValueError.shape("coordinates", expected: 2, got: 1)) {
            try FixedVectors([[1, 2], [1]])
        }
        #expect(throws: ValueError.number("vectors", row: 0, column: 0)) {
            try FixedVectors([[.min]])
        }
        let three = try FixedVectors([[1], [2], [3]])
        #expect(try three.krum(poisoners: 0, count: 2) == [0, 1])
        #expect(throws: ValueError.self) { try three.krum(poisoners: 1) }
        #expect(throws: ValueError.self) { try three.krum(poisoners: 0, count: 4) }
        #expect(throws: ValueError.self) { try three.krum(poisoners: -1) }
    }
}
