// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A grant with the contributor's signature.
public struct SignedGrant: Hashable, Sendable {
    /// What was signed.
    public let grant: Grant
    /// The signature over ``message(of:)``, made with the key of ``Grant/party``.
    public let signature: Signature

    /// Puts a grant and its signature together; ``verify()`` says whether they fit.
    public init(_ grant: Grant, signature: Signature) {
        self.grant = grant
        self.signature = signature
    }

    /// Signs a grant; nil when the key is not that of the grant's party.
    public init?(_ grant: Grant, by key: SigningKey) {
        guard key.id == grant.party else { return nil }
        self.init(grant, signature: key.sign(SignedGrant.message(of: grant)))
    }

    /// The bytes that are signed: `dividend/grant/v1`, a zero byte and the grant's id, the SHA-256
    /// of its canonical bytes. The prefix keeps the signature from being shown as one over anything else.
    public static func message(of grant: Grant) -> [UInt8] {
        Array("dividend/grant/v1\0".utf8) + grant.id.bytes
    }

    /// Whether the party signed exactly this grant. Cost: one signature check.
    public func verify() -> Bool {
        grant.party.verify(signature, over: SignedGrant.message(of: grant))
    }

    /// The grant as an object, the signature as 128 hexadecimal digits.
    public var json: JSON {
        ["grant": grant.json, "signature": .string(Hex.encode(signature.bytes))]
    }

    /// The canonical bytes (RFC 8785).
    public var canonical: [UInt8] { bytes(of: json) }

    /// Reads what ``json`` gives; does not check the signature.
    ///
    /// - Parameter path: the name of this value within a larger document, for errors.
    /// - Throws: ``MemberError`` with the path of the member that is wrong.
    public init(json: JSON, at path: String = "") throws(MemberError) {
        var members = try Members(json, at: path)
        grant = try Grant(json: try members.value("grant"), at: members.name("grant"))
        signature = try members.signature("signature")
        try members.finish()
    }

    /// Reads JSON text; does not check the signature.
    public init(parsing text: [UInt8]) throws(MemberError) {
        try self.init(json: try parse(text))
    }
}
