// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

/// DIVIDEND_SLOW=1 in the environment draws thirty times as many vectors.
@Suite struct L2ClipTests {
    private static func squaredNorm(_ vector: [Int64]) -> UInt128 {
        vector.reduce(0) { $0 + UInt128($1.magnitude) * UInt128($1.magnitude) }
    }

    private static func clipped(_ vector: [Int64], to radius: UInt64) -> [Int64] {
        var vector = vector
        L2Clip(radius: radius).clip(&vector)
        return vector
    }

    /// Vectors of every kind: lengths 0 to 12, coordinates of all sizes, many of them zero, some at
    /// the ends of Int64.
    private static func anyVector(_ random: inout Seeded) -> [Int64] {
        let bits = Int(random.next() % 64)
        return (0..<random.next() % 13).map { _ in
            switch random.next() % 16 {
            case 0: return 0
            case 1: return .min
            case 2: return .max
            default:
                let size = Int64(random.anySize(bits: bits))
                return random.next() % 2 == 0 ? size : -size
            }
        }
    }

    @Test func `the published example`() throws {
        let vector = try Vectors.entry("l2clip_example")
        let unit: Int64 = 1 << 20
        let values = try vector.inputs("v").map { try #require(Int64($0)) * unit }
        let radius = try #require(UInt64(try vector.input("R"))) << 20
        let result = Self.clipped(values, to: radius)
        #expect(result == (try vector.integers()))
        #expect(Self.squaredNorm(result) <= UInt128(radius) * UInt128(radius))
    }

    @Test(
        arguments: [
            ([3, 4], 5, [3, 4]), ([6, 8], 5, [3, 4]), ([-6, 8], 5, [-3, 4]), ([7], 5, [5]),
            ([-7], 5, [-5]), ([0, 0], 0, [0, 0]), ([1, 1], 1, [0, 0]), ([1, -1], 0, [0, 0]),
            ([], 3, []), ([2, 2, 2, 2], 3, [1, 1, 1, 1]), ([.min], 1, [-1]),
            ([.min], 1 << 63, [.min]), ([.min], (1 << 63) - 1, [-.max]), ([.max], .max, [.max]),
            ([.min, .min, .min, .min], 1 << 63, [-1 << 62, -1 << 62, -1 << 62, -1 << 62]),
            ([.min, .min, .min, .min, .min, 0], 3, [-1, -1, -1, -1, -1, 0]),
        ] as [([Int64], UInt64, [Int64])])
    func `known cases`(vector: [Int64], radius: UInt64, expected: [Int64]) {
        #expect(Self.clipped(vector, to: radius) == expected)
    }

    @Test func `the norm is bounded, no sign turns, nothing grows, and each is exact`() {
        var random = Seeded(40)
        for _ in 0..<Slow.count(2000, 60_000) {
            let vector = Self.anyVector(&random)
            let radius = random.anySize()
            let result = Self.clipped(vector, to: radius)
            let radiusSquared = UInt128(radius) * UInt128(radius)
            // Wide norms first: of more than four coordinates at the ends the square sum overflows.
            let norm = vector.withUnsafeBufferPointer { WideNorm(of: $0) }
            let after = result.withUnsafeBufferPointer { WideNorm(of: $0) }
            #expect(after.carries == 0 && after.low <= radiusSquared)
            for (before, after) in zip(vector, result) {
                #expect(after == 0 || (after < 0) == (before < 0))
                #expect(after.magnitude <= before.magnitude)
            }
            if norm.carries == 0, norm.low <= radiusSquared {
                #expect(result == vector)
            } else if norm.carries == 0 {
                // out is the largest integer with out² · ‖v‖² ≤ R² · v².
                for (before, after) in zip(vector, result) {
                    let size = UInt128(before.magnitude) * UInt128(before.magnitude)
                    let target = size.multipliedFullWidth(by: radiusSquared)
                    let next = UInt128(after.magnitude) + 1
                    let below = UInt128(after.magnitude) * UInt128(after.magnitude)
                    #expect(!Self.less(target, below.multipliedFullWidth(by: norm.low)))
                    #expect(Self.less(target, (next * next).multipliedFullWidth(by: norm.low)))
                }
            }
        }
    }

    private static func less(
        _ left: (high: UInt128, low: UInt128), _ right: (high: UInt128, low: UInt128)
    ) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    @Test func `clipping again changes nothing`() {
        var random = Seeded(41)
        for _ in 0..<Slow.count(1500, 50_000) {
            let (vector, radius) = (Self.anyVector(&random), random.anySize())
            let once = Self.clipped(vector, to: radius)
            var twice = once
            let changed = L2Clip(radius: radius).clip(&twice)
            #expect(!changed && twice == once)
        }
    }

    @Test func `clipping loses less than one unit per coordinate`() {
        var random = Seeded(42)
        for _ in 0..<2000 {
            let vector = (0..<8).map { _ in Int64(random.anySize(bits: 40)) }
            let radius = random.anySize(bits: 30)
            let norm = Double(Self.squaredNorm(vector)).squareRoot()
            for (before, after) in zip(vector, Self.clipped(vector, to: radius)) {
                let wanted = Double(before) * min(1, Double(radius) / norm)
                #expect(
                    Double(after) <= wanted * (1 + 1e-12)
                        && Double(after) > wanted * (1 - 1e-12) - 1)
            }
        }
    }

    @Test func `one contributor moves a sum of clipped vectors by at most the radius`() {
        var random = Seeded(43)
        for _ in 0..<300 {
            let radius = random.anySize(bits: 40)
            let clip = L2Clip(radius: radius)
            var sum = [Int64](repeating: 0, count: 6)
            var without = sum
            let people = Int(random.next() % 20) + 1
            let absent = Int(random.next() % UInt64(people))
            for person in 0..<people {
                var vector = (0..<6).map { _ in
                    Int64(bitPattern: random.next()) >> Int64(random.next() % 63)
                }
                clip.clip(&vector)
                for i in 0..<6 {
                    sum[i] += vector[i]
                    if person != absent { without[i] += vector[i] }
                }
            }
            let moved = Self.squaredNorm(zip(sum, without).map { $0 - $1 })
            #expect(moved <= UInt128(radius) * UInt128(radius))
        }
    }

    @Test func `sums that could leave their range are refused at planning`() {
        let clip = L2Clip(radius: 1 << 40)
        #expect(clip.sumsFit(contributors: (1 << 22) - 1))
        #expect(!clip.sumsFit(contributors: 1 << 22))
        #expect(!L2Clip(radius: .max).sumsFit(contributors: .max))
        #expect(L2Clip(radius: 0).sumsFit(contributors: .max))
    }

    @Test func `a part of a caller's buffer is clipped in place`() {
        var row: [Int64] = [100, 6, 8, 100]
        row.withUnsafeMutableBufferPointer {
            let changed = L2Clip(radius: 5).clip(UnsafeMutableBufferPointer(rebasing: $0[1..<3]))
            #expect(changed)
        }
        #expect(row == [100, 3, 4, 100])
    }

    @Test func `square roots are exact`() {
        var random = Seeded(44)
        var samples: [UInt128] = [0, 1, 2, 3, 4, .max, .max - 1, 1 << 126, (1 << 126) - 1]
        for _ in 0..<Slow.count(1500, 50_000) {
            let root = UInt128(random.anySize())
            samples += [root * root, root * root &- 1, root * root + 1]
            samples.append(UInt128(random.anySize()) << 64 | UInt128(random.next()))
        }
        for sample in samples {
            let root = UInt128(sample.squareRoot)
            #expect(root * root <= sample)
            #expect(root == UInt128(UInt64.max) || (root + 1) * (root + 1) > sample)
            let up = sample.squareRootRoundedUp
            #expect(up == root || (up == root + 1 && root * root < sample))
        }
    }
}
