// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
internal import Storage

/// Passkeys: what people show in a browser to act for a party whose key is kept here; and the recovery
/// code, for when all of them are lost.
extension Exchange {
    /// How many passkeys open one account at most.
    package static let mostPasskeys = 16

    /// Makes a party that a passkey opens.
    ///
    /// - Returns: the recovery code, which is kept as a digest only.
    /// - Throws: when the name is taken or no name, or the credential opens another party already.
    package func createParty(
        named name: String, openedBy credential: PasskeyCredential
    ) throws -> String {
        try checkIsNew(credential)
        guard !partyNames().contains(name) else {
            throw ExchangeError.refused("the name \(name) is taken; choose another")
        }
        _ = try createParty(named: name)
        let (code, note) = try newRecoveryCode(for: name)
        try keep(try passkeyNotes(credential, for: name) + note)
        return code
    }

    /// Lets one more passkey open an account.
    package func add(_ credential: PasskeyCredential, to party: String) throws {
        try checkIsNew(credential)
        _ = try knownKey(of: party)
        guard try passkeys(of: party).count < Exchange.mostPasskeys else {
            throw ExchangeError.refused(
                "\(Exchange.mostPasskeys) passkeys open this account already; end one first")
        }
        try keep(try passkeyNotes(credential, for: party))
    }

    /// The party that a passkey opens, and its credential; nil when nobody knows it.
    package func passkey(_ id: [UInt8]) throws -> (party: String, credential: PasskeyCredential)? {
        guard let bytes = try store.mark(Exchange.passkeyMark(id)) else { return nil }
        let json = try JSON(parsing: bytes)
        guard let party = json["party"]?.string, let credential = json["credential"] else {
            throw ExchangeError.refused("a passkey's note is damaged; restore a backup")
        }
        return (party, try PasskeyCredential(json: credential))
    }

    /// The passkeys that open an account.
    package func passkeys(of party: String) throws -> [PasskeyCredential] {
        let holder = try knownKey(of: party).id
        return try store.marks(beginning: Exchange.passkeysMark(holder)).compactMap { _, id in
            guard let bytes = try store.mark(Exchange.passkeyMarks + Hex.encode(id)),
                let credential = try JSON(parsing: bytes)["credential"]
            else { return nil }
            return try PasskeyCredential(json: credential)
        }
    }

    /// Whether passkeys open the account of whoever has this key: then she says yes by passkeys alone.
    func hasPasskeys(_ holder: PartyID) throws -> Bool {
        try !store.marks(beginning: Exchange.passkeysMark(holder)).isEmpty
    }

    /// Keeps the count of a passkey that was used just now.
    ///
    /// - Throws: when it was ended meanwhile: then it opens nothing.
    package func used(_ credential: PasskeyCredential, of party: String) throws {
        guard let known = try passkey(credential.id), known.party == party else {
            throw ExchangeError.unknown(
                what: "passkey", name: "shown here", hint: "it was ended; use another one")
        }
        let value = try JSON.object(["party": .string(party), "credential": credential.json])
            .signable()
        try keep([.mark(Exchange.passkeyMark(credential.id), value)])
    }

    /// Ends a passkey of an account.
    ///
    /// - Throws: for the last one: nothing but the recovery code would open the account then.
    package func endPasskey(_ id: [UInt8], of party: String) throws {
        let all = try passkeys(of: party)
        guard all.contains(where: { $0.id == id }) else {
            throw ExchangeError.unknown(
                what: "passkey", name: Base64.encode(Array(id.prefix(6)), as: .url),
                hint: "it opens no account of yours")
        }
        guard all.count > 1 else {
            throw ExchangeError.refused("this is the last passkey; add another one first")
        }
        try keep(try endingPasskey(id, of: party))
    }

    /// Gives an account to a new passkey, for whoever has its recovery code. The passkeys of before, the
    /// access keys and the code are ended.
    ///
    /// - Returns: the party, and the next recovery code.
    /// - Throws: ``ExchangeError/unknown(what:name:hint:)`` for a code that opens nothing.
    package func recover(
        by code: String, with credential: PasskeyCredential
    ) throws -> (party: String, code: String) {
        try checkIsNew(credential)
        let mark = Exchange.recoveryMarks + RecoveryCode.digest(of: code).hex
        guard let bytes = try store.mark(mark), let party = String(validating: bytes, as: UTF8.self)
        else {
            throw ExchangeError.unknown(
                what: "recovery code", name: "given here", hint: "a code opens an account once")
        }
        let old = try passkeys(of: party).flatMap { try endingPasskey($0.id, of: party) }
        let (next, notes) = try newRecoveryCode(for: party)
        try keep(
            try old + endingAccessKeys(of: party) + notes + passkeyNotes(credential, for: party))
        return (party, next)
    }

    /// Makes a recovery code in the place of the one before.
    package func renewRecoveryCode(of party: String) throws -> String {
        _ = try knownKey(of: party)
        let (code, notes) = try newRecoveryCode(for: party)
        try keep(notes)
        return code
    }

    private func newRecoveryCode(for party: String) throws -> (code: String, notes: [Note]) {
        let name = Array(party.utf8)
        let old = try store.marks(beginning: Exchange.recoveryMarks).filter { $0.bytes == name }
        let code = RecoveryCode.text(of: random(RecoveryCode.byteCount))
        let mark = Exchange.recoveryMarks + RecoveryCode.digest(of: code).hex
        return (code, old.map { Note.unmark($0.name) } + [.mark(mark, name)])
    }

    private func checkIsNew(_ credential: PasskeyCredential) throws {
        guard try store.mark(Exchange.passkeyMark(credential.id)) == nil else {
            throw ExchangeError.refused(
                "this passkey opens another account already; sign in with it")
        }
    }

    private func passkeyNotes(
        _ credential: PasskeyCredential, for party: String
    ) throws -> [Note] {
        let value = try JSON.object(["party": .string(party), "credential": credential.json])
            .signable()
        let holder = try knownKey(of: party).id
        let id = Digest(of: credential.id)
        return [
            .mark(Exchange.passkeyMark(credential.id), value),
            .mark(Exchange.passkeysMark(holder) + id.hex, id.bytes),
        ]
    }

    private func endingPasskey(_ id: [UInt8], of party: String) throws -> [Note] {
        let holder = try knownKey(of: party).id
        return [
            .unmark(Exchange.passkeyMark(id)),
            .unmark(Exchange.passkeysMark(holder) + Digest(of: id).hex),
        ]
    }

    /// The beginning of the names under which a party's passkeys are listed.
    private static func passkeysMark(_ holder: PartyID) -> String { "passkeys-of/\(holder.did)/" }

    private static let passkeyMarks = "passkey/"
    private static let recoveryMarks = "recovery/"

    private static func passkeyMark(_ id: [UInt8]) -> String {
        passkeyMarks + Digest(of: id).hex
    }
}

/// What opens an account when its passkeys are lost: 160 bits in groups that can be read out and typed,
/// in an alphabet without letters that look alike (Crockford's base 32).
package enum RecoveryCode {
    static let byteCount = 20
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// Eight groups of four.
    static func text(of bytes: [UInt8]) -> String {
        precondition(bytes.count == byteCount, "160 bits")
        var out = ""
        for digit in 0..<32 {
            if digit > 0, digit % 4 == 0 { out.append("-") }
            let bit = digit * 5
            let pair =
                UInt16(bytes[bit / 8]) << 8 | UInt16(bit / 8 + 1 < 20 ? bytes[bit / 8 + 1] : 0)
            out.append(alphabet[Int(pair >> UInt16(11 - bit % 8) & 31)])
        }
        return out
    }

    /// The digest that is kept, of the code however it was typed: case, hyphens and spaces are free, and
    /// what looks like a digit is one.
    static func digest(of code: String) -> Digest {
        let plain = code.lowercased().compactMap { letter -> Character? in
            switch letter {
            case "-", " ": nil
            case "o": "0"
            case "i", "l": "1"
            default: letter
            }
        }
        return Digest(of: Array("dividend/recovery/v1\0\(String(plain))".utf8))
    }
}
