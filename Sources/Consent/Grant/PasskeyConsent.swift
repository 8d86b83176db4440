// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A contributor's own yes to a grant: her passkey's signature over the grant's id, made in a browser
/// (WebAuthn Level 3), and kept for anybody to check.
///
/// The passkey is made for one pool only, as the pseudonym is, so that it joins nothing. While a grant
/// that a passkey signed is in force, only a grant signed by the same one can take its place.
public struct PasskeyConsent: Hashable, Sendable {
    /// The passkey's public key.
    public let key: PasskeyPublicKey
    /// What it signed: the challenge is ``Grant/id``.
    public let assertion: PasskeyAssertion

    /// The most bytes of the assertion's client data and of its authenticator data.
    public static let longest = 2_048

    /// Takes what the browser gave.
    ///
    /// - Throws: ``MemberError`` for parts that are longer than ``longest``.
    public init(
        key: PasskeyPublicKey, assertion: PasskeyAssertion, at path: String = ""
    ) throws(MemberError) {
        guard assertion.clientDataJSON.count <= PasskeyConsent.longest,
            assertion.authenticatorData.count <= PasskeyConsent.longest,
            assertion.signature.count <= 72
        else { throw MemberError(path, "an assertion of this length is not taken") }
        self.key = key
        self.assertion = assertion
    }

    /// Names the passkey without its key.
    public var digest: Digest { Digest(of: key.cose) }

    /// Checks that the passkey signed this grant.
    ///
    /// - Returns: the origin of the page on which it was signed.
    /// - Throws: ``PasskeyError`` for what does not hold.
    /// - Cost: one signature check.
    @discardableResult
    public func verify(_ grant: Grant) throws(PasskeyError) -> String {
        try assertion.verify(by: key, statement: grant.id.bytes)
    }

    /// The public key as a COSE_Key in base64url, and the three parts of the assertion.
    public var json: JSON {
        [
            "publicKey": .string(Base64.encode(key.cose, as: .url)), "assertion": assertion.json,
        ]
    }

    /// Reads what ``json`` gives; does not check the signature.
    ///
    /// - Throws: ``MemberError`` with the path of the member that is wrong.
    public init(json: JSON, at path: String = "") throws(MemberError) {
        var members = try Members(json, at: path)
        guard let cose = Base64.decode(try members.text("publicKey"), as: .url) else {
            throw MemberError(members.name("publicKey"), "base64url without \"=\" wanted")
        }
        let value = try members.value("assertion")
        try members.finish()
        let (key, assertion): (PasskeyPublicKey, PasskeyAssertion)
        do throws(PasskeyError) {
            key = try PasskeyPublicKey(cose: cose)
            assertion = try PasskeyAssertion(json: value)
        } catch {
            throw MemberError(path, "\(error)")
        }
        try self.init(key: key, assertion: assertion, at: path)
    }
}
