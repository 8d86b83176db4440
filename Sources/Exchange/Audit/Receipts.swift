// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
package import Identity
internal import Market

/// Receipts that people keep, checked offline.
package enum Receipts {
    /// Checks a consent receipt or the receipt of an answer.
    ///
    /// - Parameter node: the node's key as the holder knows it; nil takes the receipt's own.
    /// - Returns: what holds, in words.
    /// - Throws: what does not hold.
    package static func check(_ bytes: [UInt8], expecting node: PartyID?) throws -> String {
        let json = try JSON(parsing: bytes)
        if json["type"]?.string == BalanceReceipt.type {
            return try BalanceReceipt(json: json).check(expecting: node)
        }
        guard json["type"] == "DividendReceipt" else {
            let receipt = try ConsentReceipt.check(bytes, expecting: node)
            let grant = receipt.signed.grant
            // The check above has looked at the passkey's signature too; here it tells the page.
            let page = try receipt.signed.passkey.map { try $0.verify(grant) }
            let passkey = page.map { ", by her passkey on \($0)" } ?? ""
            return
                "consent for \(grant.pool), given \(grant.given), until \(grant.expires), signed "
                + "by the contributor\(passkey) and by \(receipt.controller.node.did)"
        }
        let statement = try DataIntegrity.verify(json)
        if let node, statement.party != node {
            throw ExchangeError.refused(
                "the receipt is signed by \(statement.party.did), not by \(node.did)")
        }
        guard let opening = json["opening"]?.string, let commitment = json["commitment"]?.string,
            Digest(of: Array(opening.utf8)).hex == commitment,
            try JSON(parsing: opening)["value"] == json["answer"]
        else { throw ExchangeError.refused("the answer is not the one that was committed to") }
        let words =
            "answer \(commitment.prefix(8))… to order \(json["order"]?.string?.prefix(8) ?? "?")…, "
            + "signed by \(statement.party.did)"
        guard let proven = json["proven"] else { return words }
        guard let quoted = json["quote"], let answer = json["answer"],
            let order = json["order"]?.string.flatMap(Digest.init(hex:)),
            Digest(of: try quoted.signable()) == order
        else { throw ExchangeError.refused("the order is not that of the quote") }
        let proof = try ProvenReceipt(json: proven)
            .check(quote: try Quote(json: quoted), order: order, answer: answer)
        return words + "; " + proof
    }
}
