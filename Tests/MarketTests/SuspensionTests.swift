// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing

/// Who is neither read nor paid, her appeal, and what is decided; and shares by value.
@Suite struct SuspensionTests {
    /// Three people of whom one is to be suspended, and a buyer.
    private func script(split: PoolOffer.SplitRule = .equal) throws -> Script {
        var it = try Script()
        try it.pool(fee: 0, split: split)
        try it.grant("alice", "berta", "gerda")
        try it.deposit(20_000, to: "buyer")
        return it
    }

    private func claims(_ it: Script) -> [Int64] {
        ["alice", "berta", "gerda"].map {
            it.state.pools["steps"]!.register.claim(of: Accounts.party(key($0).id)).microunits
        }
    }

    private func suspend(
        _ name: String, _ code: Suspension.Code = .other, in it: inout Script
    ) throws(MarketError) {
        try it.take(
            .suspended(
                pool: "steps", party: key(name).id, code,
                reason: code == .other ? "machine-made rows" : nil))
    }

    private func appeal(_ name: String, node: String = "node", _ it: Script) -> Change {
        .appealed(Appeal(in: "steps", at: it.time, on: key(node).id, by: key(name)))
    }

    @Test func `a suspended contributor gets nothing of later sales, and keeps what she had`()
        throws
    {
        var it = try script()
        try it.sell(to: "buyer")
        #expect(claims(it) == [333, 333, 333])
        try suspend("gerda", in: &it)
        try it.sell(to: "buyer")
        #expect(claims(it) == [833, 833, 333])
        try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: true))
        #expect(it.state.pools["steps"]!.suspensions.isEmpty)
        try it.sell(to: "buyer")
        #expect(claims(it) == [1166, 1166, 666])
    }

    @Test func `she appeals once, and the operator decides`() throws {
        var it = try script()
        try suspend("gerda", in: &it)
        let suspended = it.state.pools["steps"]!.suspensions[key("gerda").id]
        #expect(suspended?.code == .other && suspended?.appealed == nil)
        try it.take(appeal("gerda", it))
        try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: false))
        #expect(it.state.pools["steps"]!.suspensions[key("gerda").id]?.isUpheld == true)
        #expect(throws: MarketError.self) { try it.take(appeal("gerda", it)) }
        // An operator can still think better of it.
        try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: true))
        try suspend("gerda", .other, in: &it)
        try it.take(appeal("gerda", it))
    }

    @Test func `an operator states why, in a line, and a rule needs no words`() throws {
        var it = try script()
        let long = String(repeating: "x", count: Suspension.mostReason)
        for reason in [
            nil, "", "  ", "two\nlines", "a\u{7}bell", "hid\u{200b}den", "two\u{2028}lines",
            "\u{2800}", "\u{10fff0}red", long + "x",
        ] {
            #expect(throws: MarketError.self, "\(String(describing: reason))") {
                try it.take(
                    .suspended(
                        pool: "steps", party: key("gerda").id, .other, reason: reason))
            }
        }
        for (name, reason) in [("alice", "ساخته\u{200c}شده"), ("gerda", long)] {
            try it.take(.suspended(pool: "steps", party: key(name).id, .other, reason: reason))
        }
        #expect(it.state.pools["steps"]?.suspensions[key("gerda").id]?.words == long)
        let kept = try MarketState(snapshot: it.state.snapshot())
        #expect(kept.pools["steps"]?.suspensions == it.state.pools["steps"]?.suspensions)
    }

    @Test func `whatever does not fit is refused and changes nothing`() throws {
        var it = try script()
        #expect(throws: MarketError.noPool("none")) {
            try it.take(.suspended(pool: "none", party: key("gerda").id, .other, reason: "no"))
        }
        #expect(throws: MarketError.self) { try suspend("stranger", in: &it) }
        #expect(throws: MarketError.self) { try it.take(appeal("gerda", it)) }
        #expect(throws: MarketError.self) {
            try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: true))
        }
        try suspend("gerda", in: &it)
        #expect(throws: MarketError.self) { try suspend("gerda", in: &it) }
        #expect(throws: MarketError.self, "there is no appeal to decide on") {
            try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: false))
        }
        #expect(throws: MarketError.badSignature(of: "appeal")) {
            try it.take(appeal("gerda", node: "another", it))
        }
        var forged = appeal("gerda", it).body.object!
        forged["party"] = .string(key("berta").id.did)
        let change = try Change(kind: "pool.appeal", body: .object(forged))
        #expect(throws: MarketError.badSignature(of: "appeal")) { try it.take(change) }
    }

    @Test func `a study whose cohort was frozen before still pays her`() throws {
        var it = try script()
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        try suspend("gerda", in: &it)
        try it.commit(order)
        #expect(claims(it) == [333, 333, 333])
    }

    @Test func `suspensions and valuations stay in a snapshot, and in the root`() throws {
        var it = try script(split: .value)
        let before = it.root
        try it.take(valuation(epoch: 1))
        try suspend("gerda", in: &it)
        try it.take(appeal("gerda", it))
        #expect(it.root != before)
        var state = it.state
        var read = try MarketState(snapshot: state.snapshot())
        let root = read.root()
        #expect(root == it.root)
        #expect(read.pools["steps"]?.suspensions == it.state.pools["steps"]?.suspensions)
        #expect(read.pools["steps"]?.valued?.epoch == 1)
    }

    private func valuation(epoch: UInt32, rho: UInt64 = 5, model: JSON = ["m": "1"]) -> Change {
        .valued(
            Valuation(
                pool: "steps", epoch: epoch, question: "CREATE MODEL …", rho: rho, model: model))
    }

    private func shares(_ counts: [UInt64], epoch: UInt32, rho: UInt64) -> Change {
        .sharesSet(
            pool: "steps", epoch: epoch, rho: rho,
            shares: zip(["alice", "berta", "gerda"], counts).map {
                Change.Share(party: key($0).id, shares: $1)
            })
    }

    @Test func `shares by value follow a valuation, and cost more than it alone`() throws {
        var it = try script(split: .value)
        #expect(throws: MarketError.wrongSplit, "nothing was valued") {
            try it.take(shares([4, 2, 1], epoch: 1, rho: 9))
        }
        for wrong in [0, 2] as [UInt32] {
            #expect(throws: MarketError.wrongSplit) { try it.take(valuation(epoch: wrong)) }
        }
        #expect(throws: MarketError.wrongSplit) { try it.take(valuation(epoch: 1, rho: 0)) }
        try it.take(valuation(epoch: 1))
        #expect(throws: MarketError.wrongSplit) { try it.take(valuation(epoch: 1)) }
        #expect(throws: MarketError.wrongSplit, "the model has to be paid for too") {
            try it.take(shares([4, 2, 1], epoch: 1, rho: 5))
        }
        #expect(throws: MarketError.wrongSplit, "five shares are more than there are") {
            try it.take(shares([5, 2, 1], epoch: 1, rho: 9))
        }
        try it.take(shares([4, 2, 1], epoch: 1, rho: 9))
        #expect(it.state.consent.budget(of: key("alice").id, in: "steps").spent == 9)
        try it.sell(to: "buyer")
        #expect(claims(it) == [571, 285, 142])
        #expect(throws: MarketError.self, "shares hold for four weeks") {
            try it.take(valuation(epoch: 2))
        }
        it.second += PoolOffer.drawnEpoch / 1000
        try it.take(valuation(epoch: 2))
    }

    @Test func `what the rule finds stands beside the shares that were measured with it`() throws {
        var it = try script(split: .value)
        #expect(throws: MarketError.self) { try suspend("gerda", .copied, in: &it) }
        try it.take(valuation(epoch: 1))
        #expect(throws: MarketError.self) { try suspend("gerda", .copied, in: &it) }
        let together = it.time
        try it.take(shares([4, 2, 1], epoch: 1, rho: 9), at: together)
        try it.take(
            .suspended(pool: "steps", party: key("gerda").id, .copied), at: together)
        #expect(throws: MarketError.self, "later it is the operator's word") {
            try suspend("berta", .contradicting, in: &it)
        }
        try it.take(.decided(pool: "steps", party: key("gerda").id, lifted: true))
        #expect(it.state.pools["steps"]?.cleared == [key("gerda").id], "no valuation asks again")
    }

    @Test func `no other rule takes a valuation, and none that is too large`() throws {
        for split in [PoolOffer.SplitRule.equal, .weights] {
            var it = try script(split: split)
            #expect(throws: MarketError.wrongSplit) { try it.take(valuation(epoch: 1)) }
        }
        var it = try script(split: .value)
        let large = JSON.object([
            "m": .string(String(repeating: "x", count: Valuation.mostBytes))
        ])
        #expect(throws: MarketError.self) { try it.take(valuation(epoch: 1, model: large)) }
    }
}
