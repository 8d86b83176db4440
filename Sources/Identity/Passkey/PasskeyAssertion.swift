// SPDX-License-Identifier: Apache-2.0
public import Canon

/// What a passkey signed: all that is needed to check it again later, without the authenticator
/// (WebAuthn Level 3, section 5.2.2).
public struct PasskeyAssertion: Hashable, Sendable {
    /// `response.authenticatorData`.
    public let authenticatorData: [UInt8]
    /// `response.clientDataJSON`, at most 16 KiB; its bytes are signed as they are.
    public let clientDataJSON: [UInt8]
    /// `response.signature`.
    public let signature: [UInt8]

    /// Takes the three parts as the browser gave them.
    public init(authenticatorData: [UInt8], clientDataJSON: [UInt8], signature: [UInt8]) {
        self.authenticatorData = authenticatorData
        self.clientDataJSON = clientDataJSON
        self.signature = signature
    }

    /// Checks the assertion (WebAuthn Level 3, section 7.2) and returns the new count to keep.
    ///
    /// The caller picks the passkey by its id, and checks that the challenge was drawn by it, or is
    /// the digest of what was to be signed, and is used once. Given the passkey as it was kept then,
    /// the same assertion is accepted again at any later time.
    ///
    /// - Parameters:
    ///   - credential: the passkey as it is kept.
    ///   - challenge: the bytes that were asked, at least 16.
    ///   - origin: of the page, such as `https://example.org`.
    ///   - relyingParty: its id, such as `example.org`.
    ///   - requiresUserVerification: whether UV is wanted besides UP.
    /// - Throws: the ``PasskeyError`` of the first check that fails. Counts are checked last: unless
    ///   both are zero, the new one is greater than the kept one.
    /// - Cost: one pass and one signature check.
    public func verify(
        by credential: PasskeyCredential, challenge: [UInt8], origin: String, relyingParty: String,
        requiresUserVerification: Bool
    ) throws(PasskeyError) -> UInt32 {
        let client = try ClientData(parsing: clientDataJSON)
        try client.check(type: "webauthn.get", challenge: challenge, origin: origin)
        let data = try AuthenticatorData(parsing: authenticatorData)
        try data.check(
            relyingParty: relyingParty, requiresUserVerification: requiresUserVerification)
        guard !data.flags.contains(.attestedCredential) else { throw .credentialNotWanted }
        guard data.flags.contains(.backupEligible) == credential.isBackupEligible else {
            throw .backupEligibility
        }
        let message = authenticatorData + Digest(of: clientDataJSON).bytes
        guard credential.publicKey.verify(signature, over: message) else { throw .signature }
        guard
            data.signCount > credential.signCount
                || data.signCount == 0 && credential.signCount == 0
        else { throw .signCount(stored: credential.signCount, got: data.signCount) }
        return data.signCount
    }

    /// The JSON form: the three parts as base64url.
    public var json: JSON {
        [
            "authenticatorData": .string(Base64.encode(authenticatorData, as: .url)),
            "clientDataJSON": .string(Base64.encode(clientDataJSON, as: .url)),
            "signature": .string(Base64.encode(signature, as: .url)),
        ]
    }

    /// Reads the JSON form; what the parts say is checked by ``verify(by:challenge:origin:relyingParty:requiresUserVerification:)``.
    ///
    /// - Throws: ``PasskeyError/member(_:_:)`` for a member that is missing, wrong or not known.
    public init(json: JSON) throws(PasskeyError) {
        guard let members = json.object, members.count == 3 else {
            throw .member("assertion", "an object of three members wanted")
        }
        self.init(
            authenticatorData: try JSON.bytes("authenticatorData", members),
            clientDataJSON: try JSON.bytes("clientDataJSON", members),
            signature: try JSON.bytes("signature", members))
    }
}
