// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Value

/// Large tables: processor time and memory, and the same bits with any number of threads.
@Suite(.serialized) struct ScaleTests {
    private static func table(_ count: Int, _ random: inout Seeded) throws -> LabelledRows {
        var numbers: [Double] = []
        numbers.reserveCapacity(count * 32)
        var labels: [Int] = []
        for _ in 0..<count {
            labels.append(random.below(2))
            for _ in 0..<32 { numbers.append(random.unit() + random.unit() + random.unit()) }
        }
        return try LabelledRows(
            FeatureRows(flat: numbers, columns: 32), labels: labels, classes: 2)
    }

    /// Processor seconds of this thread, since other tests run beside it.
    private static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory that was resident, in megabytes.
    private static func peak() -> Int {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss / 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss / 1_048_576
        #endif
    }

    /// In a process of its own the memory is that of this test: `swift test --filter ScaleTests`.
    @Test
    func `check 4: a large table is valued exactly in seconds, with the same bits on two threads`()
        throws
    {
        var random = Seeded(4)
        let training = try Self.table(Slow.count(5000, 100_000), &random)
        let test = try Self.table(Slow.count(60, 1000), &random)
        let shapley = try NeighbourShapley(training)
        let start = Self.cpu()
        let one = try shapley.values(on: test, of: .nearest(k: 5), threads: 1)
        let seconds = Self.cpu() - start
        let two = try shapley.values(on: test, of: .nearest(k: 5), threads: 2)
        let seven = try shapley.values(on: test, of: .nearest(k: 5), threads: 7)
        #expect(one == two && one == seven)
        // Σ values = U(D), found by looking for the five nearest alone.
        var utility = 0.0
        for row in 0..<test.count {
            let distances = (0..<Slow.count(training.count, 0)).map {
                test.features.squaredDistance(row, to: $0, in: training.features)
            }
            let nearest = distances.indices.sorted { distances[$0] < distances[$1] }.prefix(5)
            utility +=
                Double(nearest.count { training.labels[$0] == test.labels[row] }) / 5
                / Double(test.count)
        }
        if !Slow.isOn {
            #expect(abs(one.points.means.reduce(0, +) - utility) < 1e-12)
        } else {
            // An unoptimised build takes ten times as long, so only the long form has a limit.
            #expect(seconds <= 8, "\(seconds) s")
            #expect(Self.peak() < 300, "\(Self.peak()) MB")
            print("100,000 x 32 by 1,000: \(seconds) s, \(Self.peak()) MB at most")
        }
    }

    @Test func `the same bits with one and three threads, with groups, for each utility`() throws {
        var random = Seeded(5)
        let training = try Self.table(700, &random)
        let test = try Self.table(90, &random)
        let owners = try Groups((0..<700).map { $0 % 9 }, count: 9)
        let shapley = try NeighbourShapley(training)
        let utilities: [NeighbourUtility] = [
            .nearestByPlace(k: 3), .softLabel(k: 900), .threshold(radiusSquared: 12),
            .weighted(k: 2, .parabola(radiusSquared: 12)),
        ]
        for utility in utilities {
            let one = try shapley.values(on: test, of: utility, groups: owners, threads: 1)
            let three = try shapley.values(on: test, of: utility, groups: owners, threads: 3)
            #expect(one == three)
        }
        let agreement = try SelfAgreement(k: 5)
        #expect(
            agreement.scores(of: training, threads: 1) == agreement.scores(of: training, threads: 3)
        )
    }

    @Test func `distances from blocks are those of two rows, to the bit`() throws {
        var random = Seeded(6)
        for columns in [1, 2, 3, 4, 5, 7, 8, 33] {
            let rows = 1 + random.below(1300)
            let numbers = (0..<rows * columns).map { _ in random.normal() }
            let table = try FeatureRows(flat: numbers, columns: columns)
            var distances = [Double](repeating: -1, count: rows)
            let point = Array(table[rows / 2])
            point.withUnsafeBufferPointer { point in
                distances.withUnsafeMutableBufferPointer { distances in
                    if let point = point.baseAddress, let distances = distances.baseAddress {
                        DistanceBlocks(table).measure(point, count: 1, into: distances)
                    }
                }
            }
            let expected = (0..<rows).map { table.squaredDistance(rows / 2, to: $0, in: table) }
            #expect(distances == expected)
        }
    }

    /// Distances of every kind: many ties, one outlier, zeros, thousands within one code.
    @Test func `the order is that of a plain sort`() {
        var random = Seeded(7)
        for round in 0..<Slow.count(60, 2000) {
            let count = 1 + random.below(round % 5 == 0 ? 3000 : 60)
            let distances: [Double] = (0..<count).map { place in
                switch round % 6 {
                case 0: Double(random.below(10))
                case 1: random.unit()
                case 2: place == 0 ? 1e90 : random.unit()
                case 3: random.below(3) == 0 ? 0 : random.unit() * 1e-300
                case 4: 1 + random.unit() * 0x1p-40
                default: 7
                }
            }
            var order = DistanceOrder(rows: count)
            distances.withUnsafeBufferPointer { if let base = $0.baseAddress { order.sort(base) } }
            let expected = distances.indices.sorted {
                distances[$0] == distances[$1] ? $0 < $1 : distances[$0] < distances[$1]
            }
            #expect(order.items.map { Int($0 & 0xffff_ffff) } == expected)
        }
    }
}
