// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity

/// A buyer's wish that everybody may read what she asked and was answered.
///
/// It opens the two commitments that the journal made when she ordered and when she was answered, so that
/// nobody, she included, can publish another question or another answer. What is published was noised
/// before it was let out: reading it again costs nobody any privacy.
package struct Publication: Hashable, Sendable {
    /// The order that was answered.
    package let order: Digest
    /// What the order's entry commits to: the question's text and a salt, as canonical JSON.
    package let question: String
    /// What the answer's entry commits to: the answer and a salt, as canonical JSON.
    package let answer: String
    /// The buyer's.
    package let signature: Signature

    /// The most bytes that the two may have together.
    package static let mostBytes = 1 << 18

    /// Signs the wish for the buyer.
    package init(_ order: Digest, question: String, answer: String, by buyer: SigningKey) {
        self.order = order
        self.question = question
        self.answer = answer
        signature = buyer.sign(Publication.message(order, question, answer))
    }

    /// Whether that buyer signed it.
    package func verify(by buyer: PartyID) -> Bool {
        buyer.verify(signature, over: Publication.message(order, question, answer))
    }

    /// What the order's entry has to commit to.
    package var questionCommitment: Digest { Digest(of: Array(question.utf8)) }

    /// What the answer's entry has to commit to.
    package var answerCommitment: Digest { Digest(of: Array(answer.utf8)) }

    private static func message(_ order: Digest, _ question: String, _ answer: String) -> [UInt8] {
        let parts = [order, Digest(of: Array(question.utf8)), Digest(of: Array(answer.utf8))]
        return Array("dividend/publication/v1\n".utf8) + parts.flatMap(\.bytes)
    }

    /// The canonical form.
    package var json: JSON {
        [
            "order": .string(order.hex), "question": .string(question),
            "answer": .string(answer), "signature": .string(Hex.encode(signature.bytes)),
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        order = try members.digest("order")
        question = try members.text("question")
        answer = try members.text("answer")
        signature = try members.signature("signature")
        try members.finish()
    }
}
