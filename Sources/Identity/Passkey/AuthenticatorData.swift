// SPDX-License-Identifier: Apache-2.0
public import Canon

/// What an authenticator says of a ceremony (WebAuthn Level 3, section 6.1).
public struct AuthenticatorData: Hashable, Sendable {
    /// The flags, by the names of WebAuthn; reserved bits are kept and mean nothing.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The byte.
        public let rawValue: UInt8
        /// Takes the byte.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// UP: somebody was there.
        public static let userPresent = Flags(rawValue: 0x01)
        /// UV: it was the user, by a finger, a face or a number.
        public static let userVerified = Flags(rawValue: 0x04)
        /// BE: the passkey may be copied to other devices; never changes.
        public static let backupEligible = Flags(rawValue: 0x08)
        /// BS: the passkey has been copied.
        public static let backedUp = Flags(rawValue: 0x10)
        /// AT: there is attested credential data.
        public static let attestedCredential = Flags(rawValue: 0x40)
        /// ED: there are outputs of extensions.
        public static let extensions = Flags(rawValue: 0x80)
    }

    /// A new passkey (WebAuthn Level 3, section 6.5.1).
    public struct AttestedCredential: Hashable, Sendable {
        /// The model of the authenticator, 16 bytes; all zero when it does not say.
        public let aaguid: [UInt8]
        /// The credential id, 1 to 1023 bytes.
        public let id: [UInt8]
        /// The public key.
        public let publicKey: PasskeyPublicKey
    }

    /// How long a credential id may be, in bytes.
    public static let longestID = 1023

    /// The bytes as they were given; what is signed.
    public let bytes: [UInt8]
    /// SHA-256 of the relying party's id.
    public let rpIDHash: Digest
    /// The flags.
    public let flags: Flags
    /// How often the authenticator signed; zero when it does not count.
    public let signCount: UInt32
    /// The new passkey, of a registration.
    public let attestedCredential: AttestedCredential?

    /// Reads authenticator data; outputs of extensions are checked for their form and passed over.
    ///
    /// - Throws: ``PasskeyError/format(_:_:)`` with the byte where reading stopped, also for bytes
    ///   after the end; ``PasskeyError/key(_:)`` for a public key that is not taken.
    /// - Cost: one pass, and the check of the public key.
    public init(parsing bytes: [UInt8]) throws(PasskeyError) {
        guard bytes.count >= 37, let rpIDHash = Digest(bytes: bytes[..<32]) else {
            throw .format("authenticatorData", FormatError("37 bytes wanted", at: bytes.count))
        }
        let flags = Flags(rawValue: bytes[32])
        self.bytes = bytes
        self.rpIDHash = rpIDHash
        self.flags = flags
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        let parts: (aaguid: [UInt8], id: [UInt8], cose: [UInt8])?
        do throws(FormatError) {
            parts = try AuthenticatorData.parts(flags, bytes)
        } catch {
            throw .format("authenticatorData", error)
        }
        if let (aaguid, id, cose) = parts {
            attestedCredential = AttestedCredential(
                aaguid: aaguid, id: id, publicKey: try PasskeyPublicKey(cose: cose))
        } else {
            attestedCredential = nil
        }
    }

    /// What stands behind the counter: the credential that is there by the flags.
    private static func parts(
        _ flags: Flags, _ bytes: [UInt8]
    ) throws(FormatError) -> (aaguid: [UInt8], id: [UInt8], cose: [UInt8])? {
        var index = 37
        let credential = try credential(flags, bytes, &index)
        if flags.contains(.extensions) {
            let start = index
            let (outputs, end) = try CBOR.first(of: bytes, from: start)
            guard let members = outputs.members, members.allSatisfy({ $0.name.text != nil }) else {
                throw FormatError("a map of extensions by name wanted", at: start)
            }
            index = end
        }
        guard index == bytes.count else {
            throw FormatError("\(bytes.count - index) bytes too many", at: index)
        }
        return credential
    }

    /// Cuts the attested credential data into its parts.
    private static func credential(
        _ flags: Flags, _ bytes: [UInt8], _ index: inout Int
    ) throws(FormatError) -> (aaguid: [UInt8], id: [UInt8], cose: [UInt8])? {
        guard flags.contains(.attestedCredential) else { return nil }
        guard bytes.count >= index + 18 else {
            throw FormatError("18 bytes wanted, \(bytes.count - index) left", at: index)
        }
        let length = Int(bytes[index + 16]) << 8 | Int(bytes[index + 17])
        guard (1...longestID).contains(length) else {
            throw FormatError("a credential id has 1 to \(longestID) bytes", at: index + 16)
        }
        let start = index + 18
        guard bytes.count >= start + length else {
            throw FormatError("\(length) bytes wanted, \(bytes.count - start) left", at: start)
        }
        let (_, end) = try CBOR.first(of: bytes, from: start + length)
        defer { index = end }
        return (
            Array(bytes[index..<index + 16]), Array(bytes[start..<start + length]),
            Array(bytes[(start + length)..<end])
        )
    }
}
