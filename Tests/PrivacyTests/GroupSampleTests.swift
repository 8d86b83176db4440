// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct GroupSampleTests {
    private static let groups = (0..<50).map { Array("category \($0)".utf8) }

    private static func bytes(_ number: Int) -> [UInt8] { Array("release \(number)".utf8) }

    /// How well the counts fit an even draw of 5 of 50 without replacement: the covariance of such
    /// counts is Np(1−p)·50/49 times that of a chi-square of 49 degrees.
    private static func pValue(
        releases: Int, _ keep: (Int) -> [Int]
    ) -> Double {
        var counts = [Int](repeating: 0, count: groups.count)
        for release in 0..<releases { for place in keep(release) { counts[place] += 1 } }
        let (m, p) = (Double(groups.count), 5 / Double(groups.count))
        let mean = Double(releases) * p
        let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let statistic = squares / (mean * (1 - p) * m / (m - 1))
        return ChiSquare.upperGamma((m - 1) / 2, statistic / 2)
    }

    @Test func `each of 50 groups is kept one time in ten, five at once, DIVIDEND_SLOW for 10^6`() {
        let p = Self.pValue(releases: Slow.count(3000, 1_000_000)) { release in
            let sample = GroupSample(release: Self.bytes(release), mostGroups: 5)
            let kept = sample.keep(Self.groups, of: Array("anna".utf8))
            #expect(kept.count == 5)
            #expect(kept == kept.sorted() && Set(kept).count == 5)
            return kept
        }
        #expect(p > Law.falseAlarm)
    }

    @Test func `a rank that is the same in every release, and a group favoured, are seen`() {
        let fixed = GroupSample(release: [1], mostGroups: 5).keep(Self.groups, of: [2])
        #expect(Self.pValue(releases: 3000) { _ in fixed } < Law.falseAlarm)
        let favoured = Self.pValue(releases: 3000) { release in
            let kept = GroupSample(release: Self.bytes(release), mostGroups: 5)
                .keep(Self.groups, of: [])
            return release % 20 == 0 ? [7] + kept.dropFirst() : kept
        }
        #expect(favoured < Law.falseAlarm)
    }

    @Test func `neither order nor other contributors change what is kept`() {
        var seeds = Seeded(81)
        let sample = GroupSample(release: [1, 2, 3], mostGroups: 5)
        let kept = Set(sample.keep(Self.groups, of: [9]).map { Self.groups[$0] })
        for _ in 0..<50 {
            let shuffled = Self.groups.shuffled(using: &seeds)
            #expect(Set(sample.keep(shuffled, of: [9]).map { shuffled[$0] }) == kept)
        }
        // Without one that was not kept, the same five stay.
        let dropped = Self.groups.filter { kept.contains($0) || $0 != Self.groups[0] }
        #expect(Set(sample.keep(dropped, of: [9]).map { dropped[$0] }) == kept)
        #expect(Set(sample.keep(Self.groups, of: [10]).map { Self.groups[$0] }) != kept)
    }

    @Test func `contributor and group do not run into each other`() {
        let sample = GroupSample(release: [], mostGroups: 25)
        let left = sample.keep(Self.groups.map { [1] + $0 }, of: [7])
        let right = sample.keep(Self.groups, of: [7, 1])
        #expect(left != right)
    }

    @Test func `few groups are kept whole, and none of none`() {
        let sample = GroupSample(release: [1], mostGroups: 5)
        #expect(sample.keep(Array(Self.groups.prefix(5)), of: [1]) == [0, 1, 2, 3, 4])
        #expect(sample.keep([], of: [1]) == [])
        #expect(GroupSample(release: [1], mostGroups: 0).keep(Self.groups, of: [1]) == [])
        #expect(GroupSample(release: [1], mostGroups: -1).keep(Self.groups, of: [1]) == [])
    }

    @Test func `the clip by groups bounds both norms for any numbers`() throws {
        var seeds = Seeded(82)
        for _ in 0..<500 {
            let ends = [Int64(bitPattern: seeds.anySize()), Int64(bitPattern: seeds.anySize())]
            let clip = L0LinfClip(mostGroups: 3, bounds: ends.min()!...ends.max()!)
            let given = (0..<3).map { _ in clip.clamp(Int64(bitPattern: seeds.anySize())) }
            #expect(given.allSatisfy { clip.bounds.contains($0) })
            let l1 = given.reduce(UInt128(0)) { $0 + UInt128($1.magnitude) }
            #expect(l1 <= clip.l1)
            let norm = try #require(IndividualFilter.squaredNorm(of: given))
            #expect(norm <= (try #require(clip.l2Squared)))
        }
        #expect(L0LinfClip(mostGroups: 2, bounds: 5...9).bounds == 0...9)
        #expect(L0LinfClip(mostGroups: 0, bounds: -9 ... -5).l1 == 9)
    }
}
