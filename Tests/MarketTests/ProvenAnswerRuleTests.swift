// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Market
import Testing

/// The rules of proven answers: noise before rows, columns of the same cohort, no more proofs than they bear.
@Suite struct ProvenAnswerRuleTests {
    private static let root = Digest(of: [1])

    private static func columns(
        pool: String = "steps", table: String = "days", columns: [String] = ["steps"],
        cohort: Digest, rowBits: Int = 13, root: Digest = root
    ) -> Change {
        .columnsCommitted(
            ColumnsCommitment(
                pool: pool, table: table, columns: columns, cohort: cohort, rowBits: rowBits,
                root: root))
    }

    private static func cohort(of order: Digest, in it: Script) -> Digest {
        it.state.consent.cohort(for: it.state.request(of: it.signed[order]!, at: it.time)).root
    }

    /// A market with an order that is reserved with noise; the cohort of it.
    private static func reserved(
        noise: UInt8 = 2
    ) throws -> (it: Script, order: Digest, cohort: Digest) {
        var it = try TradeTests.market(base: 10)
        let (order, cohort) = try reserve(noise, in: &it)
        return (it, order, cohort)
    }

    private static func reserve(
        _ noise: UInt8, in it: inout Script
    ) throws -> (order: Digest, cohort: Digest) {
        let order = try it.order(by: "buyer", rho: 1)
        let cohort = cohort(of: order, in: it)
        try it.take(.reserved(order: order, cohort: cohort, noise: Digest(of: [noise])))
        return (order, cohort)
    }

    private static func committed(_ order: Digest, by root: Digest = root) -> Change {
        .committed(
            order: order, answer: Digest(of: [3]),
            proof: AnswerClaim(columns: root, proof: Digest(of: [4])))
    }

    @Test func `an answer is proven by columns of its cohort, and that is counted`() throws {
        var (it, order, cohort) = try ProvenAnswerRuleTests.reserved()
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        try it.take(ProvenAnswerRuleTests.committed(order))
        #expect(it.state.columns[ProvenAnswerRuleTests.root]?.used == 1)
        #expect(it.state.orders[order]?.proof?.claim?.proof == Digest(of: [4]))
        it.checkMoney()
        var state = it.state
        var read = try MarketState(snapshot: state.snapshot())
        #expect(read.root() == state.root())
        #expect(read.columns.all.map(\.record) == state.columns.all.map(\.record))
        #expect(read.orders[order]?.proof == state.orders[order]?.proof)
        // What was read from a snapshot refuses the same noise too.
        it.state = read
        let second = try it.order(by: "buyer", rho: 1)
        #expect(throws: MarketError.self) {
            try it.take(.reserved(order: second, cohort: cohort, noise: Digest(of: [2])))
        }
    }

    @Test func `without noise that was committed to, nothing is proven`() throws {
        var it = try TradeTests.market(base: 10)
        let order = try it.order(by: "buyer")
        try it.take(
            ProvenAnswerRuleTests.columns(
                cohort: ProvenAnswerRuleTests.cohort(of: order, in: it)))
        try it.reserve(order)
        let root = it.root
        #expect(throws: MarketError.self) { try it.take(ProvenAnswerRuleTests.committed(order)) }
        #expect(it.root == root)
        try it.commit(order)
    }

    @Test func `columns have to be there, of the same pool and cohort`() throws {
        var (it, order, cohort) = try ProvenAnswerRuleTests.reserved()
        #expect(throws: MarketError.self) { try it.take(ProvenAnswerRuleTests.committed(order)) }
        let other = Digest(of: [9])
        try it.take(ProvenAnswerRuleTests.columns(cohort: Digest(of: [8]), root: other))
        #expect(throws: MarketError.self) {
            try it.take(ProvenAnswerRuleTests.committed(order, by: other))
        }
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        try it.take(ProvenAnswerRuleTests.committed(order))
    }

    @Test func `columns are no older than the rows, and as long as the cohort's rows may be`()
        throws
    {
        var (it, order, cohort) = try ProvenAnswerRuleTests.reserved()
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        try it.take(
            .dataAdded(party: key("alice").id, table: "days", segment: Digest(of: [77])))
        // What was reserved before rows came may be answered by columns from before.
        try it.take(ProvenAnswerRuleTests.committed(order))
        let (second, _) = try ProvenAnswerRuleTests.reserve(3, in: &it)
        #expect(throws: MarketError.self) {
            try it.take(ProvenAnswerRuleTests.committed(second))
        }
        let fresh = Digest(of: [21])
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort, root: fresh))
        try it.take(ProvenAnswerRuleTests.committed(second, by: fresh))
        let (third, _) = try ProvenAnswerRuleTests.reserve(4, in: &it)
        let long = Digest(of: [22])
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort, rowBits: 14, root: long))
        #expect(throws: MarketError.self) {
            try it.take(ProvenAnswerRuleTests.committed(third, by: long))
        }
    }

    @Test func `noise serves one answer`() throws {
        var (it, _, cohort) = try ProvenAnswerRuleTests.reserved()
        let second = try it.order(by: "buyer", rho: 1)
        #expect(throws: MarketError.self) {
            try it.take(.reserved(order: second, cohort: cohort, noise: Digest(of: [2])))
        }
        try it.take(.reserved(order: second, cohort: cohort, noise: Digest(of: [5])))
    }

    @Test func `columns prove as many answers as random cells allow, and not one more`() throws {
        var (it, order, cohort) = try ProvenAnswerRuleTests.reserved()
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        try it.take(ProvenAnswerRuleTests.committed(order))
        let most = try #require(it.state.columns[ProvenAnswerRuleTests.root]?.proofs)
        #expect(most == 14)
        for turn in 1..<most {
            let (order, _) = try ProvenAnswerRuleTests.reserve(UInt8(10 + turn), in: &it)
            try it.take(ProvenAnswerRuleTests.committed(order))
        }
        let (last, _) = try ProvenAnswerRuleTests.reserve(100, in: &it)
        let root = it.root
        #expect(throws: MarketError.self) { try it.take(ProvenAnswerRuleTests.committed(last)) }
        #expect(it.root == root)
        // Unproven it can be answered.
        try it.commit(last)
        it.checkMoney()
    }

    @Test func `columns are those of a pool's table, of a size that there is, once`() throws {
        var (it, _, cohort) = try ProvenAnswerRuleTests.reserved()
        for wrong in [
            ProvenAnswerRuleTests.columns(pool: "none", cohort: cohort),
            ProvenAnswerRuleTests.columns(table: "none", cohort: cohort),
            ProvenAnswerRuleTests.columns(columns: [], cohort: cohort),
            ProvenAnswerRuleTests.columns(columns: ["none"], cohort: cohort),
            ProvenAnswerRuleTests.columns(columns: ["steps", "steps"], cohort: cohort),
            ProvenAnswerRuleTests.columns(columns: ["steps", "day"], cohort: cohort),
            ProvenAnswerRuleTests.columns(cohort: cohort, rowBits: 12),
            ProvenAnswerRuleTests.columns(cohort: cohort, rowBits: 19),
        ] {
            #expect(throws: MarketError.self) { try it.take(wrong) }
        }
        try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        #expect(throws: MarketError.self) {
            try it.take(ProvenAnswerRuleTests.columns(cohort: cohort))
        }
    }
}
