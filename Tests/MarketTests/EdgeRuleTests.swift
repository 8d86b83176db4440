// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Testing
import Vault

@testable import Market

/// Pools whose rows stay on contributors' own machines: who is read, who is charged, who is paid.
@Suite struct EdgeRuleTests {
    private static let names = ["ada", "bea", "cleo", "dora", "edith", "fay", "gwen", "hope"]

    private static func offer(
        minimum: Int = 5, split: PoolOffer.SplitRule = .equal
    ) throws(MemberError) -> PoolOffer {
        try PoolOffer(
            name: "steps", title: "Steps",
            tables: [Schema(table: "days", columns: [.init("steps", .integer, bounds: 0...9)])],
            purposes: [purpose("ResearchAndDevelopment")], basePrice: money(1000), premium: .zero,
            feeBasisPoints: 0, minimumCohort: minimum, rowsPerPerson: 1, split: split,
            isEdge: true)
    }

    /// A pool of eight, and an order.
    private static func ordered() throws -> (it: Script, order: Digest) {
        var it = try Script()
        try it.take(.poolOpened(try offer()))
        for name in names { try it.grant(name) }
        try it.deposit(20_000, to: "buyer")
        let order = try it.order(by: "buyer")
        return (it, order)
    }

    private static func reserved(
        _ it: Script, _ order: Digest, there places: [Int]
    ) -> Change {
        .reserved(
            order: order, cohort: it.state.consent.root(of: places), there: PlaceRuns(places))
    }

    private static func spent(_ it: Script, _ name: String) -> UInt64 {
        it.state.consent.budget(of: key(name).id, in: "steps").spent
    }

    @Test func `those who are there are charged, and those who stay are paid`() throws {
        var (it, order) = try EdgeRuleTests.ordered()
        // Hope is not there; fay leaves before the end.
        try it.take(EdgeRuleTests.reserved(it, order, there: [0, 1, 2, 3, 4, 5, 6]))
        #expect(it.state.orders[order]?.denied[.notThere]?.places == [7])
        try it.take(
            .committed(order: order, answer: Digest(of: [1]), left: PlaceRuns([5])))
        for (place, name) in EdgeRuleTests.names.enumerated() {
            #expect(EdgeRuleTests.spent(it, name) == (place == 7 ? 0 : 10), "\(name)")
            let claim = it.state.pools["steps"]?.register.claim(of: Accounts.party(key(name).id))
            let due: Int64 = place == 5 || place == 7 ? 0 : 1000 / 6
            #expect(claim?.microunits == due, "\(name)")
        }
        #expect(it.state.orders[order]?.paid == [0, 1, 2, 3, 4, 6])
        // It replays, and is kept whole.
        var replayed = try it.replayed()
        #expect(replayed.root() == it.root)
        var live = it.state
        var kept = try MarketState(snapshot: live.snapshot())
        #expect(kept.root() == it.root)
        #expect(kept.orders[order]?.left.places == [5])
    }

    @Test func `whoever is not asked cannot be there, and too few are refused`() throws {
        var (it, order) = try EdgeRuleTests.ordered()
        #expect(throws: MarketError.cohortTooSmall) {
            try it.take(EdgeRuleTests.reserved(it, order, there: [0, 1, 2, 3]))
        }
        #expect(throws: MarketError.cohortDiffers) {
            let places = PlaceRuns([0, 1, 2, 3, 9])
            try it.take(.reserved(order: order, cohort: Digest(of: [1]), there: places))
        }
        #expect(throws: MarketError.cohortDiffers) {
            let places = PlaceRuns([0, 1, 2, 3, 4])
            try it.take(.reserved(order: order, cohort: Digest(of: [1]), there: places))
        }
        // Without a word on who is there nobody is.
        #expect(throws: MarketError.self) { try it.reserve(order) }
        try it.withdraw("ada")
        #expect(throws: MarketError.cohortDiffers) {
            try it.take(EdgeRuleTests.reserved(it, order, there: [0, 1, 2, 3, 4]))
        }
        try it.take(EdgeRuleTests.reserved(it, order, there: [1, 2, 3, 4, 5]))
    }

    @Test
    func `an answer of fewer than three quarters is refused, and a failure gives the price back`()
        throws
    {
        var (it, order) = try EdgeRuleTests.ordered()
        try it.take(EdgeRuleTests.reserved(it, order, there: Array(0...7)))
        let answer = Digest(of: [1])
        for left in [PlaceRuns([0, 1, 2]), PlaceRuns([9])] {
            #expect(throws: MarketError.self) {
                try it.take(.committed(order: order, answer: answer, left: left))
            }
        }
        #expect(throws: MarketError.self) { try it.commit(order) }
        #expect(it.available("buyer") == 19_000)
        try it.take(.failed(order: order, reason: .droppedOut))
        #expect(it.available("buyer") == 20_000)
        #expect(EdgeRuleTests.spent(it, "ada") == 10)
    }

    @Test func `a pool of the vault has nobody who is there or leaves`() throws {
        var it = try Script()
        try it.pool()
        try it.grant("ada", "bea")
        try it.deposit(20_000, to: "buyer")
        let order = try it.order(by: "buyer")
        #expect(throws: MarketError.self) {
            try it.take(EdgeRuleTests.reserved(it, order, there: [0, 1]))
        }
        try it.reserve(order)
        #expect(throws: MarketError.self) {
            try it.take(
                .committed(order: order, answer: Digest(of: [1]), left: PlaceRuns([0])))
        }
        try it.commit(order)
    }

    @Test func `rows that stay with people cannot be measured`() throws {
        for split in [PoolOffer.SplitRule.days, .value] {
            #expect(throws: MemberError.self) { try EdgeRuleTests.offer(split: split) }
        }
        #expect(throws: MemberError.self) { try EdgeRuleTests.offer(minimum: 4) }
        let offer = try EdgeRuleTests.offer(split: .weights)
        #expect(try PoolOffer(json: offer.json) == offer)
        guard case .object(var members) = offer.json else { return }
        members["edge"] = false
        #expect(throws: MemberError.self) { try PoolOffer(json: .object(members)) }
    }

    @Test(
        arguments: [
            ([], ""), ([0], "0"), ([0, 1], "0-1"), ([3, 5, 6, 7, 9], "3,5-7,9"),
            ([4_294_967_294], "4294967294"),
        ] as [([Int], String)])
    func `places are written in one way`(places: [Int], text: String) {
        #expect(PlaceRuns(places).text == text)
        #expect(PlaceRuns(text: text)?.places == places)
    }

    @Test(arguments: [
        "0,1", "1-1", "2-1", "0-1,2", "5,3", "01", "-1", "1-", ",", "a", "0-4096", "4294967295",
        "+1", "0 ", "9999999999999999999999",
    ])
    func `another text is none`(text: String) {
        #expect(PlaceRuns(text: text) == nil)
    }
}
