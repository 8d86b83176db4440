// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
package import Ledger

/// What a study would cost and how exact its answer would be: the only thing that can be ordered.
package struct Quote: Hashable, Sendable {
    /// The pool.
    package let pool: String
    /// The tables that are read.
    package let tables: [String]
    /// What the study is for.
    package let purpose: Purpose
    /// The salted commitment to the study's plan; the text of a question stays sealed.
    package let question: Digest
    /// The pool's base price at that time.
    package let base: Amount
    /// What the privacy costs on top.
    package let premium: Amount
    /// What each contributor is charged, in units of 2^-40 of ρ.
    package let rho: UInt64
    /// The same for people: ε and δ.
    package let epsilon: String
    package let delta: String
    /// The margin to expect of every column (95 %), for the smallest cohort of the band.
    package let margins: [Margin]
    /// What kinds of numbers are worked out, each once, in the order of ``AnswerKind``; none in a quote
    /// from before they were told.
    package let answers: [AnswerKind]
    /// How many people the study would run over.
    package let band: String
    /// The order of the model that is gone on from: whoever was read for it, or for those before it, is neither read nor
    /// charged. Nil for others.
    package let continues: Digest?
    package let issued: Timestamp
    package let expires: Timestamp

    /// What to expect of one column of the answer.
    package struct Margin: Hashable, Sendable {
        /// The column of the answer, from 1; its name would tell the question.
        package let column: Int
        package let margin: String

        package init(column: Int, margin: String) {
            self.column = column
            self.margin = margin
        }
    }

    /// Puts a quote together.
    package init(
        pool: String, tables: [String], purpose: Purpose, question: Digest, base: Amount,
        premium: Amount, rho: UInt64, epsilon: String, delta: String, margins: [Margin],
        answers: [AnswerKind] = [], band: String, continues: Digest? = nil, issued: Timestamp,
        expires: Timestamp
    ) {
        self.pool = pool
        self.tables = tables
        self.purpose = purpose
        self.question = question
        self.base = base
        self.premium = premium
        self.rho = rho
        self.epsilon = epsilon
        self.delta = delta
        self.margins = margins
        self.answers = answers
        self.band = band
        self.continues = continues
        self.issued = issued
        self.expires = expires
    }

    /// What the buyer pays; nil when beyond every amount.
    package var price: Amount? { base.adding(premium) }
}

extension Quote {
    /// The canonical form.
    package var json: JSON {
        var members: [String: JSON] = [
            "pool": .string(pool), "tables": .array(tables.map { .string($0) }),
            "purpose": .string(purpose.id), "question": .string(question.hex),
            "base": .string(String(base.microunits)),
            "premium": .string(String(premium.microunits)), "rho": .string(String(rho)),
            "epsilon": .string(epsilon), "delta": .string(delta),
            "margins": .array(
                margins.map {
                    ["column": .integer(Int64($0.column)), "margin": .string($0.margin)]
                }),
            "band": .string(band), "issued": .string(issued.description),
            "expires": .string(expires.description),
        ]
        if !answers.isEmpty {
            members["answers"] = .array(answers.map { .string($0.rawValue) })
        }
        members["continues"] = continues.map { .string($0.hex) }
        return .object(members)
    }

    /// Reads the canonical form.
    package init(json: JSON, at path: String = "quote") throws(MemberError) {
        var members = try Members(json, at: path)
        guard let purpose = Purpose(try members.text("purpose")) else {
            throw MemberError("\(path).purpose", "a purpose of the list wanted")
        }
        guard let items = try members.value("margins").array else {
            throw MemberError("\(path).margins", "a list wanted")
        }
        var margins: [Margin] = []
        for item in items {
            var margin = try Members(item, at: "\(path).margins")
            margins.append(
                Margin(column: Int(try margin.count("column")), margin: try margin.text("margin")))
            try margin.finish()
        }
        let answers = try Quote.answers(members.optionalValue("answers"), at: "\(path).answers")
        self.init(
            pool: try members.text("pool"), tables: try members.texts("tables"), purpose: purpose,
            question: try members.digest("question"), base: try members.amount("base"),
            premium: try members.amount("premium"), rho: try members.wide("rho"),
            epsilon: try members.text("epsilon"), delta: try members.text("delta"),
            margins: margins, answers: answers, band: try members.text("band"),
            continues: try members.optionalDigest("continues"),
            issued: try members.time("issued"),
            expires: try members.time("expires"))
        try members.finish()
    }

    /// Reads the kinds of answers. There is one spelling: none is no member at all.
    private static func answers(
        _ json: JSON?, at path: String
    ) throws(MemberError) -> [AnswerKind] {
        guard let json else { return [] }
        let kinds = json.array?.compactMap(\.string).compactMap(AnswerKind.init) ?? []
        guard !kinds.isEmpty, kinds.count == json.array?.count,
            kinds == AnswerKind.allCases.filter(kinds.contains)
        else { throw MemberError(path, "known kinds wanted, each once, in their order") }
        return kinds
    }
}

/// A quote with the node's signature.
package struct SignedQuote: Hashable, Sendable {
    package let quote: Quote
    package let signature: Signature
    /// The quote's name: one quote is charged once, however often it is ordered.
    package let id: Digest

    /// Signs a quote for the node.
    package init(_ quote: Quote, by node: SigningKey) {
        self.quote = quote
        id = Digest(of: bytes(of: quote.json))
        signature = node.sign(SignedQuote.message(quote))
    }

    /// Whether the node signed it.
    package func verify(by node: PartyID) -> Bool {
        node.verify(signature, over: SignedQuote.message(quote))
    }

    private static func message(_ quote: Quote) -> [UInt8] {
        Array("dividend/quote/v1\n".utf8) + bytes(of: quote.json)
    }

    /// The canonical form.
    package var json: JSON {
        ["quote": quote.json, "signature": .string(Hex.encode(signature.bytes))]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        quote = try Quote(json: try members.value("quote"))
        id = Digest(of: bytes(of: quote.json))
        signature = try members.signature("signature")
        try members.finish()
    }
}
