// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing

/// Models that are let by the call: who rents one pays the people again whose rows it was made from.
@Suite struct RentalTests {
    /// Three people, a model of theirs that its buyer owns, and money to rent it with.
    private func script(
        fee: Int64 = 500, stale: PoolOffer.StaleRule = .mark
    ) throws -> (Script, model: Digest) {
        var it = try Script()
        try it.pool(base: 900, fee: fee, stale: stale)
        try it.grant("alice", "berta", "gerda")
        try it.deposit(10_000, to: "owner")
        try it.deposit(10_000_000, to: "renter")
        let model = try it.model(for: "owner")
        return (it, model)
    }

    @Test func `the fee comes off first, then the owner's part, and all else is the people's`()
        throws
    {
        var (it, model) = try script()
        let before = (people: it.claim("alice"), owner: it.available("owner"), fees: it.fees)
        try it.rent(model, by: "owner", price: 10_000, own: 2_000)
        try it.call(model, by: "renter", rows: 40, price: 400_000)
        // Of 400,000, 5 % are 20,000; of the 380,000 left a fifth is 76,000; 304,000 for three people.
        #expect(it.available("renter") == 9_600_000)
        #expect(it.fees - before.fees == 20_000)
        #expect(it.available("owner") - before.owner == 76_000)
        #expect(it.claim("alice") - before.people == 101_333)
        let rental = try #require(it.state.rentals[model])
        #expect(rental.rows == 40 && rental.calls == 1 && rental.income == money(400_000))
        it.checkMoney()
    }

    @Test func `those are paid who were read, and nobody who came later`() throws {
        var (it, model) = try script(fee: 0)
        try it.grant("nadja")
        try it.withdraw("gerda")
        let before = ["alice", "gerda", "nadja"].map { it.claim($0) }
        try it.rent(model, by: "owner", price: 3_000)
        try it.call(model, by: "renter", rows: 100, price: 300_000)
        let after = ["alice", "gerda", "nadja"].map { it.claim($0) }
        #expect(zip(after, before).map { $0 - $1 } == [100_000, 100_000, 0])
    }

    @Test func `a pool may stop a model when somebody withdraws who is in it`() throws {
        var (it, model) = try script(stale: .stop)
        try it.rent(model, by: "owner", price: 3_000)
        try it.call(model, by: "renter", rows: 1, price: 3_000)
        try it.withdraw("gerda")
        #expect(throws: MarketError.self) {
            try it.call(model, by: "renter", rows: 1, price: 3_000, input: 2)
        }
        #expect(throws: MarketError.self, "nor can it be let anew") {
            try it.rent(model, by: "owner", price: 5_000, number: 1)
        }
        // Made again without her it can.
        let second = try it.model(for: "owner")
        try it.rent(second, by: "owner", price: 3_000)
        try it.call(second, by: "renter", rows: 1, price: 3_000, input: 2)
        // And the owner can still say that the old one is let no more.
        try it.take(.rented(Rental(model, number: 1, terms: nil, by: key("owner"))))
        #expect(it.state.rentals[model]?.word.terms == nil)
    }

    @Test func `the owner's words count once each, in their order`() throws {
        var (it, model) = try script()
        #expect(throws: MarketError.self, "not let yet") {
            try it.call(model, by: "renter", rows: 1, price: 1_000)
        }
        #expect(throws: MarketError.self, "what is not let cannot end") {
            try it.take(.rented(Rental(model, number: 0, terms: nil, by: key("owner"))))
        }
        try it.rent(model, by: "owner", price: 1_000)
        #expect(throws: MarketError.self, "said before") {
            try it.rent(model, by: "owner", price: 1_000)
        }
        try it.rent(model, by: "owner", price: 9_000, number: 1)
        #expect(throws: MarketError.self, "the old price") {
            try it.call(model, by: "renter", rows: 1, price: 1_000)
        }
        try it.call(model, by: "renter", rows: 1, price: 9_000, number: 1)
        try it.take(.rented(Rental(model, number: 2, terms: nil, by: key("owner"))))
        #expect(throws: MarketError.self) {
            try it.call(model, by: "renter", rows: 1, price: 9_000, number: 2, input: 2)
        }
        #expect(throws: MarketError.badSignature(of: "rental")) {
            try it.rent(model, by: "renter", price: 1_000, number: 3)
        }
    }

    @Test func `whoever is suspended gets nothing of calls, and a call costs something`() throws {
        var (it, model) = try script(fee: 0)
        try it.take(.suspended(pool: "steps", party: key("gerda").id, .other, reason: "no"))
        let before = ["alice", "gerda"].map { it.claim($0) }
        try it.rent(model, by: "owner", price: 1)
        try it.call(model, by: "renter", rows: 2_000, price: 2_000)
        let after = ["alice", "gerda"].map { it.claim($0) }
        #expect(zip(after, before).map { $0 - $1 } == [1_000, 0])
        #expect(it.state.calls.all[0].record.suspended == [key("gerda").id])
        #expect(throws: MarketError.self, "less than a thousandth") {
            try it.call(model, by: "renter", rows: 999, price: 999, input: 2)
        }
        it.checkMoney()
    }

    @Test func `whatever does not fit is refused and changes nothing`() throws {
        var (it, model) = try script()
        try it.rent(model, by: "owner", price: 10_000)
        let paid = try it.call(model, by: "renter", rows: 2, price: 20_000)
        for (rows, price) in [
            (2, Int64(19_000)), (2, 21_000), (0, 0), (10_001, 100_010_000),
        ] {
            #expect(throws: MarketError.self) {
                try it.call(model, by: "renter", rows: rows, price: price, input: 2)
            }
        }
        #expect(throws: MarketError.self, "paid for already") { try it.take(.called(paid)) }
        #expect(throws: MarketError.self, "not what the model was made for") {
            try it.call(
                model, by: "renter", rows: 1, price: 10_000, purpose: "CommercialResearch", input: 2
            )
        }
        #expect(throws: MarketError.self, "no money") {
            try it.call(model, by: "stranger", rows: 1, price: 10_000, input: 2)
        }
        var forged = paid.json.object!
        forged["rows"] = 1
        forged["price"] = "10000"
        let change = try Change(kind: "model.call", body: .object(forged))
        #expect(throws: MarketError.badSignature(of: "call")) { try it.take(change) }
        let answer = try it.sell(to: "owner")
        #expect(throws: MarketError.self, "an answer is no model") {
            try it.rent(answer, by: "owner", price: 1_000)
        }
        #expect(throws: MemberError.self) {
            try Rental.Terms(price: money(1), ownerBasisPoints: 5_001)
        }
        #expect(throws: MemberError.self) { try Rental.Terms(price: .zero, ownerBasisPoints: 0) }
        #expect(throws: MemberError.self) {
            try Rental.Terms(price: money(1), ownerBasisPoints: 0, retraining: .zero)
        }
        // What a retraining may cost is part of the owner's word.
        let word = Rental(
            model, number: 1,
            terms: try Rental.Terms(price: money(1), ownerBasisPoints: 0, retraining: money(5)),
            by: key("owner"))
        var raised = word.json.object!
        raised["retraining"] = "50"
        #expect(!(try Rental(json: .object(raised))).verify(by: key("owner").id))
        raised["retraining"] = nil
        #expect(!(try Rental(json: .object(raised))).verify(by: key("owner").id))
        #expect(throws: MarketError.self, "its pool has no models made anew") {
            try it.take(.rented(word))
        }
        it.checkMoney()
    }

    @Test func `rentals and calls stay in a snapshot, in the root, and in a replay`() throws {
        var (it, model) = try script()
        let before = it.root
        try it.rent(model, by: "owner", price: 10_000)
        let offered = it.root
        #expect(offered != before)
        try it.call(model, by: "renter", rows: 2, price: 20_000)
        #expect(it.root != offered)
        var state = it.state
        var read = try MarketState(snapshot: state.snapshot())
        let root = read.root()
        #expect(root == it.root)
        #expect(read.calls.count == 1 && read.rentals[model]?.rows == 2)
        var replayed = try it.replayed()
        let again = replayed.root()
        #expect(again == it.root)
    }

    @Test func `what a call brings is divided to the last unit`() throws {
        var (it, model) = try script()
        try it.rent(model, by: "owner", price: 7_000, own: 3_333)
        for rows in 1...30 {
            try it.call(
                model, by: "renter", rows: rows, price: Int64(rows) * 7_000, input: UInt64(rows))
        }
        it.checkMoney("after calls of every size")
    }
}
