// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Privacy
import Testing
import TestSupport

@testable import Study

/// Checks 11 and 13 of the reference.
@Suite struct AcceptanceTests {
    @Test(arguments: [false, true])
    func `check 11: at the limit of people and radius no sum wraps`(isNegative: Bool) throws {
        // 2^28 people of a radius just below 2^34.
        let radius = (UInt64(1) << 62) / StudyLimits.people - 1
        let plan = StudyPlan<EchoStep>.of(width: 1, radius: radius, rho: .max)
        // Exactly the radius is left as it is; more is brought down to it, or a little lower.
        let value = isNegative ? -Int64(radius) : Int64(radius)
        let most = plan.partial(of: [EchoStep.rows([isNegative ? .min : .max])]).sums[0]
        #expect(most.magnitude <= radius && most.magnitude > radius - 64)
        var many = plan.partial(of: [EchoStep.rows([value])])
        for _ in 0..<27 { many.merge(many) }
        let half = many.sums[0]
        var whole = many
        whole.merge(many)
        #expect(half == value << 27 && whole.sums[0] == value << 28)
        // One more than half of them: neighbours differ by the clip.
        many.merge(plan.partial(of: [EchoStep.rows([value])]))
        #expect(many.sums[0] - half == value)
    }

    @Test func `check 11: sums that could leave 62 bits are refused when planning`() {
        let least = (UInt64(1) << 62) / StudyLimits.people
        for bound in [
            .fixed(least), .fixed(least + 1), .fixed(.max), .fixed(0),
            .ladder(ClipLadder(lowest: least / 8, rungs: 4)),
            .ladder(ClipLadder(lowest: 1 << 40, rungs: 32)),
        ] as [ContributionBound] {
            #expect(throws: StudyError.overflow) {
                _ = try StudyPlan(
                    step: EchoStep(width: 1, bound: bound), spending: Rho(units: .max))
            }
        }
    }

    /// Groups by their names.
    private static func keys(_ names: [String]) -> [GroupKey] {
        names.map { GroupKey([.text(Array($0.utf8))]) }
    }

    @Test func `check 13: of fifty groups each is kept in one study of ten`() {
        let found = FoundGroups(most: 5, fewest: 1, delta: ExactDecimal("1e-7")!, share: 1)
        let keys = Self.keys((0..<50).map { "group \($0)" })
        let studies = Slow.count(2000, 100_000)
        var counts = [Int](repeating: 0, count: 50)
        for study in 0..<studies {
            let kept = found.kept(of: keys, in: Digest(of: Array("study \(study)".utf8)))
            #expect(kept.count == 5 && Set(kept).count == 5)
            for place in kept { counts[place] += 1 }
        }
        let expected = Double(studies) / 10
        // Drawn without putting back, so χ² of 49 times 0.9; its 1 − 10⁻⁶ point is 110.
        let square = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
        #expect(square < 99 && square > 15)
    }

    @Test func `check 13: which groups are kept hangs on them and the study alone`() {
        let found = FoundGroups(most: 5, fewest: 1, delta: ExactDecimal("1e-7")!, share: 1)
        var random = Seeded(13)
        let names = (0..<50).map { "group \($0)" }
        let study = Digest(of: [1])
        let kept = Set(found.kept(of: Self.keys(names), in: study).map { names[$0] })
        for _ in 0..<20 {
            let order = names.shuffled(using: &random)
            #expect(Set(found.kept(of: Self.keys(order), in: study).map { order[$0] }) == kept)
        }
        #expect(
            Set(found.kept(of: Self.keys(names), in: Digest(of: [2])).map { names[$0] }) != kept)
        // Few groups are all kept, in their order.
        #expect(found.kept(of: Self.keys(Array(names[..<5])), in: study) == [0, 1, 2, 3, 4])
        // Spelled otherwise, other groups are kept as often: a name has no luck of its own.
        var together = 0
        for turn in 0..<400 {
            let study = Digest(of: Array("\(turn)".utf8))
            let one = Set(found.kept(of: Self.keys(names), in: study))
            let other = Set(found.kept(of: Self.keys(names.map { $0.uppercased() }), in: study))
            together += one.intersection(other).count
        }
        // Half a group in common on average: 200 of 400, with a deviation of 12.
        #expect(abs(together - 200) < 65)
    }

    @Test func `a contributor with more groups than count keeps as many as count`() throws {
        let found = FoundGroups(most: 5, fewest: 1, delta: ExactDecimal("1e-7")!, share: 1)
        var contribution = Contribution(
            groups: .found(found), blocks: [StudyBlock(width: 2, bound: .fixed(9))])
        for key in Self.keys((0..<20).map(String.init)) { _ = contribution.place(of: key) }
        contribution.makeRoom()
        for number in 0..<40 { contribution.blocks[0][number] = Int64(number) }
        contribution.keep([7, 3])
        #expect(contribution.keys == Self.keys(["7", "3"]))
        #expect(contribution.blocks == [[14, 15, 6, 7]])
    }
}
