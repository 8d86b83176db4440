// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Market

/// What a node asks contributors' machines for: an order, and the question that its quote commits to.
package struct EdgeTask: Hashable, Sendable {
    /// The order, with the quote that the node signed and the buyer's signature.
    package let order: Order
    /// The text of the question.
    package let sql: String
    /// What the quote's commitment to the question is salted with.
    package let salt: Digest
    /// How many people it is planned for, which decides how a model is made.
    package let people: Int

    /// Puts a task together.
    package init(order: Order, sql: String, salt: Digest, people: Int) {
        (self.order, self.sql, self.salt, self.people) = (order, sql, salt, people)
    }

    /// What a quote says of its question, where its answer is not to be proven: the salted digest of the plan.
    package static func commitment(to plan: Digest, salt: Digest) -> Digest {
        Digest(of: salt.bytes, plan.bytes)
    }

    /// The machine-readable form.
    package var json: JSON {
        [
            "order": order.json, "sql": .string(sql), "salt": .string(salt.hex),
            "people": .integer(Int64(people)),
        ]
    }

    /// Reads the machine-readable form.
    ///
    /// - Throws: ``MemberError``.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        order = try Order(json: try members.value("order"))
        sql = try members.text("sql")
        salt = try members.digest("salt")
        people = Int(try members.count("people"))
        try members.finish()
    }
}
