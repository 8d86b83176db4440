// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
package import Ledger

/// A buyer's word on whether others may have a model of hers predict for them, and for how much.
///
/// The model stays where it is: who rents it sends rows and gets predictions. Of what each call brings, less the
/// operator's fee, the owner keeps a part of at most a half; all else is a dividend to the people whose rows the model
/// was made from.
package struct Rental: Hashable, Sendable {
    /// What a call costs, and what of it the owner keeps.
    package struct Terms: Hashable, Sendable {
        /// For one prediction.
        package let price: Amount
        /// The owner's part of what is left after the fee, in 1/10,000.
        package let ownerBasisPoints: Int64
        /// The most that the owner pays in all to have it made anew when people withdraw who are in it; nil where she does
        /// that herself. Whoever withdraws and comes back again and again costs her no more.
        package let retraining: Amount?

        /// The most that an owner keeps.
        package static let mostForOwner: Int64 = 5_000

        /// Sets terms.
        ///
        /// - Throws: ``MemberError`` for a price of nothing, or an owner's part above a half.
        package init(
            price: Amount, ownerBasisPoints: Int64, retraining: Amount? = nil
        ) throws(MemberError) {
            guard price.microunits > 0 else { throw MemberError("price", "more than 0 wanted") }
            guard (0...Terms.mostForOwner).contains(ownerBasisPoints) else {
                throw MemberError("ownerBasisPoints", "0 to \(Terms.mostForOwner) wanted")
            }
            guard retraining.map({ $0.microunits > 0 }) ?? true else {
                throw MemberError("retraining", "more than 0 wanted")
            }
            (self.price, self.ownerBasisPoints) = (price, ownerBasisPoints)
            self.retraining = retraining
        }
    }

    /// The order that the model answered.
    package let order: Digest
    /// How many words on this model came before, so that none is honoured again later.
    package let number: UInt32
    /// The terms; nil where it is not let any more.
    package let terms: Terms?
    /// The owner's.
    package let signature: Signature

    /// Signs the word for the model's buyer.
    package init(_ order: Digest, number: UInt32, terms: Terms?, by owner: SigningKey) {
        (self.order, self.number, self.terms) = (order, number, terms)
        signature = owner.sign(Rental.message(order, number, terms))
    }

    /// Whether that buyer signed it.
    package func verify(by owner: PartyID) -> Bool {
        owner.verify(signature, over: Rental.message(order, number, terms))
    }

    private static func message(_ order: Digest, _ number: UInt32, _ terms: Terms?) -> [UInt8] {
        let words =
            terms.map { terms in
                "\(terms.price.microunits)\n\(terms.ownerBasisPoints)"
                    + (terms.retraining.map { "\n\($0.microunits)" } ?? "")
            } ?? "ended"
        return Array("dividend/rental/v1\n\(order.hex)\n\(number)\n\(words)".utf8)
    }

    /// The canonical form.
    package var json: JSON {
        var members: [String: JSON] = [
            "order": .string(order.hex), "number": .integer(Int64(number)),
            "signature": .string(Hex.encode(signature.bytes)),
        ]
        if let terms {
            members["price"] = .string(String(terms.price.microunits))
            members["ownerBasisPoints"] = .integer(terms.ownerBasisPoints)
            members["retraining"] = terms.retraining.map { .string(String($0.microunits)) }
        }
        return .object(members)
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        order = try members.digest("order")
        number = try members.count("number")
        signature = try members.signature("signature")
        if json["price"] != nil {
            terms = try Terms(
                price: try members.amount("price"),
                ownerBasisPoints: Int64(try members.count("ownerBasisPoints")),
                retraining: json["retraining"] == nil ? nil : try members.amount("retraining"))
        } else {
            terms = nil
        }
        try members.finish()
    }
}

/// A renter's yes to the price of some predictions. What is predicted is sealed to her beside the entry.
package struct ModelCall: Hashable, Sendable {
    /// The most rows of one call.
    package static let mostRows = 10_000
    /// The least price of one: each is an entry of the journal for good.
    package static let leastPrice = Amount(microunits: 1_000) ?? .zero

    /// The order that the model answered.
    package let order: Digest
    /// Which of the owner's words it goes by.
    package let rental: UInt32
    /// Who asks.
    package let renter: PartyID
    /// What for; one of those that the model was made for.
    package let purpose: Purpose
    /// How many rows are predicted.
    package let rows: Int
    /// What that costs.
    package let price: Amount
    /// A commitment to the rows, salted: never the same twice.
    package let input: Digest
    /// The renter's.
    package let signature: Signature

    /// Signs the yes for the renter.
    package init(
        _ order: Digest, rental: UInt32, purpose: Purpose, rows: Int, price: Amount,
        input: Digest, by renter: SigningKey
    ) {
        (self.order, self.rental, self.renter) = (order, rental, renter.id)
        (self.purpose, self.rows, self.price, self.input) = (purpose, rows, price, input)
        signature = renter.sign(
            ModelCall.message(order, rental, renter.id, purpose, rows, price, input))
    }

    /// The call's name: the digest of what was signed.
    package var id: Digest { Digest(of: message) }

    /// Whether the renter signed it.
    package func verify() -> Bool { renter.verify(signature, over: message) }

    private var message: [UInt8] {
        ModelCall.message(order, rental, renter, purpose, rows, price, input)
    }

    private static func message(
        _ order: Digest, _ rental: UInt32, _ renter: PartyID, _ purpose: Purpose, _ rows: Int,
        _ price: Amount, _ input: Digest
    ) -> [UInt8] {
        let lines = [
            "dividend/call/v1", order.hex, String(rental), renter.did, purpose.id, String(rows),
            String(price.microunits), input.hex,
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// The canonical form.
    package var json: JSON {
        [
            "order": .string(order.hex), "rental": .integer(Int64(rental)),
            "renter": .string(renter.did), "purpose": .string(purpose.id),
            "rows": .integer(Int64(rows)), "price": .string(String(price.microunits)),
            "input": .string(input.hex), "signature": .string(Hex.encode(signature.bytes)),
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        order = try members.digest("order")
        rental = try members.count("rental")
        renter = try members.party("renter")
        guard let purpose = Purpose(try members.text("purpose")) else {
            throw MemberError("purpose", "one of the list wanted; see `dividend pool purposes`")
        }
        self.purpose = purpose
        rows = Int(try members.count("rows"))
        price = try members.amount("price")
        input = try members.digest("input")
        signature = try members.signature("signature")
        try members.finish()
    }
}
