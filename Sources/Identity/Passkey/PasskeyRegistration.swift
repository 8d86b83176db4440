// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// The registration ceremony, as the relying party checks it (WebAuthn Level 3, section 7.1).
///
/// Which model of authenticator made the passkey is not asked (`attestation: "none"`) and not
/// believed: of attestations only the empty one and the passkey's own signature (`packed`, self
/// attestation) are taken, and the latter is checked.
public enum PasskeyRegistration {
    /// Checks what `navigator.credentials.create()` gave, and returns the new passkey.
    ///
    /// The caller checks that the id is not registered yet, and that the challenge was drawn by it
    /// and is used once.
    ///
    /// - Parameters:
    ///   - attestationObject: `response.attestationObject`, at most 64 KiB.
    ///   - clientDataJSON: `response.clientDataJSON`, at most 16 KiB.
    ///   - challenge: the bytes that were asked, at least 16.
    ///   - origin: of the page, such as `https://example.org`.
    ///   - relyingParty: its id, such as `example.org`.
    ///   - requiresUserVerification: whether UV is wanted besides UP.
    /// - Throws: the ``PasskeyError`` of the first check that fails.
    /// - Cost: one pass, and one signature check for a self attestation.
    public static func verify(
        attestationObject: [UInt8], clientDataJSON: [UInt8], challenge: [UInt8], origin: String,
        relyingParty: String, requiresUserVerification: Bool
    ) throws(PasskeyError) -> PasskeyCredential {
        let client = try ClientData(parsing: clientDataJSON)
        try client.check(type: "webauthn.create", challenge: challenge, origin: origin)
        let object: CBOR
        do throws(FormatError) {
            object = try CBOR(parsing: attestationObject)
        } catch {
            throw .format("attestationObject", error)
        }
        guard let members = object.members, members.count == 3,
            let format = object["fmt"]?.text, let statement = object["attStmt"],
            let fields = statement.members, let bytes = object["authData"]?.bytes
        else { throw .attestation("a map of fmt, attStmt and authData wanted") }
        let data = try AuthenticatorData(parsing: bytes)
        try data.check(
            relyingParty: relyingParty, requiresUserVerification: requiresUserVerification)
        guard let credential = data.attestedCredential else { throw .credentialMissing }
        if format.utf8.elementsEqual("none".utf8) {
            guard fields.isEmpty else { throw .attestation("fmt \"none\" has an empty attStmt") }
        } else if format.utf8.elementsEqual("packed".utf8) {
            try checkSelf(
                statement, by: credential.publicKey,
                over: bytes + Digest(of: clientDataJSON).bytes)
        } else {
            throw .attestation("fmt \"none\" or \"packed\" wanted; ask for attestation \"none\"")
        }
        return try PasskeyCredential(
            id: credential.id, publicKey: credential.publicKey, signCount: data.signCount,
            isBackupEligible: data.flags.contains(.backupEligible),
            isBackedUp: data.flags.contains(.backedUp))
    }

    /// Self attestation (WebAuthn Level 3, section 8.2): signed by the passkey itself.
    private static func checkSelf(
        _ statement: CBOR, by key: PasskeyPublicKey, over message: [UInt8]
    ) throws(PasskeyError) {
        guard statement["x5c"] == nil else {
            throw .attestation("certificates are not taken; ask for attestation \"none\"")
        }
        guard statement.members?.count == 2, let number = statement["alg"]?.integer,
            let signature = statement["sig"]?.bytes
        else { throw .attestation("attStmt: a map of alg and sig wanted") }
        guard number == key.algorithm.rawValue else {
            throw .attestation("attStmt.alg: that of the public key wanted")
        }
        guard key.verify(signature, over: message) else { throw .signature }
    }
}
