// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Value

/// Finding what is the same: exactly, nearly, as sets, as series.
@Suite struct ClusterTests {
    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 7, count: 16) + bytes.suffix(8)
    }

    @Test func `the earliest commitment represents the cluster, wherever it stands`() throws {
        let records: [[UInt8]] = [[1], [2], [1], [1], [3]]
        let order = CommitmentOrder(times: [9, 5, 3, 4, 1])
        let clusters = try ExactCopies.clusters(
            of: records, order: order, keyedHash: Self.hash)
        #expect(clusters.representatives == [2, 1, 2, 2, 4])
        #expect(clusters.places == [1, 2, 4] && clusters.sizes == [0, 1, 3, 0, 1])
        #expect(clusters.isCopy(0) && !clusters.isCopy(2))
        #expect(clusters.expanded([0.1, 0.2, 0.3]) == [0, 0.1, 0.2, 0, 0.3])
        #expect(CommitmentOrder(times: [1, 1, 0]).places == [2, 0, 1])
        #expect(throws: ValueError.shape("bytes of a hash", expected: 16, got: 8)) {
            try ExactCopies.clusters(of: records, order: order) { _ in [0, 0, 0, 0, 0, 0, 0, 0] }
        }
        #expect(throws: ValueError.shape("commitments", expected: 1, got: 5)) {
            try ExactCopies.clusters(of: [[1]], order: order, keyedHash: Self.hash)
        }
    }

    /// The definition, quadratic.
    private static func plain(
        _ table: FeatureRows, _ radius: Double, _ order: CommitmentOrder
    ) -> [Int] {
        var (representatives, found) = (Array(0..<table.count), [Int]())
        for record in order.places {
            let earlier = found.first {
                table.squaredDistance(record, to: $0, in: table) <= radius
            }
            if let earlier { representatives[record] = earlier } else { found.append(record) }
        }
        return representatives
    }

    @Test func `near records are those of the definition, whatever the radius`() throws {
        var random = Seeded(90)
        for round in 0..<Slow.count(40, 1000) {
            let columns = 1 + random.below(6)
            let scale = [1, 1e-200, 1e90, 1e6][round % 4]
            let grid = round % 3 == 0
            let numbers = (0..<columns * 60).map { _ in
                scale * (grid ? Double(random.below(3)) : random.normal())
            }
            let table = try FeatureRows(flat: numbers, columns: columns)
            let order = CommitmentOrder(times: (0..<60).map { _ in UInt64(random.below(20)) })
            for radius in [0, 0.01, 1, 4, 100] {
                let squared = radius * scale * scale
                let found = try NearCopies(radiusSquared: squared).clusters(
                    of: table, order: order)
                #expect(found.representatives == Self.plain(table, squared, order))
            }
        }
    }

    @Test func `a chain of near records does not fall together`() throws {
        let table = try FeatureRows((0..<10).map { [Double($0)] })
        let clusters = try NearCopies(radiusSquared: 1.5).clusters(
            of: table, order: CommitmentOrder(count: 10))
        #expect(clusters.representatives == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8])
    }

    @Test func `many records are clustered in less than quadratic time`() throws {
        var random = Seeded(91)
        let count = Slow.count(4000, 100_000)
        var rows = (0..<count).map { _ in (0..<32).map { _ in random.normal() } }
        for place in stride(from: count / 2, to: count, by: 10) {
            rows[place] = rows[place - count / 2].map { $0 + 0.01 * random.normal() }
        }
        let table = try FeatureRows(rows)
        let clock = ContinuousClock()
        var clusters = Clusters(count: 0)
        let time = try clock.measure {
            clusters = try NearCopies(radiusSquared: 0.02).clusters(
                of: table, order: CommitmentOrder(count: count))
        }
        print("check 9: \(count) records clustered in \(time)")
        #expect(count - clusters.places.count == (count / 2 + 9) / 10)
        #expect(clusters.representatives[count / 2] == 0)
    }

    @Test func `clusters that share a record are joined under the earliest`() throws {
        let order = CommitmentOrder(times: [3, 2, 1, 0])
        let one = try ExactCopies.clusters(
            of: [[1], [1], [2], [3]], order: order, keyedHash: Self.hash)
        let other = try ExactCopies.clusters(
            of: [[1], [2], [2], [3]], order: order, keyedHash: Self.hash)
        #expect(one.joined(with: other, order: order).representatives == [2, 2, 2, 3])
    }

    @Test func `permuted columns are found, other orders in each record and chance are not`() throws
    {
        var random = Seeded(92)
        let rows = (0..<8).map { _ in (0..<12).map { _ in random.normal() } }
        let owners = try Groups((0..<16).map { $0 / 8 }, count: 2)
        let order = CommitmentOrder(count: 16)
        func caught(_ copies: [[Double]], fewest: Int = 3) throws -> Int {
            let clusters = try PermutedCopies(radiusSquared: 0.01, fewestRecords: fewest).clusters(
                of: FeatureRows(rows + copies), owners: owners, order: order)
            return 16 - clusters.places.count
        }
        let columns = random.permutation(12)
        let permuted = rows.map { row in columns.map { row[$0] } }
        #expect(try caught(permuted) == 8)
        #expect(try caught(permuted.reversed()) == 8)
        #expect(try caught(permuted.map { row in row.map { $0 + 0.01 * random.normal() } }) == 8)
        let other = (0..<8).map { _ in (0..<12).map { _ in random.normal() } }
        #expect(try caught(Array(permuted.prefix(2)) + other.prefix(6)) == 0)
        #expect(try caught(Array(permuted.prefix(3)) + other.prefix(5)) == 3)
        let each = rows.map { row in random.permutation(12).map { row[$0] } }
        #expect(try caught(each) == 0)
        // Binary records have signatures in common by chance, but no order of columns.
        let bits = (0..<8).map { _ in (0..<12).map { _ in Double(random.below(2)) } }
        let more = (0..<8).map { _ in (0..<12).map { _ in Double(random.below(2)) } }
        let chance = try PermutedCopies(radiusSquared: 0.01).clusters(
            of: FeatureRows(bits + more), owners: owners, order: order)
        #expect(16 - chance.places.count == 0)
    }

    @Test func `sets with nearly the same members are found`() throws {
        var random = Seeded(93)
        let sets = (0..<200).map { _ in (0..<100).map { _ in random.next() } }
        let copies = sets.prefix(100).map { set in Array(set.dropFirst(5)) + [random.next()] }
        let half = sets.prefix(50).map { set -> [UInt64] in
            set.prefix(50) + (0..<50).map { _ in random.next() }
        }
        let all: [[UInt64]] = sets + copies + half + [[], []]
        let order = CommitmentOrder(count: all.count)
        let clusters = try NearSets(similarity: 0.9).clusters(of: all, order: order, seed: 1)
        #expect((200..<300).allSatisfy { clusters.representatives[$0] == $0 - 200 })
        #expect(clusters.places == Array(0..<200) + Array(300..<352))
        let again = try NearSets(similarity: 0.9).clusters(of: all, order: order, seed: 2)
        #expect(again == clusters)
        #expect(throws: ValueError.self) { try NearSets(similarity: 0.5) }
    }

    @Test func `series that are shifted, scaled and cut are found`() throws {
        var random = Seeded(94)
        let series = (0..<12).map { _ -> [Double] in
            var level = 0.0
            return (0..<200).map { _ in
                level = 0.8 * level + random.normal()
                return level
            }
        }
        let copy = series[3].dropFirst(10).prefix(150).map { 5 * $0 - 40 + 0.05 * random.normal() }
        let flat = [Double](repeating: 3, count: 200)
        let all = series + [copy, flat, flat, []]
        let finder = try ShiftedSeries(correlation: 0.95, mostShift: 24, fewestCommon: 50)
        let clusters = try finder.clusters(of: all, order: CommitmentOrder(count: all.count))
        #expect(clusters.representatives[12] == 3 && clusters.places.count == all.count - 1)
        let few = try finder.clusters(
            of: all, order: CommitmentOrder(count: all.count), candidates: [12: [2, 4]])
        #expect(few.places.count == all.count)
        #expect(throws: ValueError.number("series", row: 0, column: 1)) {
            try finder.clusters(of: [[1, .nan]], order: CommitmentOrder(count: 1))
        }
        #expect(throws: ValueError.self) {
            try ShiftedSeries(correlation: 0.9, mostShift: 1, fewestCommon: 2)
        }
    }

    @Test func `independent twins of a common record share, copies of a rare one get nothing`()
        throws
    {
        let clusters = try ExactCopies.clusters(
            of: [[1], [1], [1], [2], [2], [3]], order: CommitmentOrder(count: 6),
            keyedHash: Self.hash)
        let owners = try Groups([0, 1, 1, 2, 3, 4], count: 5)
        func parts(_ occurrences: [Int]) throws -> [Double] {
            try clusters.parts(
                owners: owners, occurrences: occurrences, common: 3,
                order: CommitmentOrder(count: 6))
        }
        #expect(try parts([0, 0, 0, 0, 0, 0]) == [1, 0, 0, 1, 0, 1])
        #expect(try parts([3, 0, 0, 2, 9, 0]) == [0.5, 0.5, 0, 1, 0, 1])
        #expect(throws: ValueError.self) { try parts([1]) }
    }
}
