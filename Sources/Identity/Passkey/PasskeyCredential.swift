// SPDX-License-Identifier: Apache-2.0
public import Canon

/// A registered passkey: what is kept to check its assertions (WebAuthn Level 3, section 4,
/// credential record).
public struct PasskeyCredential: Hashable, Sendable {
    /// The credential id, 1 to 1023 bytes.
    public let id: [UInt8]
    /// Whose signatures its assertions bear.
    public let publicKey: PasskeyPublicKey
    /// The counter of the newest assertion that was accepted; zero when it is not counted.
    public var signCount: UInt32
    /// Whether the passkey may be copied to other devices; never changes.
    public let isBackupEligible: Bool
    /// Whether the passkey had been copied when it was last seen.
    public var isBackedUp: Bool

    /// Takes the parts.
    ///
    /// - Throws: ``PasskeyError/member(_:_:)`` for an id that is empty or too long, and
    ///   ``PasskeyError/backupState`` for a copy of what may not be copied.
    public init(
        id: [UInt8], publicKey: PasskeyPublicKey, signCount: UInt32, isBackupEligible: Bool,
        isBackedUp: Bool
    ) throws(PasskeyError) {
        guard (1...AuthenticatorData.longestID).contains(id.count) else {
            throw .member("id", "1 to \(AuthenticatorData.longestID) bytes wanted")
        }
        guard isBackupEligible || !isBackedUp else { throw .backupState }
        self.id = id
        self.publicKey = publicKey
        self.signCount = signCount
        self.isBackupEligible = isBackupEligible
        self.isBackedUp = isBackedUp
    }

    /// The JSON form: `id` and `publicKey` (a COSE_Key) as base64url, `signCount`, `backupEligible`
    /// and `backedUp`.
    public var json: JSON {
        [
            "id": .string(Base64.encode(id, as: .url)),
            "publicKey": .string(Base64.encode(publicKey.cose, as: .url)),
            "signCount": .integer(Int64(signCount)), "backupEligible": .bool(isBackupEligible),
            "backedUp": .bool(isBackedUp),
        ]
    }

    /// Reads the JSON form.
    ///
    /// - Throws: ``PasskeyError/member(_:_:)`` for a member that is missing, wrong or not known;
    ///   ``PasskeyError/key(_:)`` for a key that is not taken.
    public init(json: JSON) throws(PasskeyError) {
        guard let members = json.object, members.count == 5 else {
            throw .member("passkey", "an object of five members wanted")
        }
        guard let count = members["signCount"]?.integer, let signCount = UInt32(exactly: count)
        else { throw .member("signCount", "a whole number of 32 bits wanted") }
        guard let isBackupEligible = members["backupEligible"]?.bool else {
            throw .member("backupEligible", "true or false wanted")
        }
        guard let isBackedUp = members["backedUp"]?.bool else {
            throw .member("backedUp", "true or false wanted")
        }
        try self.init(
            id: try JSON.bytes("id", members),
            publicKey: try PasskeyPublicKey(cose: try JSON.bytes("publicKey", members)),
            signCount: signCount, isBackupEligible: isBackupEligible, isBackedUp: isBackedUp)
    }
}

extension JSON {
    /// The bytes of a member that is base64url.
    static func bytes(
        _ name: String, _ members: [String: JSON]
    ) throws(PasskeyError) -> [UInt8] {
        guard let text = members[name]?.string, let bytes = Base64.decode(text, as: .url) else {
            throw .member(name, "base64url without \"=\" wanted")
        }
        return bytes
    }
}
