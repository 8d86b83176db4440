// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why a note is not trusted.
public enum NoteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line claims to be by a known key, and its signature is wrong.
    case wrongSignature(name: String)
    /// No line is by a known key.
    case unknownSigner(names: [String])

    /// What is wrong.
    public var description: String {
        switch self {
        case .wrongSignature(let name):
            "the signature of \(name) does not fit the note; the note or the signature was changed"
        case .unknownSigner(let names):
            "no known key signed this note; it names \(names.joined(separator: ", "))"
        }
    }
}

extension VerifierKey {
    /// The Ed25519 key of a party under a name; nil when the name is not a key name.
    public init?(name: String, party: PartyID) {
        self.init(name: name, type: VerifierKey.ed25519, publicKey: party.publicKey)
    }

    /// The party whose Ed25519 key this is; nil for a key of another type.
    public var party: PartyID? {
        type == VerifierKey.ed25519 ? PartyID(publicKey: publicKey) : nil
    }
}

extension SignedNote {
    /// Adds the signature of a key under a name.
    ///
    /// - Throws: ``FormatError`` when the name is not a key name (``SignedNote/isName(_:)``).
    public func signed(by key: SigningKey, as name: String) throws(FormatError) -> SignedNote {
        let signature = key.sign(Array(text.utf8)).bytes
        guard let verifier = VerifierKey(name: name, party: key.id),
            let line = Line(name: name, keyID: verifier.keyID, signature: signature)
        else { throw FormatError("\"\(name)\" cannot name a key: no spaces, no \"+\"", at: 0) }
        return try SignedNote(text: text, lines: lines + [line])
    }

    /// The known Ed25519 keys that signed, in the order of their lines.
    ///
    /// Lines by unknown keys are passed over, as the standard asks.
    ///
    /// - Throws: ``NoteError/wrongSignature(name:)`` when a known key's line is wrong, and
    ///   ``NoteError/unknownSigner(names:)`` when there is no line by a known key.
    /// - Cost: one signature check for each line by a known key.
    public func signers(among keys: [VerifierKey]) throws(NoteError) -> [VerifierKey] {
        let message = Array(text.utf8)
        var found: [VerifierKey] = []
        for line in lines {
            guard
                let key = keys.first(where: { $0.type == VerifierKey.ed25519 && $0.claims(line) }),
                let party = key.party
            else { continue }
            guard let signature = Signature(bytes: line.signature),
                party.verify(signature, over: message)
            else { throw .wrongSignature(name: line.name) }
            if !found.contains(key) { found.append(key) }
        }
        guard !found.isEmpty else { throw .unknownSigner(names: lines.map(\.name)) }
        return found
    }
}

extension Checkpoint {
    /// The signed note of this checkpoint, by a key named like its origin.
    ///
    /// - Throws: ``FormatError`` when the origin cannot name a key.
    public func signed(by key: SigningKey) throws(FormatError) -> SignedNote {
        try SignedNote(text: text, lines: []).signed(by: key, as: origin)
    }

    /// Reads and checks a signed checkpoint of one log.
    ///
    /// - Parameters:
    ///   - bytes: the note.
    ///   - key: the log's key; its name is the origin that is wanted.
    /// - Throws: ``FormatError`` for bytes that are not a checkpoint, or are another log's, and
    ///   ``NoteError`` for one that the key did not sign.
    public init(verifying bytes: [UInt8], by key: VerifierKey) throws {
        let note = try SignedNote(parsing: bytes)
        _ = try note.signers(among: [key])
        try self.init(parsing: note.text)
        guard origin.utf8.elementsEqual(key.name.utf8) else {
            throw FormatError("the checkpoint is of \(origin), not of \(key.name)", at: 0)
        }
    }
}
