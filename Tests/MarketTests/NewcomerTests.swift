// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing

/// Who comes to a pool that shares by value between two valuations: neither read nor paid until the next.
@Suite struct NewcomerTests {
    /// A pool by value with two people, whose rows were not valued yet, and a buyer.
    private func script() throws -> Script {
        var it = try Script()
        try it.pool(fee: 0, split: .value)
        try it.grant("alice", "berta")
        try it.deposit(20_000, to: "buyer")
        return it
    }

    private func claims(_ it: Script) -> [Int64] {
        ["alice", "berta", "gerda"].map {
            it.state.pools["steps"]!.register.claim(of: Accounts.party(key($0).id)).microunits
        }
    }

    /// A valuation that reads some of them.
    private func value(_ names: [String], epoch: UInt32, in it: inout Script) throws(MarketError) {
        let time = it.time
        try it.take(
            .valued(
                Valuation(
                    pool: "steps", epoch: epoch, question: "CREATE MODEL …", rho: 5,
                    model: ["m": "1"])), at: time)
        try it.take(
            .sharesSet(
                pool: "steps", epoch: epoch, rho: 9,
                shares: names.map { Change.Share(party: key($0).id, shares: 1) }), at: time)
    }

    private func denial(of name: String, in it: Script) throws -> Denial? {
        let place = try #require(it.place(of: name, in: "steps"))
        let decision = it.state.consent.decision(
            of: place,
            for: Request(
                pool: "steps", tables: ["days"], purpose: "dpv:AcademicResearch", price: 1000,
                rho: 10, time: it.time))
        if case .denied(let denial) = decision { return denial }
        return nil
    }

    @Test func `before the first valuation everybody is read, with one share each`() throws {
        var it = try script()
        try it.grant("gerda")
        try it.sell(to: "buyer")
        #expect(claims(it) == [333, 333, 333])
    }

    @Test func `a newcomer is neither read nor paid until the next valuation`() throws {
        var it = try script()
        try value(["alice", "berta"], epoch: 1, in: &it)
        try it.grant("gerda")
        #expect(try denial(of: "gerda", in: it) == .notValued)
        try it.sell(to: "buyer")
        #expect(claims(it) == [500, 500, 0])
        #expect(it.state.consent.budget(of: key("gerda").id, in: "steps").spent == 0)
        // Neither does she get in by granting anew.
        it.second += 10
        try it.withdraw("gerda")
        it.second += 10
        try it.grant("gerda")
        #expect(try denial(of: "gerda", in: it) == .notValued)
        it.second += 29 * 86_400
        try it.grant("alice", "berta", "gerda")
        try value(["alice", "berta", "gerda"], epoch: 2, in: &it)
        try it.sell(to: "buyer")
        #expect(claims(it) == [833, 833, 333])
    }

    @Test func `whom the first valuation could not read waits too, and keeps what she had`() throws
    {
        var it = try script()
        try it.grant("gerda")
        try it.sell(to: "buyer")
        try value(["alice", "berta"], epoch: 1, in: &it)
        try it.sell(to: "buyer")
        #expect(claims(it) == [833, 833, 333])
        #expect(try denial(of: "gerda", in: it) == .notValued)
    }

    @Test func `who is not in the last valuation waits, though she was in one before`() throws {
        var it = try script()
        try value(["alice", "berta"], epoch: 1, in: &it)
        it.second += 29 * 86_400
        try it.grant("alice", "berta")
        try value(["alice"], epoch: 2, in: &it)
        #expect(try denial(of: "berta", in: it) == .notValued, "limits that only sales fit in")
        try it.withdraw("alice")
        it.second += 10
        try it.grant("alice")
        #expect(try denial(of: "alice", in: it) == nil, "she takes up the shares she held")
    }

    @Test func `shares of an epoch are drawn with its valuation or not at all`() throws {
        var it = try script()
        try value(["alice", "berta"], epoch: 1, in: &it)
        try it.grant("gerda", lasting: 10_000_000)
        for later in [10, 29 * 86_400] as [Int64] {
            it.second += later
            #expect(throws: MarketError.self, "nobody is let in without a valuation") {
                try it.take(
                    .sharesSet(
                        pool: "steps", epoch: 1, rho: 9,
                        shares: [Change.Share(party: key("gerda").id, shares: 4)]))
            }
        }
        #expect(try denial(of: "gerda", in: it) == .notValued)
    }

    @Test func `other pools let newcomers in at once`() throws {
        for split in [PoolOffer.SplitRule.equal, .weights] {
            var it = try Script()
            try it.pool(fee: 0, split: split)
            try it.grant("alice", "berta", "gerda")
            #expect(try denial(of: "gerda", in: it) == nil)
        }
    }

    @Test func `a snapshot keeps who waits`() throws {
        var it = try script()
        try value(["alice", "berta"], epoch: 1, in: &it)
        try it.grant("gerda")
        var state = it.state
        var read = try MarketState(snapshot: state.snapshot())
        let root = read.root()
        #expect(root == it.root)
        let place = try #require(it.place(of: "gerda", in: "steps"))
        #expect(read.consent.usage(of: place).unvalued)
    }
}
