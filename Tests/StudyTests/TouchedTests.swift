// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import TestSupport
import Testing
import Vault

@testable import Study

/// Steps that give few numbers among many say where, and are clipped and added as if they had not said it.
@Suite struct TouchedTests {
    @Test(
        arguments: [
            ContributionBound.fixed(100), .fixed(1 << 30),
            .ladder(ClipLadder(lowest: 50, rungs: 4)),
        ], [2000, 300])
    func `to say where numbers stand changes no sum`(bound: ContributionBound, width: Int) throws {
        var dice = Seeded(3)
        let people = (0..<200).map { _ in
            FewStep.rows(
                (0..<Int64.random(in: 0...8, using: &dice)).map { _ in
                    (
                        Int64.random(in: 0..<Int64(width), using: &dice),
                        Int64.random(in: -80...80, using: &dice)
                    )
                })
        }
        let (told, untold) = (
            try plan(FewStep(bound: bound, width: width)),
            try plan(FewStep(bound: bound, width: width, says: false))
        )
        var (sum, other) = (told.nobody, untold.nobody)
        for person in people {
            sum.merge(told.partial(of: [person]))
            other.merge(untold.partial(of: [person]))
        }
        #expect(sum.sums == other.sums)
        #expect(sum.sums.contains { $0 != 0 })
    }

    @Test func `numbers beyond every bound are cut as well`() throws {
        let plan = try plan(FewStep(bound: .fixed(100)))
        let sums = plan.partial(of: [FewStep.rows([(7, .max), (1999, .min)])]).sums
        #expect(sums[7] == 70 && sums[1999] == -70)
        #expect(sums.count { $0 != 0 } == 2)
    }

    @Test func `a place that is named twice counts once`() throws {
        let plan = try plan(FewStep(bound: .fixed(100)))
        #expect(plan.partial(of: [FewStep.rows([(7, 60), (7, 60)])]).sums[7] == 60)
        let (thrice, once) = (
            FewStep.rows([(7, 600), (7, 600), (7, 600)]), FewStep.rows([(7, 600)])
        )
        #expect(plan.partial(of: [thrice]).sums == plan.partial(of: [once]).sums)
    }

    @Test func `what stands where nothing was said to stand counts for nobody`() async throws {
        let plan = try plan(FewStep(bound: .fixed(100), strays: true))
        // Whoever comes next names the place of the stray number, and sets nothing there.
        let people = [[FewStep.rows([(7, 60)])], [FewStep.rows([(7, 60), (1500, 0)])]]
        let sums = try await plan.run(over: MemoryCohort(people: people), threads: 1).sums
        #expect(sums[7] == 120)
        #expect(sums.count { $0 != 0 } == 1, "the stray number is in a sum, hers or the next one's")
    }

    @Test func `as many places as there are numbers, and more, are no trap`() throws {
        let plan = try plan(FewStep(bound: .fixed(100)))
        let person = FewStep.rows((0..<5000).map { (Int64($0 % 2000), 1) })
        #expect(plan.partial(of: [person]).sums.allSatisfy { $0 == 1 })
    }

    private func plan(_ step: FewStep) throws -> StudyPlan<FewStep> {
        try StudyPlan(step: step, spending: .maximum)
    }
}

/// A step that sets the number at the place of each row to the row's value.
private struct FewStep: LocalStep {
    static let schema = Schema(
        table: "few", columns: [.init("place", .integer), .init("value", .integer)])

    var bound: ContributionBound
    var width = 2000
    /// Whether it says where.
    var says = true
    /// Whether it sets one more number than it says.
    var strays = false

    var canonical: JSON { ["few": .bool(says)] }
    var groups: StudyGroups { .listed(1) }
    var blocks: [StudyBlock] { [StudyBlock(width: width, bound: bound)] }
    var reads: [TableColumns] { [TableColumns(schema: FewStep.schema, columns: [0, 1])] }

    func makeScratch() {}

    func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Void
    ) {
        let (places, values) = (tables[0].columns[0].values, tables[0].columns[1].values)
        for (place, value) in zip(places, values) {
            contribution.blocks[0][Int(place)] = value
            if says { contribution.touched[0].append(Int(place)) }
        }
        if strays, places.count == 1 { contribution.blocks[0][1500] = 90 }
    }

    static func rows(_ values: [(Int64, Int64)]) -> Rows {
        Rows(
            schema: schema,
            columns: [.init(values: values.map(\.0)), .init(values: values.map(\.1))],
            count: values.count)
    }
}
