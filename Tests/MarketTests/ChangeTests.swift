// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Fields
import Identity
import Ledger
import Market
import Settlement
import Testing
import Vault
import TestSupport

/// Every change as JSON: there and back, and damaged.
@Suite struct ChangeTests {
    /// One change of every kind.
    private func samples() throws -> [Change] {
        var it = try TradeTests.market()
        let order = Order(try it.quote(), by: key("buyer"))
        let grant = try Grant(
            party: key("alice").id, pool: "steps", tables: ["days"],
            purposes: [purpose("ResearchAndDevelopment")], priceFloor: 5, privacyLimit: 10,
            privacyPerStudy: 10, uses: 1, starts: it.time,
            expires: it.time.adding(milliseconds: 1000), notice: .zero, commitment: .zero)
        let schema = Schema(
            table: "days",
            columns: [
                .init("day", .date), .init("kind", .category, categories: ["a", "b"]),
                .init("worth", .decimal(scale: 2), unit: "EUR", bounds: -5...5),
            ], key: [0])
        let offer = try PoolOffer(
            name: "steps-2", title: "Steps \u{1F6B6} \"quoted\"", tables: [schema],
            purposes: [purpose("ResearchAndDevelopment")], basePrice: money(Amount.largest),
            premium: .zero, feeBasisPoints: 1, minimumCohort: 2, rowsPerPerson: 1, split: .days,
            stale: .stop)
        return [
            .founded(node: key("node").id, name: "name\n"), .poolOpened(offer),
            .deposited(key("buyer").id, money(Amount.largest), reference: Digest(of: [1])),
            .cashedOut(Cashout(money(1), at: it.time, on: key("node").id, by: key("buyer"))),
            .dataAdded(party: key("alice").id, table: "days", segment: Digest(of: [2])),
            .dataErased(party: key("alice").id, segments: [Digest(of: [2]), Digest(of: [3])]),
            .granted(try #require(SignedGrant(grant, by: key("alice")))),
            .withdrawn(try Withdrawal(of: grant.id, at: it.time, by: key("alice"))),
            .sharesSet(
                pool: "steps", epoch: .max, rho: .max,
                shares: [Change.Share(party: key("alice").id, shares: .max)]),
            .valued(
                Valuation(
                    pool: "steps", epoch: 3, question: "CREATE MODEL …", rho: .max,
                    model: ["weights": ["0.5"]])),
            .suspended(pool: "steps", party: key("alice").id, .contradicting),
            .suspended(pool: "steps", party: key("alice").id, .other, reason: "she asked for it"),
            .appealed(Appeal(in: "steps", at: it.time, on: key("node").id, by: key("alice"))),
            .decided(pool: "steps", party: key("alice").id, lifted: true),
            .ordered(order), .reserved(order: order.id, cohort: Digest(of: [4])),
            .committed(order: order.id, answer: Digest(of: [5])),
            .reserved(order: order.id, cohort: Digest(of: [4]), noise: Digest(of: [9])),
            .committed(
                order: order.id, answer: Digest(of: [5]),
                proof: AnswerClaim(columns: Digest(of: [10]), proof: Digest(of: [11]))),
            .reserved(
                order: order.id, cohort: Digest(of: [4]), there: PlaceRuns([0, 1, 2, 7])),
            .committed(
                order: order.id, answer: Digest(of: [5]), left: PlaceRuns([1])),
            .columnsCommitted(
                ColumnsCommitment(
                    pool: "steps", table: "days", columns: ["steps", "kind"],
                    cohort: Digest(of: [12]), rowBits: 17, root: Digest(of: [13]))),
            .published(
                Publication(
                    order.id, question: #"{"salt":"1"}"#, answer: "\u{1F6B6}\n",
                    by: key("buyer"))),
            .rented(
                Rental(
                    order.id, number: 0,
                    terms: try Rental.Terms(price: money(7), ownerBasisPoints: 5_000),
                    by: key("buyer"))),
            .rented(
                Rental(
                    order.id, number: 1,
                    terms: try Rental.Terms(
                        price: money(7), ownerBasisPoints: 0, retraining: money(1)),
                    by: key("buyer"))),
            .rented(Rental(order.id, number: .max, terms: nil, by: key("buyer"))),
            .called(
                ModelCall(
                    order.id, rental: 3, purpose: purpose("ResearchAndDevelopment"), rows: 10_000,
                    price: money(Amount.largest), input: Digest(of: [14]), by: key("alice"))),
            .paidOut(pool: "steps", total: money(7)), .accountsOpened([key("alice").id]),
            .linked([
                Change.Link(
                    party: key("alice").id,
                    link: AccountLink(
                        to: 7, salt: Array(repeating: .one, count: 8), hash: .poseidon1))
            ]),
            .drawn(
                Draw(
                    money(7), from: 3, at: Timestamp("2026-02-03T04:05:06Z")!,
                    on: key("node").id, by: key("alice"))),
            .settled(
                batch: Digest(of: [6]), root: BalanceTree.root(depth: 3, hash: .poseidon1),
                proof: Digest(of: [7]), data: Digest(of: [8])),
        ] + Change.FailureReason.allCases.map { .failed(order: order.id, reason: $0) }
    }

    @Test func `every change is read back from its canonical text`() throws {
        for change in try samples() {
            let text = try change.body.signable()
            let read = try Change(kind: change.kind, body: JSON(parsing: text))
            #expect(read == change)
            #expect(try read.body.signable() == text)
        }
    }

    @Test func `the rules are pinned: another root needs another version of them`() throws {
        var it = try Script()
        try it.pool(premium: 7, fee: 333, split: .weights)
        try it.grant("alice", "berta", "gerda")
        try it.deposit(20_000, to: "buyer")
        try it.sell(to: "buyer")
        try it.take(
            .sharesSet(
                pool: "steps", epoch: 1, rho: 0,
                shares: [Change.Share(party: key("alice").id, shares: 3)]))
        try it.withdraw("berta")
        try it.sell(to: "buyer")
        try it.take(.dataAdded(party: key("alice").id, table: "days", segment: Digest(of: [1])))
        try it.take(.dataErased(party: key("alice").id, segments: [Digest(of: [1])]))
        _ = try it.order(by: "buyer")
        try it.payOut()
        let pinned = "3abbc30b7f7eaf8eb002252ba16108fae913b12f4d6f69b215f4fe8f5532436f"
        #expect(
            it.root.hex == pinned,
            "what is on people's disks would no longer replay: give Change.rules a new version")
        #expect(Change.rules == "2026-12-02")
    }

    @Test func `a journal of other rules is said to be one`() throws {
        var body = Change.founded(node: key("node").id, name: "x").body.object!
        body["rules"] = "1999-01-01"
        let error = #expect(throws: MemberError.self) {
            try Change(kind: "genesis", body: .object(body))
        }
        #expect(error?.description.contains("1999-01-01") == true)
    }

    @Test func `a member too many, too few or of another kind is an error with its name`() throws {
        for change in try samples() {
            guard case .object(let members) = change.body else { continue }
            for name in members.keys.sorted() {
                for wrong: JSON? in [nil, .null, .integer(-1), "x", .array([.null]), .object([:])] {
                    var damaged = members
                    damaged[name] = wrong
                    if wrong == members[name] { continue }
                    do {
                        let read = try Change(kind: change.kind, body: .object(damaged))
                        // Free text may be any text, noise is there for proven answers only, offers that say nothing of
                        // stale models mark them, a reason is there for an operator's own suspensions, terms that say nothing of a retraining have none, and who was there and who left is said where rows stay with
                        // people; nothing else may pass.
                        let isLeftOut =
                            wrong == nil
                            && ["noise", "stale", "there", "left", "retraining", "reason"].contains(
                                name)
                        #expect(wrong == "x" || isLeftOut, "\(change.kind).\(name)")
                        #expect(read != change)
                    } catch {}
                }
            }
            #expect(throws: MemberError.self) {
                var more = members
                more["more"] = 1
                _ = try Change(kind: change.kind, body: .object(more))
            }
            #expect(throws: MemberError.self) {
                _ = try Change(kind: "nonsense", body: change.body)
            }
        }
    }

    @Test func `a text with a changed byte is an error, another change, or the same in capitals`()
        throws
    {
        var random = Seeded(11)
        for change in try samples() {
            let text = try change.body.signable()
            for _ in 0..<200 {
                var damaged = text
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                guard let json = try? JSON(parsing: damaged),
                    let read = try? Change(kind: change.kind, body: json)
                else { continue }
                let isCanonical = try json.signable() == damaged
                let isSame = try read.body.signable() == damaged
                let inCapitals =
                    String(decoding: damaged, as: UTF8.self).lowercased()
                    == String(decoding: text, as: UTF8.self).lowercased()
                #expect(
                    !isCanonical || isSame || inCapitals,
                    "\(String(decoding: damaged, as: UTF8.self))")
                #expect(!isCanonical || read != change || inCapitals)
            }
        }
    }
}
