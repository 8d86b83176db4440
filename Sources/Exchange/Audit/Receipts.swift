// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
package import Identity
package import Market

/// Receipts that people keep, checked offline.
package enum Receipts {
    /// Checks a consent receipt, that of a balance, or the receipt of an answer.
    ///
    /// - Parameters:
    ///   - node: the node's key as the holder knows it; nil takes the receipt's own.
    ///   - journal: the state that a public copy gives; nil looks at the receipt alone.
    /// - Returns: what holds, in words, and whether an answer is proven.
    /// - Throws: what does not hold.
    package static func check(
        _ bytes: [UInt8], expecting node: PartyID?, in journal: MarketState? = nil
    ) throws -> (words: String, isProven: Bool) {
        let json = try JSON(parsing: bytes)
        if json["type"]?.string == BalanceReceipt.type {
            return (try BalanceReceipt(json: json).check(expecting: node, in: journal), false)
        }
        guard json["type"] == "DividendReceipt" else {
            let receipt = try ConsentReceipt.check(bytes, expecting: node)
            let grant = receipt.signed.grant
            // The check above has looked at the passkey's signature too; here it tells the page.
            let page = try receipt.signed.passkey.map { try $0.verify(grant) }
            let passkey = page.map { ", by her passkey on \($0)" } ?? ""
            var standing = "; whether it still stands, a public copy shows (--copy)"
            if let journal {
                guard journal.node == receipt.controller.node,
                    let place = journal.consent.index(of: grant.id)
                else {
                    throw ExchangeError.refused(
                        "the copy has no such grant; an older copy may not have it yet")
                }
                let usage = journal.consent.usage(of: place)
                standing =
                    usage.superseded
                    ? "; in the copy's journal a newer one has taken its place"
                    : usage.withdrawn.map { "; in the copy's journal it was withdrawn at \($0)" }
                        ?? "; in the copy's journal it stands"
            }
            return (
                "consent for \(grant.pool), given \(grant.given), until \(grant.expires), signed "
                    + "by the contributor\(passkey) and by \(receipt.controller.node.did)"
                    + standing, false
            )
        }
        return try answer(json, expecting: node, in: journal)
    }

    /// Checks the receipt of an answer.
    private static func answer(
        _ json: JSON, expecting node: PartyID?, in journal: MarketState?
    ) throws -> (words: String, isProven: Bool) {
        let statement = try DataIntegrity.verify(json)
        if let node, statement.party != node {
            throw ExchangeError.refused(
                "the receipt is signed by \(statement.party.did), not by \(node.did)")
        }
        if let journal, journal.node != statement.party {
            throw ExchangeError.refused("the receipt is signed by another node than the copy's")
        }
        if let first = json["first"] {
            // The same numbers, shown otherwise: what was committed to and proven is in the first receipt.
            guard first["first"] == nil, json["repeats"] == first["order"],
                json["quote"] == first["quote"], json["buyer"] == first["buyer"]
            else { throw ExchangeError.refused("the receipt repeats another one than it holds") }
            let earlier = try answer(first, expecting: statement.party, in: journal)
            return (
                "an answer that shows what was answered before, signed by \(statement.party.did); the first: "
                    + earlier.words, earlier.isProven
            )
        }
        guard let opening = json["opening"]?.string, let commitment = json["commitment"]?.string,
            Digest(of: Array(opening.utf8)).hex == commitment,
            let answer = json["answer"], try JSON(parsing: opening)["value"] == answer
        else { throw ExchangeError.refused("the answer is not the one that was committed to") }
        let words =
            "answer \(commitment.prefix(8))… to order \(json["order"]?.string?.prefix(8) ?? "?")…, "
            + "signed by \(statement.party.did)"
        guard let quoted = json["quote"],
            let order = json["order"]?.string.flatMap(Digest.init(hex:)),
            Digest(of: try quoted.signable()) == order
        else { throw ExchangeError.refused("the order is not that of the quote") }
        if let journal {
            guard let known = journal.orders[order], known.answer?.hex == commitment,
                known.order.buyer.did == json["buyer"]?.string
            else {
                throw ExchangeError.refused(
                    "the copy's journal has no such answer to this order, or another buyer's; an older copy may not have it yet"
                )
            }
        }
        guard json["passport"] != nil || json["proven"] != nil else {
            return (words + (journal == nil ? "" : ", as the copy's journal commits to it"), false)
        }
        if let passport = json["passport"] {
            let model = try ModelPassport.check(
                passport, model: answer["model"], quote: quoted, order: order, by: statement.party)
            guard let journal else { return (words + "; " + model, false) }
            guard let known = journal.orders[order],
                passport["grants"]?.string == journal.consent.root(of: known.cohort.places).hex,
                ModelPassport.saysTrainings(passport, of: known, in: journal)
            else {
                throw ExchangeError.refused(
                    "the model or its grants are not those that the journal has")
            }
            return (
                words + "; " + model + ", both as the journal has them; "
                    + ModelPassport.freshness(of: known, in: journal), false
            )
        }
        guard let proven = json["proven"] else { return (words, false) }
        let quote = try Quote(json: quoted)
        let receipt = try ProvenReceipt(json: proven)
        let proof = try receipt.check(quote: quote, order: order, answer: answer)
        guard let journal else {
            return (words + "; " + proof + "; the question: " + receipt.sql, true)
        }
        try receipt.check(in: journal, quote: quote, order: order)
        return (
            words + "; " + proof + ", both as the journal has them, the noise before the answer; "
                + "the question: " + receipt.sql, true
        )
    }
}
