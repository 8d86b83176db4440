// SPDX-License-Identifier: Apache-2.0

/// A public key that checks notes, and its name (C2SP signed-note, "vkey").
public struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// The signature type of Ed25519 over the text of the note.
    public static let ed25519: UInt8 = 0x01

    /// The name of the key, usually the origin of the log.
    public let name: String
    /// The type of its signatures.
    public let type: UInt8
    /// The bytes of the public key.
    public let publicKey: [UInt8]

    /// Takes a key; nil when the name is not a key name or the key is empty, or, for Ed25519, not of
    /// 32 bytes.
    public init?(name: String, type: UInt8 = VerifierKey.ed25519, publicKey: [UInt8]) {
        guard SignedNote.isName(name), !publicKey.isEmpty,
            type != VerifierKey.ed25519 || publicKey.count == 32
        else { return nil }
        self.name = name
        self.type = type
        self.publicKey = publicKey
    }

    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as a big-endian number.
    public var keyID: UInt32 {
        let digest = Digest(of: Array(name.utf8) + [0x0a, type] + publicKey)
        return digest.bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// `name+hexadecimal key id+base64(type ‖ public key)`.
    public var description: String {
        let id = withUnsafeBytes(of: keyID.bigEndian) { Hex.encode($0) }
        return "\(name)+\(id)+\(Base64.encode([type] + publicKey))"
    }

    /// Reads the text form.
    ///
    /// - Throws: ``FormatError`` when a part is missing or the id is not that of the key.
    public init(_ text: String) throws(FormatError) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 3 else {
            throw FormatError("a verifier key is name+id+key", at: 0)
        }
        let place = parts[0].utf8.count + 1
        guard let id = Hex.decode(parts[1]), id.count == 4 else {
            throw FormatError("a key id has eight lower-case hexadecimal digits", at: place)
        }
        guard let blob = Base64.decode(parts[2]), let type = blob.first,
            let key = VerifierKey(name: parts[0], type: type, publicKey: Array(blob[1...]))
        else { throw FormatError("base 64 of a type and a public key wanted", at: place + 9) }
        let wanted = key.keyID
        guard id.reduce(UInt32(0), { $0 << 8 | UInt32($1) }) == wanted else {
            throw FormatError("the key id is not that of this name and key", at: place)
        }
        self = key
    }

    /// Whether a signature line claims to be by this key: same name, byte for byte, and same id.
    public func claims(_ line: SignedNote.Line) -> Bool {
        line.keyID == keyID && line.name.utf8.elementsEqual(name.utf8)
    }
}
