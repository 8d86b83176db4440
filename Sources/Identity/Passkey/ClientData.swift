// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What a browser says of a ceremony (WebAuthn Level 3, section 5.8.1).
public struct ClientData: Hashable, Sendable {
    /// How many bytes the JSON text has at most.
    public static let longest = 16_384
    /// How few bytes a challenge may have (WebAuthn Level 3, section 13.4.3).
    public static let shortestChallenge = 16

    /// `webauthn.create` or `webauthn.get`.
    public let type: String
    /// The challenge that is answered.
    public let challenge: [UInt8]
    /// Where the page is from, such as `https://example.org`.
    public let origin: String
    /// Whether the page is in a frame of another site; false when the browser does not say.
    public let crossOrigin: Bool

    /// Reads the JSON text. Members that are not known are passed over, as the standard wants;
    /// `topOrigin` is refused, since it stands there only in frames of another site.
    ///
    /// - Throws: ``PasskeyError/format(_:_:)`` for bytes that are not JSON,
    ///   ``PasskeyError/member(_:_:)`` for a member that is missing or wrong, and
    ///   ``PasskeyError/crossOrigin``.
    /// - Cost: one pass.
    public init(parsing bytes: [UInt8]) throws(PasskeyError) {
        guard bytes.count <= ClientData.longest else {
            throw .format(
                "clientDataJSON",
                FormatError("more than \(ClientData.longest) bytes", at: ClientData.longest))
        }
        let json: JSON
        do throws(FormatError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw .format("clientDataJSON", error)
        }
        guard case .object = json else { throw .member("clientDataJSON", "an object wanted") }
        guard let type = json["type"]?.string else {
            throw .member("clientDataJSON.type", "text wanted")
        }
        guard let text = json["challenge"]?.string,
            let challenge = Base64.decode(text, as: .url)
        else { throw .member("clientDataJSON.challenge", "base64url without \"=\" wanted") }
        guard let origin = json["origin"]?.string else {
            throw .member("clientDataJSON.origin", "text wanted")
        }
        guard json["topOrigin"] == nil else { throw .crossOrigin }
        switch json["crossOrigin"] {
        case nil: crossOrigin = false
        case .bool(let value): crossOrigin = value
        default: throw .member("clientDataJSON.crossOrigin", "true or false wanted")
        }
        self.type = type
        self.challenge = challenge
        self.origin = origin
    }

    /// Checks what both ceremonies check of the client data, in the order of the standard.
    ///
    /// - Throws: the ``PasskeyError`` of the first check that fails.
    func check(
        type wanted: String, challenge: [UInt8], origin: String
    ) throws(PasskeyError) {
        guard challenge.count >= ClientData.shortestChallenge else {
            throw .shortChallenge(challenge.count)
        }
        // By their bytes: texts that only look alike are not the same.
        guard type.utf8.elementsEqual(wanted.utf8) else { throw .type(wanted: wanted) }
        guard self.challenge == challenge else { throw .challenge }
        guard self.origin.utf8.elementsEqual(origin.utf8) else { throw .origin(wanted: origin) }
        guard !crossOrigin else { throw .crossOrigin }
    }
}

extension AuthenticatorData {
    /// Checks what both ceremonies check of the authenticator data, in the order of the standard.
    ///
    /// - Throws: the ``PasskeyError`` of the first check that fails.
    func check(relyingParty: String, requiresUserVerification: Bool) throws(PasskeyError) {
        guard rpIDHash == Digest(of: Array(relyingParty.utf8)) else {
            throw .relyingParty(wanted: relyingParty)
        }
        guard flags.contains(.userPresent) else { throw .userNotPresent }
        guard flags.contains(.userVerified) || !requiresUserVerification else {
            throw .userNotVerified
        }
        guard flags.contains(.backupEligible) || !flags.contains(.backedUp) else {
            throw .backupState
        }
    }
}
