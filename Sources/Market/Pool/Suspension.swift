// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity

/// That a contributor's rows are read by no study of a pool, and not paid for, until the operator decides
/// otherwise.
///
/// It stands in the journal in the open, under her pseudonym: an operator who keeps somebody from being paid has
/// to be seen doing so. What it tells is the code, nothing of the rows; and the operator's own words, where she is
/// suspended by no rule.
package struct Suspension: Hashable, Sendable {
    /// Why.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        /// The rows, or nearly the same, were given by somebody else before.
        case copied
        /// The rows say the opposite of what everybody else's say, beyond chance.
        case contradicting
        /// Another reason, which the operator states.
        case other

        /// One sentence for people.
        package var sentence: String {
            switch self {
            case .copied: "the rows, or nearly the same, were given by somebody else before"
            case .contradicting: "the rows say the opposite of everybody else's, beyond chance"
            case .other: "for a reason that the operator states"
            }
        }
    }

    /// The most bytes of a reason.
    package static let mostReason = 300

    /// Why.
    package let code: Code
    /// The operator's words, one line; nil where the code says it all.
    package let reason: String?
    /// The index of the journal entry that began it.
    package let since: UInt64
    /// The index of the journal entry by which she appealed.
    package internal(set) var appealed: UInt64?
    /// Whether the operator looked at her appeal and stayed by it.
    package internal(set) var isUpheld = false

    init(code: Code, reason: String? = nil, since: UInt64) {
        (self.code, self.reason, self.since) = (code, reason, since)
    }

    /// Why, for people: the operator's words, or what the code says.
    package var words: String { reason ?? code.sentence }

    /// Whether an appeal waits for the operator.
    package var waits: Bool { appealed != nil && !isUpheld }

    /// Whether a reason goes with a code: what a rule found needs none, all else a line that can be read.
    static func isRight(_ reason: String?, for code: Code) -> Bool {
        guard let reason else { return code != .other }
        return code == .other && (1...mostReason).contains(reason.utf8.count)
            && reason.unicodeScalars.allSatisfy(isReadable)
            && reason.contains { $0.isLetter || $0.isNumber }
    }

    /// Whether a character of a reason shows as itself, in one line.
    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        // Two joiners, and what chooses between a letter's forms.
        if ["\u{200c}", "\u{200d}", "\u{fe0e}", "\u{fe0f}"].contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
            .surrogate:
            return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}

/// A contributor's signed wish that the operator look at her suspension again.
package struct Appeal: Hashable, Sendable {
    /// The pool.
    package let pool: String
    /// Her pseudonym in it.
    package let party: PartyID
    /// When she signed it.
    package let time: Timestamp
    /// Hers.
    package let signature: Signature

    /// Signs the wish for one node, with the key of her pseudonym.
    package init(in pool: String, at time: Timestamp, on node: PartyID, by key: SigningKey) {
        (self.pool, party, self.time) = (pool, key.id, time)
        signature = key.sign(Appeal.message(pool, key.id, time, node))
    }

    /// Whether the party signed it for that node.
    package func verify(on node: PartyID) -> Bool {
        party.verify(signature, over: Appeal.message(pool, party, time, node))
    }

    private static func message(
        _ pool: String, _ party: PartyID, _ time: Timestamp, _ node: PartyID
    ) -> [UInt8] {
        let lines = ["dividend/appeal/v1", node.did, pool, party.did, "\(time)"]
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// The canonical form.
    package var json: JSON {
        [
            "pool": .string(pool), "party": .string(party.did),
            "time": .string(time.description),
            "signature": .string(Hex.encode(signature.bytes)),
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        pool = try members.text("pool")
        party = try members.party("party")
        time = try members.time("time")
        signature = try members.signature("signature")
        try members.finish()
    }
}
