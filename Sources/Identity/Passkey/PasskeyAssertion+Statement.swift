// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension PasskeyAssertion {
    /// Checks the assertion as a statement that is kept: that the holder of the key, present and
    /// verified, signed exactly this challenge on a page of a relying party. For whoever was not there:
    /// which page it had to be is for the reader to say, and counts are not looked at. Since it is kept in
    /// public, nothing may stand in it besides: no extensions, no members but those of the standard.
    ///
    /// - Parameter challenge: the digest of what was signed, at least 16 bytes.
    /// - Returns: the origin of the page, such as `https://example.org`.
    /// - Throws: the ``PasskeyError`` of the first check that fails; ``PasskeyError/origin(wanted:)`` for a
    ///   page to which browsers give no passkeys.
    /// - Cost: one pass and one signature check.
    public func verify(
        by key: PasskeyPublicKey, statement challenge: [UInt8]
    ) throws(PasskeyError) -> String {
        let client = try ClientData(parsing: clientDataJSON)
        try ClientData.checkIsPlain(clientDataJSON)
        try client.check(type: "webauthn.get", challenge: challenge, origin: client.origin)
        guard let relyingParty = PasskeyAssertion.host(of: client.origin) else {
            throw .origin(wanted: "https://…")
        }
        let data = try AuthenticatorData(parsing: authenticatorData)
        try data.check(relyingParty: relyingParty, requiresUserVerification: true)
        guard !data.flags.contains(.attestedCredential) else { throw .credentialNotWanted }
        guard !data.flags.contains(.extensions) else {
            throw .member("authenticatorData", "no extensions wanted in what is kept")
        }
        let message = authenticatorData + Digest(of: clientDataJSON).bytes
        guard key.verify(signature, over: message) else { throw .signature }
        return client.origin
    }

    /// The host of an origin that browsers give passkeys to: https, or http on this machine. Names of
    /// `a-z 0-9 . -` only.
    static func host(of origin: String) -> String? {
        let parts = origin.split(
            separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].hasPrefix("//") else { return nil }
        let host = String(parts[1].dropFirst(2))
        let isNamed =
            !host.isEmpty
            && host.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
            }
        let isPort =
            parts.count == 2 || UInt16(parts[2]).map { String($0) == String(parts[2]) } ?? false
        let isSafe = parts[0] == "https" || (parts[0] == "http" && host == "localhost")
        return isNamed && isPort && isSafe ? host : nil
    }
}

extension ClientData {
    /// What Chromium adds now and then, so that nobody compares the text with a template.
    private static let filler = (
        name: "other_keys_can_be_added_here",
        text: "do not compare clientDataJSON against a template. See https://goo.gl/yabPex"
    )

    /// Refuses members that the standard does not have.
    static func checkIsPlain(_ bytes: [UInt8]) throws(PasskeyError) {
        let members = (try? JSON(parsing: bytes))?.object ?? [:]
        for (name, value) in members
        where !["type", "challenge", "origin", "crossOrigin"].contains(name) {
            guard name == filler.name, value.string == filler.text else {
                throw .member("clientDataJSON", "no members besides those of the standard wanted")
            }
        }
    }
}
