// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import AnswerProof
@testable import Stark

/// Answers are right and proven at the ends of everything that has an end.
@Suite struct AnswerEdgeTests {
    private static let top = Int(CodedTable.mostValue)

    /// Looks whether a right answer breaks nothing in the clear, and its proof is taken.
    private func check(
        _ world: AnswerWorld, _ numbers: [AnswerNumber], noises: [Int64]? = nil,
        proving: Bool = true
    ) throws {
        let asked = try world.asked(numbers)
        let noises = noises ?? asked.noises
        let noise = try CommittedNoise(
            noises, of: numbers, rowBits: world.table.rowBits,
            seed: [UInt8](repeating: 4, count: 32))
        let context = AnswerWorld.Asked.context
        let witness = try asked.prover.witness(
            world.table, world.columns, noise, context: context)
        let breaks = TraceCheck(asked.form.circuit, activeRows: asked.activeRows).breaks(
            witness.traces,
            committed: [0: try world.columns.cells(), 2: try noise.columns.cells()],
            inputs: try witness.statement.inputs())
        #expect(breaks.isEmpty)
        let plain = zip(numbers, noises).map { world.plain($0) * $0.units + $1 }
        #expect(witness.statement.results == plain)
        guard proving else { return }
        var random = Seeded(5)
        let (statement, proof) = try asked.prover.prove(
            world.table, world.columns, adding: noise, context: context, using: &random)
        #expect(statement == witness.statement)
        try asked.verifier.verify(proof, of: statement)
    }

    private func sum(_ low: Int, _ high: Int) -> AnswerNumber {
        AnswerNumber(.sum(column: 1, low: low, high: high), units: 3)
    }

    private func centred(_ low: Int, _ high: Int) -> AnswerNumber {
        AnswerNumber(.centred(column: 1, low: low, high: high), units: 1 << 20)
    }

    @Test func `a table without rows has an answer`() throws {
        let top = AnswerEdgeTests.top
        try check(
            try AnswerWorld(ages: [], colours: []),
            [
                AnswerNumber(.rows, units: 1), AnswerNumber(.missing(column: 1), units: 7),
                AnswerNumber(.present(column: 2), units: 9), centred(0, top),
            ])
    }

    @Test func `a column without values has an answer, with the least and the most noise too`()
        throws
    {
        let (base, top) = (Int64(CodedTable.codes), AnswerEdgeTests.top)
        let least = -base * base * (base / 2)
        let most = base * base * base + least - 1
        let nothing = [Int64?](repeating: nil, count: 300)
        let world = try AnswerWorld(ages: nothing, colours: nothing)
        let numbers = [
            AnswerNumber(.present(column: 1), units: 7), sum(top, top),
            AnswerNumber(.missing(column: 1), units: 1),
        ]
        try check(world, numbers, noises: [7 * most + 6, 3 * least, most - 300])
        // One more has no digits.
        let asked = try world.asked(numbers)
        let noise = try CommittedNoise(
            [0, 0, most - 299], of: numbers, rowBits: world.table.rowBits,
            seed: [UInt8](repeating: 4, count: 32))
        #expect(throws: AnswerProofError.overflow) {
            _ = try asked.prover.witness(
                world.table, world.columns, noise, context: AnswerWorld.Asked.context)
        }
    }

    @Test func `the whole area with the greatest values has an answer`() throws {
        let top = AnswerEdgeTests.top
        let rows = CodedTable.room(rowBits: 13)
        let ages = [Int64?](repeating: .max, count: rows)
        let world = try AnswerWorld(
            ages: ages, colours: (0..<rows).map { $0 % 2 == 0 ? nil : 0 })
        #expect(world.table.rowBits == 13 && world.table.columns[0].allSatisfy { $0 == 32_511 })
        #expect(world.plain(sum(0, top)) == 25_600 * 32_510)
        try check(
            world, [AnswerNumber(.rows, units: 1 << 30), sum(0, top), centred(0, top)])
    }

    @Test func `forty numbers of all kinds have an answer, equal ones and bounds of one value too`()
        throws
    {
        let (world, top) = (try AnswerTests.world.get(), AnswerEdgeTests.top)
        let present = world.plain(AnswerNumber(.present(column: 1), units: 1))
        #expect(world.plain(sum(0, 0)) == 0)
        #expect(world.plain(sum(top, top)) == present * Int64(top))
        let sums = [3: sum(top, top), 12: sum(0, 0), 27: centred(18, 90), 32: sum(top, top)]
        try check(
            world,
            (0..<40).map { place in
                let others = [
                    AnswerNumber(.rows, units: Int64(place + 1)),
                    AnswerNumber(.missing(column: 1), units: 5),
                    AnswerNumber(.present(column: 2), units: 1),
                    AnswerNumber(.present(column: 1), units: 1 << 30),
                ]
                return sums[place] ?? others[place % 4]
            })
    }

    @Test func `as many groups as there may be have an answer, DIVIDEND_SLOW for its proof`() throws
    {
        let world = try AnswerTests.world.get()
        let groups = (0..<AnswerNumber.most).map {
            AnswerNumber(.group(column: 1, code: $0), units: 2)
        }
        let present = world.ages.count { $0 != nil && $0 ?? 0 < 699 }
        #expect(groups.dropFirst().reduce(0) { $0 + world.plain($1) } == Int64(present))
        try check(world, groups, proving: Slow.isOn)
    }

    @Test func `one part, parts of one value each, and as many as there may be have an answer`()
        throws
    {
        let (world, top) = (try AnswerTests.world.get(), AnswerEdgeTests.top)
        try check(world, AnswerWorld.parts([0]))
        try check(world, AnswerWorld.parts([0, 1, 2, 31_000, 31_001, top]))
        let most = AnswerWorld.parts(Array(0..<AnswerNumber.most - 1))
        #expect(most.reduce(0) { $0 + world.plain($1) } == Int64(world.table.rows))
        try check(world, most, proving: Slow.isOn)
        let nothing = try AnswerWorld(ages: [], colours: [])
        try check(nothing, AnswerWorld.parts([0, 5]))
    }
}

extension AnswerWorld {
    /// A table of these.
    init(ages: [Int64?], colours: [Int64?]) throws {
        (self.ages, self.colours) = (
            // Values are told from others up to the greatest that has a code.
            ages.map { $0.map { min($0, CodedTable.mostValue) } }, colours
        )
        table = try CodedTable([ages.map(CodedTable.code), colours.map(CodedTable.code)])
        columns = try table.commit(seed: [UInt8](repeating: 6, count: 32))
    }
}
