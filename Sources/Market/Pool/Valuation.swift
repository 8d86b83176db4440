// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent

/// What the shares of an epoch are measured by, in a pool that shares by value: a model of everybody's rows, let
/// out with noise. It is public, so that whoever knows her own rows can work out what they are worth by it.
///
/// What making it cost everybody is charged with the shares that follow, in one journal write.
package struct Valuation: Hashable, Sendable {
    /// The pool.
    package let pool: String
    /// The epoch of the shares that follow.
    package let epoch: UInt32
    /// What the model was asked for, word by word.
    package let question: String
    /// What the model alone cost everybody whose rows made it, in units of 2^-40 of ρ.
    package let rho: UInt64
    /// The model.
    package let model: JSON

    /// The most bytes that all of it may have: it has to fit an entry.
    package static let mostBytes = 60_000
    /// The most bytes that the question may have.
    package static let mostQuestion = 8_192

    /// Describes a valuation.
    package init(pool: String, epoch: UInt32, question: String, rho: UInt64, model: JSON) {
        (self.pool, self.epoch, self.question) = (pool, epoch, question)
        (self.rho, self.model) = (rho, model)
    }

    /// The canonical form.
    package var json: JSON {
        [
            "pool": .string(pool), "epoch": .integer(Int64(epoch)), "question": .string(question),
            "rho": .string(String(rho)), "model": model,
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        self.init(
            pool: try members.text("pool"), epoch: try members.count("epoch"),
            question: try members.text("question"), rho: try members.wide("rho"),
            model: try members.value("model"))
        try members.finish()
        guard model.object?.isEmpty == false else {
            throw MemberError("model", "an object wanted")
        }
    }
}
