// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

@Suite struct NoisePoolTests {
    private func pool(_ count: Int, sigma: Int = 1000) throws -> NoisePool {
        var source = ByteSource(knownAnswerSeed: "pool")
        return NoisePool(try DiscreteGaussian(sigma: sigma), count: count, from: &source)
    }

    @Test func `every value is used once`() throws {
        var source = ByteSource(knownAnswerSeed: "pool")
        let drawn = try DiscreteGaussian(sigma: 1000).draw(50, from: &source)
        var pool = try pool(50)
        var used: [Int64] = []
        for _ in 0..<50 { used.append(try pool.release(0)) }
        #expect(used.sorted() == drawn.sorted())
        let left = pool.count
        #expect(left == 0)
    }

    @Test func `an empty pool refuses instead of answering without noise`() throws {
        var pool = try pool(2)
        #expect(throws: NoiseError.poolEmpty) { try pool.release([1, 2, 3]) }
        let untouched = pool.count
        #expect(untouched == 2, "a refused release uses nothing")
        _ = try pool.release([1, 2])
        #expect(throws: NoiseError.poolEmpty) { try pool.release(1) }
        var none = try self.pool(-3)
        #expect(throws: NoiseError.poolEmpty) { try none.release(1) }
    }

    @Test func `neighbouring sums differ by what went in`() throws {
        var left = try pool(100)
        var right = try pool(100)
        let a = try left.release((0..<100).map { $0 * 7 })
        let b = try right.release((0..<100).map { $0 * 7 + 1 })
        #expect(zip(a, b).allSatisfy { $1 - $0 == 1 })
    }

    @Test func `sums at the ends of Int64 stay there`() throws {
        var pool = try pool(400, sigma: 1 << 30)
        for _ in 0..<100 {
            let (top, bottom) = (try pool.release(.max), try pool.release(.min))
            #expect(top > 0 && bottom < 0, "a wrapped sum would change its sign")
        }
    }

    @Test func `the Laplace law can fill a pool too`() throws {
        var source = ByteSource(knownAnswerSeed: "pool")
        var pool = NoisePool(try DiscreteLaplace(scale: 9), count: 3, from: &source)
        var again = ByteSource(knownAnswerSeed: "pool")
        let expected = try DiscreteLaplace(scale: 9).draw(3, from: &again)
        let released = try pool.release([0, 0, 0])
        #expect(released == expected.reversed())
    }
}
