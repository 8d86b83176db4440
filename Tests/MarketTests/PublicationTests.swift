// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Market
import Testing

/// A buyer lets everybody read what she asked and was answered.
@Suite struct PublicationTests {
    private static let question = #"{"salt":"1","value":{"sql":"SELECT 1"}}"#
    private static let answer = #"{"salt":"2","value":{"columns":[],"rows":[]}}"#

    /// An order that was answered with ``answer``.
    private static func answered() throws -> (Script, Digest) {
        var it = try TradeTests.market()
        let order = try it.order(by: "buyer")
        try it.reserve(order)
        try it.take(.committed(order: order, answer: Digest(of: Array(answer.utf8))))
        return (it, order)
    }

    private static func publication(
        of order: Digest, question: String = question, answer: String = answer,
        by buyer: String = "buyer"
    ) -> Change {
        .published(Publication(order, question: question, answer: answer, by: key(buyer)))
    }

    @Test func `an answer is published once, moves no money, and the state remembers where`() throws
    {
        var (it, order) = try PublicationTests.answered()
        let (books, root) = (it.available("buyer"), it.root)
        let index = UInt64(it.journal.count)
        try it.take(PublicationTests.publication(of: order))
        #expect(it.state.orders[order]?.published == index)
        #expect(it.available("buyer") == books && it.root != root)
        #expect(throws: MarketError.publishedAlready) {
            try it.take(PublicationTests.publication(of: order))
        }
        it.checkMoney()
        var state = it.state
        let snapshot = state.snapshot()
        let read = try MarketState(snapshot: snapshot)
        #expect(read.orders[order]?.published == index)
    }

    @Test func `only what was recorded, and only by its buyer`() throws {
        var (it, order) = try PublicationTests.answered()
        #expect(throws: MarketError.answerDiffers) {
            try it.take(PublicationTests.publication(of: order, answer: "another"))
        }
        #expect(throws: MarketError.badSignature(of: "publication")) {
            try it.take(PublicationTests.publication(of: order, by: "alice"))
        }
        #expect(throws: MarketError.noOrder) {
            try it.take(PublicationTests.publication(of: Digest(of: [9])))
        }
        let open = try it.order(by: "buyer")
        #expect(throws: MarketError.wrongStage(is: .placed)) {
            try it.take(PublicationTests.publication(of: open))
        }
        try it.reserve(open)
        #expect(throws: MarketError.wrongStage(is: .running)) {
            try it.take(PublicationTests.publication(of: open))
        }
        #expect(it.state.orders[order]?.published == nil)
    }

    @Test func `a publication longer than an entry should be is refused`() throws {
        var (it, order) = try PublicationTests.answered()
        let most = Publication.mostBytes - PublicationTests.answer.utf8.count
        let long = String(repeating: "x", count: most + 1)
        #expect(throws: MarketError.publicationTooLong) {
            try it.take(PublicationTests.publication(of: order, question: long))
        }
        try it.take(PublicationTests.publication(of: order, question: String(long.dropLast())))
    }

    @Test func `a quote tells the kinds of its answers in one spelling, or not at all`() throws {
        var it = try TradeTests.market()
        let plain = try it.quote().quote
        #expect(plain.json["answers"] == nil)
        func told(_ kinds: JSON) throws -> Quote {
            guard case .object(var members) = plain.json else { return plain }
            members["answers"] = kinds
            return try Quote(json: .object(members))
        }
        #expect(try told(["count", "average"]).answers == [.count, .average])
        for wrong: JSON in [
            [], ["average", "count"], ["count", "count"], ["opinion"], "count", ["count", 1],
        ] { #expect(throws: (any Error).self, "\(wrong)") { try told(wrong) } }
    }
}
