// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A contributor's word that a grant ends, signed by the key that gave it.
public struct Withdrawal: Hashable, Sendable {
    /// The ``Grant/id`` of the grant that ends.
    public let grant: Digest
    /// When the contributor said so. It counts from the moment it is recorded, whatever this says.
    public let time: Timestamp
    /// The signature over ``message(grant:time:)``.
    public let signature: Signature

    /// Signs a withdrawal with the key of the grant's party.
    ///
    /// - Throws: ``MemberError`` for a moment outside 1970…9999.
    public init(of grant: Digest, at time: Timestamp, by key: SigningKey) throws(MemberError) {
        try Withdrawal.check(time, at: "time")
        self.grant = grant
        self.time = time
        signature = key.sign(Withdrawal.message(grant: grant, time: time))
    }

    /// Whether this party signed it. Cost: one signature check.
    public func verify(by party: PartyID) -> Bool {
        party.verify(signature, over: Withdrawal.message(grant: grant, time: time))
    }

    /// The bytes that are signed: `dividend/withdrawal/v1`, a zero byte and the canonical bytes of
    /// grant and time.
    public static func message(grant: Digest, time: Timestamp) -> [UInt8] {
        Array("dividend/withdrawal/v1\0".utf8)
            + bytes(of: ["grant": .string(grant.hex), "time": .string(time.description)])
    }

    /// The withdrawal as JSON.
    public var json: JSON {
        [
            "grant": .string(grant.hex), "time": .string(time.description),
            "signature": .string(Hex.encode(signature.bytes)),
        ]
    }

    /// The canonical bytes (RFC 8785).
    public var canonical: [UInt8] { bytes(of: json) }

    /// Reads what ``json`` gives; does not check the signature.
    ///
    /// - Throws: ``MemberError`` with the path of the member that is wrong.
    public init(json: JSON, at path: String = "") throws(MemberError) {
        var members = try Members(json, at: path)
        grant = try members.digest("grant")
        time = try members.time("time")
        try Withdrawal.check(time, at: members.name("time"))
        signature = try members.signature("signature")
        try members.finish()
    }

    /// Reads JSON text; does not check the signature.
    public init(parsing text: [UInt8]) throws(MemberError) {
        try self.init(json: try parse(text))
    }

    private static func check(_ time: Timestamp, at member: String) throws(MemberError) {
        guard Grant.moments.contains(time) else {
            throw MemberError(member, "a moment from 1970 to 9999 wanted")
        }
    }
}
