// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A grant with the contributor's signature.
public struct SignedGrant: Hashable, Sendable {
    /// What was signed.
    public let grant: Grant
    /// The signature over ``message(of:)``, made with the key of ``Grant/party``.
    public let signature: Signature
    /// The contributor's own signature, where she gave it in a browser.
    public let passkey: PasskeyConsent?

    /// Puts a grant and its signatures together; ``verify()`` says whether they fit.
    public init(_ grant: Grant, signature: Signature, passkey: PasskeyConsent? = nil) {
        self.grant = grant
        self.signature = signature
        self.passkey = passkey
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

    /// The same with the contributor's own signature.
    public func signed(by passkey: PasskeyConsent) -> SignedGrant {
        SignedGrant(grant, signature: signature, passkey: passkey)
    }

    /// Whether the party signed exactly this grant, and the passkey where there is one. Cost: one
    /// signature check each.
    public func verify() -> Bool {
        guard grant.party.verify(signature, over: SignedGrant.message(of: grant)) else {
            return false
        }
        guard let passkey else { return true }
        return (try? passkey.verify(grant)) != nil
    }

    /// The grant as an object, the signature as 128 hexadecimal digits, and the passkey's where there
    /// is one.
    public var json: JSON {
        var members: [String: JSON] = [
            "grant": grant.json, "signature": .string(Hex.encode(signature.bytes)),
        ]
        members["passkey"] = passkey?.json
        return .object(members)
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
        let consent = members.optionalValue("passkey")
        let name = members.name("passkey")
        passkey =
            if let consent { try PasskeyConsent(json: consent, at: name) } else { nil }
        try members.finish()
    }

    /// Reads JSON text; does not check the signature.
    public init(parsing text: [UInt8]) throws(MemberError) {
        try self.init(json: try parse(text))
    }
}
