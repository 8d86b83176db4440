// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import enum Crypto.ChaChaPoly
internal import enum Crypto.Curve25519
internal import enum Crypto.HPKE
internal import struct Crypto.SymmetricKey
internal import Foundation

/// Bytes sealed to one party or several: a content key for each envelope, wrapped for each recipient
/// by HPKE (RFC 9180 base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305).
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 3 | "DVE" |
/// | 3 | 1 | version: 1 |
/// | 4 | 1 | how many recipients, n: 1…64 |
/// | 5 | 88 n | for each: hint (8), encapsulated key (32), wrapped content key (32 + tag 16) |
/// | 5 + 88 n | 64 k | ChaCha20-Poly1305 under the content key, nonce zero: length (u32, little-endian), plaintext, zeros up to a multiple of 64 |
/// | end - 16 | 16 | its tag |
///
/// The HPKE info is `dividend/envelope/v1/` and the context; the content's associated data are
/// everything before it and the context. So nothing can be changed, cut off, added or moved to
/// another context. The hint is the start of SHA-256(encapsulated key ‖ public key): a recipient
/// finds its own line by it, others learn nothing. The zeros hide the length to within 64 bytes.
///
/// Nobody is authenticated: who sealed it is told by the signature on whatever holds the envelope.
public enum Envelope {
    /// How many recipients an envelope may have.
    public static let mostRecipients = 64
    /// How many bytes can be sealed: 256 MiB.
    public static let longest = 1 << 28

    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
    private static let head: [UInt8] = Array("DVE".utf8) + [1]
    private static let line = 88
    private static let block = 64

    /// Seals bytes to one recipient.
    ///
    /// - Throws: ``EnvelopeError`` for a public key that is no key, or bytes beyond ``longest``.
    public static func seal(
        _ plaintext: [UInt8], to recipient: AgreementPublicKey, context: String
    ) throws(EnvelopeError) -> [UInt8] {
        try seal(plaintext, to: [recipient], context: context)
    }

    /// Seals bytes to several recipients; each can open it alone.
    ///
    /// The keys come from the system's random numbers, so two envelopes are never alike.
    ///
    /// - Parameter context: what the envelope is for; ``open(_:with:context:)`` needs the same.
    /// - Throws: ``EnvelopeError`` for no recipients or too many, a public key that is no key, or
    ///   bytes beyond ``longest``.
    /// - Cost: two X25519 operations a recipient, and one pass over the bytes.
    public static func seal(
        _ plaintext: [UInt8], to recipients: [AgreementPublicKey], context: String
    ) throws(EnvelopeError) -> [UInt8] {
        guard (1...mostRecipients).contains(recipients.count) else {
            throw .recipients(recipients.count)
        }
        guard plaintext.count <= longest else { throw .tooLong(plaintext.count) }
        let content = SymmetricKey(size: .bits256)
        var out = head + [UInt8(recipients.count)]
        for recipient in recipients {
            do {
                let publicKey = try Curve25519.KeyAgreement.PublicKey(
                    rawRepresentation: recipient.bytes)
                var sender = try HPKE.Sender(
                    recipientKey: publicKey, ciphersuite: suite, info: info(context))
                let encapsulated = Array(sender.encapsulatedKey)
                out += hint(encapsulated, recipient) + encapsulated
                out += try sender.seal(content.withUnsafeBytes { Array($0) })
            } catch {
                throw .noKey(recipient)
            }
        }
        var padded = ByteWriter(reserving: plaintext.count + 2 * block)
        padded.write(prefixed: plaintext)
        let filling = (block - padded.bytes.count % block) % block
        padded.write(raw: [UInt8](repeating: 0, count: filling))
        guard
            let box = try? ChaChaPoly.seal(
                padded.bytes, using: content, nonce: zeroNonce(),
                authenticating: out + Array(context.utf8))
        else { throw .tooLong(plaintext.count) }
        return out + box.ciphertext + box.tag
    }

    /// Opens an envelope.
    ///
    /// - Throws: ``EnvelopeError/format(_:)`` for bytes that are no envelope,
    ///   ``EnvelopeError/notForThisKey`` when there is no line for the key, and
    ///   ``EnvelopeError/altered`` when a byte was changed or the context is another.
    /// - Cost: one X25519 operation, and one pass over the bytes.
    public static func open(
        _ envelope: [UInt8], with key: AgreementKey, context: String
    ) throws(EnvelopeError) -> [UInt8] {
        let count = try recipientCount(of: envelope)
        let body = head.count + 1 + count * line
        var sealedToKey = false
        for start in stride(from: head.count + 1, to: body, by: line) {
            let encapsulated = Array(envelope[start + 8..<start + 40])
            guard envelope[start..<start + 8].elementsEqual(hint(encapsulated, key.publicKey))
            else {
                continue
            }
            sealedToKey = true
            // A hint of 8 bytes can fit by accident; only the tag of the wrapped key decides.
            guard
                var recipient = try? HPKE.Recipient(
                    privateKey: key.key, ciphersuite: suite, info: info(context),
                    encapsulatedKey: Data(encapsulated)),
                let content = try? recipient.open(envelope[start + 40..<start + line])
            else { continue }
            return try unpack(envelope, body: body, content: content, context: context)
        }
        throw sealedToKey ? .altered : .notForThisKey
    }

    private static func recipientCount(of envelope: [UInt8]) throws(EnvelopeError) -> Int {
        guard envelope.starts(with: head) else {
            throw .format(FormatError("an envelope starts with \"DVE\" and 1", at: 0))
        }
        guard envelope.count > head.count, case let count = Int(envelope[head.count]),
            (1...mostRecipients).contains(count)
        else { throw .format(FormatError("1 to \(mostRecipients) recipients wanted", at: 4)) }
        let sealed = envelope.count - (head.count + 1 + count * line) - 16
        guard sealed >= block, sealed % block == 0 else {
            throw .format(FormatError("the envelope was cut off", at: envelope.count))
        }
        return count
    }

    private static func unpack(
        _ envelope: [UInt8], body: Int, content: Data, context: String
    ) throws(EnvelopeError) -> [UInt8] {
        guard
            let box = try? ChaChaPoly.SealedBox(
                nonce: zeroNonce(), ciphertext: envelope[body..<envelope.count - 16],
                tag: envelope[(envelope.count - 16)...]),
            let padded = try? ChaChaPoly.open(
                box, using: SymmetricKey(data: content),
                authenticating: envelope[..<body] + Array(context.utf8))
        else { throw .altered }
        var reader = ByteReader(Array(padded))
        // Only who sealed it could have written a length that does not fit.
        guard let plaintext = try? reader.readPrefixed(), reader.left < block else {
            throw .format(FormatError("the length does not fit the sealed bytes", at: body))
        }
        return plaintext
    }

    private static func info(_ context: String) -> Data {
        Data("dividend/envelope/v1/\(context)".utf8)
    }

    private static func hint(_ encapsulated: [UInt8], _ recipient: AgreementPublicKey) -> [UInt8] {
        Array(Canon.Digest(of: encapsulated, recipient.bytes).bytes[..<8])
    }

    /// The content key is used once, so its nonce need not differ.
    private static func zeroNonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }
}
