// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity

/// A buyer's yes to a quote: the price is put on hold until the answer is there.
package struct Order: Hashable, Sendable {
    package let quote: SignedQuote
    package let buyer: PartyID
    package let signature: Signature

    /// Signs an order for the buyer.
    package init(_ quote: SignedQuote, by buyer: SigningKey) {
        self.quote = quote
        self.buyer = buyer.id
        signature = buyer.sign(Order.message(quote))
    }

    /// The order's name: that of its quote.
    package var id: Digest { quote.id }

    /// Whether the buyer signed it.
    package func verify() -> Bool { buyer.verify(signature, over: Order.message(quote)) }

    private static func message(_ quote: SignedQuote) -> [UInt8] {
        Array("dividend/order/v1\n".utf8) + bytes(of: quote.json)
    }

    /// The canonical form.
    package var json: JSON {
        [
            "quote": quote.json, "buyer": .string(buyer.did),
            "signature": .string(Hex.encode(signature.bytes)),
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        quote = try SignedQuote(json: try members.value("quote"))
        buyer = try members.party("buyer")
        signature = try members.signature("signature")
        try members.finish()
    }
}

/// How far an order is.
package enum OrderStage: String, Hashable, Sendable {
    /// The price is on hold; nothing was read.
    case placed
    /// The budgets are reserved: data may have been read.
    case running
    /// The answer is there, the price is paid and shared.
    case done
    /// No answer: the price went back. Budgets that were reserved stay spent.
    case failed
}
