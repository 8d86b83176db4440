// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.ChaChaPoly
internal import struct Crypto.SymmetricKey
internal import enum CryptoExtras.KDF
internal import Foundation

/// The text of a key file: a party's seed, as it is or sealed under a passphrase.
///
/// A JSON object in its canonical form (RFC 8785):
///
/// | name | what |
/// |---|---|
/// | `format` | `dividend-key/1` |
/// | `party` | the did:key that the seed belongs to |
/// | `seed` | the 32 bytes, base64url; in a file without a passphrase |
/// | `sealed` | ChaCha20-Poly1305 of the seed: nonce (12), ciphertext (32), tag (16), base64url |
/// | `scrypt` | `n`, `r`, `p` (RFC 7914) and `salt` (16 bytes, base64url), for `sealed` |
/// | `check` | SHA-256 of the canonical form of all the rest, so that damage is told from a wrong passphrase |
///
/// The associated data of `sealed` are the canonical form of `format`, `party` and `scrypt`.
public enum KeyFile {
    /// The value of `format`.
    public static let format = "dividend-key/1"
    /// How many bytes a key file may have.
    public static let most = 4096
    /// The cost of scrypt in new files, as a power of two: 64 MiB and some tenths of a second.
    public static let cost = 16

    /// The lowest cost that is read or written, and the highest: 32 MiB to 1 GiB.
    static let costs = 15...20

    /// The text for a key.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - passphrase: seals the seed when given; at least one character.
    ///   - cost: log2 of scrypt's N, 15 to 20.
    ///   - random: makes the salt and the nonce.
    /// - Throws: ``KeyFileError/emptyPassphrase`` and ``KeyFileError/format(_:)`` for a cost out of
    ///   bounds.
    public static func text(
        of key: SigningKey, passphrase: String? = nil, cost: Int = KeyFile.cost,
        using random: inout some RandomNumberGenerator
    ) throws(KeyFileError) -> [UInt8] {
        var members: [String: JSON] = ["format": .string(format), "party": .string(key.id.did)]
        if let passphrase {
            let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            let nonce = (0..<12).map { _ in UInt8.random(in: 0...255, using: &random) }
            members["scrypt"] = [
                "n": .integer(1 << Int64(cost)), "r": 8, "p": 1,
                "salt": .string(Base64.encode(salt, as: .url)),
            ]
            let secret = try derive(passphrase, salt: salt, cost: cost)
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.seal(
                    key.seed, using: secret, nonce: nonce, authenticating: try canonical(members))
            else { throw .format("32 bytes cannot be sealed") }
            members["sealed"] = .string(Base64.encode(Array(box.combined), as: .url))
        } else {
            members["seed"] = .string(Base64.encode(key.seed, as: .url))
        }
        members["check"] = .string(Canon.Digest(of: try canonical(members)).hex)
        return try canonical(members) + [0x0a]
    }

    /// The key in the text of a key file.
    ///
    /// - Throws: ``KeyFileError`` that says what is wrong: the passphrase, a missing one, or the text.
    /// - Cost: for a sealed key, that of scrypt at the file's own cost, at most 1 GiB of memory.
    public static func key(
        from text: [UInt8], passphrase: String? = nil
    ) throws(KeyFileError) -> SigningKey {
        guard text.count <= most else { throw .format("it has over \(most) bytes") }
        var members = try object(text)
        guard members["format"] == .string(format) else {
            throw .format("its format is not \(format)")
        }
        guard let check = members.removeValue(forKey: "check")?.string,
            check == Canon.Digest(of: try canonical(members)).hex
        else { throw .damaged }
        let seed: [UInt8]?
        if let sealed = members.removeValue(forKey: "sealed") {
            seed = try open(sealed, members, passphrase)
        } else {
            seed = members["seed"]?.string.flatMap { Base64.decode($0, as: .url) }
        }
        guard let seed, let key = SigningKey(seed: seed) else {
            throw .format("it has no seed of 32 bytes")
        }
        guard members["party"] == .string(key.id.did) else {
            throw .format("its seed is not that of its party")
        }
        return key
    }

    /// Whether the text of a key file is sealed under a passphrase.
    ///
    /// - Throws: ``KeyFileError/format(_:)`` for bytes that are no key file.
    public static func needsPassphrase(_ text: [UInt8]) throws(KeyFileError) -> Bool {
        guard text.count <= most else { throw .format("it has over \(most) bytes") }
        return try object(text)["sealed"] != nil
    }

    private static func object(_ text: [UInt8]) throws(KeyFileError) -> [String: JSON] {
        do throws(FormatError) {
            guard case .object(let members) = try JSON(parsing: text) else {
                throw FormatError("an object wanted", at: 0)
            }
            return members
        } catch {
            throw .format("\(error)")
        }
    }

    private static func open(
        _ sealed: JSON, _ members: [String: JSON], _ passphrase: String?
    ) throws(KeyFileError) -> [UInt8] {
        guard let passphrase else { throw .passphraseWanted }
        guard let blob = sealed.string.flatMap({ Base64.decode($0, as: .url) }),
            let box = try? ChaChaPoly.SealedBox(combined: blob)
        else { throw .format("\"sealed\" is not a nonce, 32 bytes and a tag") }
        let scrypt = members["scrypt"]
        guard let n = scrypt?["n"]?.integer, n.nonzeroBitCount == 1,
            costs.contains(n.trailingZeroBitCount), scrypt?["r"] == 8, scrypt?["p"] == 1,
            let salt = scrypt?["salt"]?.string.flatMap({ Base64.decode($0, as: .url) }),
            salt.count == 16
        else { throw .format("its scrypt is not n = 2^15…2^20, r = 8, p = 1 and a salt") }
        let secret = try derive(passphrase, salt: salt, cost: n.trailingZeroBitCount)
        guard
            let seed = try? ChaChaPoly.open(
                box, using: secret, authenticating: try canonical(members))
        else { throw .wrongPassphrase }
        return Array(seed)
    }

    private static func derive(
        _ passphrase: String, salt: [UInt8], cost: Int
    ) throws(KeyFileError) -> SymmetricKey {
        guard !passphrase.isEmpty else { throw .emptyPassphrase }
        guard costs.contains(cost) else { throw .format("a cost of 15 to 20 wanted") }
        // One spelling for one passphrase, however the keyboard composes its letters (RFC 8265).
        let bytes = Array(passphrase.precomposedStringWithCanonicalMapping.utf8)
        guard
            let secret = try? KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost, blockSize: 8,
                parallelism: 1)
        else { throw .noMemory(bytes: 1 << (cost + 10)) }
        return secret
    }

    private static func canonical(_ members: [String: JSON]) throws(KeyFileError) -> [UInt8] {
        do {
            return try JSON.object(members).signable()
        } catch {
            throw .format("\(error)")
        }
    }
}
