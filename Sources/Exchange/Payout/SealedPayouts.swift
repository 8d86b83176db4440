// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import enum Crypto.ChaChaPoly
internal import struct Crypto.SymmetricKey
internal import Foundation
internal import Ledger

/// What a batch tells those it pays: a line for each, sealed under the reading key of her hidden account. It is
/// published in coded chunks, so that it can be had without the node that made it.
///
/// | offset | size | what; numbers are little-endian |
/// |---|---|---|
/// | 0 | 8 | "dvsealed" |
/// | 8 | 1 | version: 1 |
/// | 9 | 4 | how many lines, n |
/// | 13 | 60 n | the lines, in the order of their hints, which is one of chance: hint 8, then under ChaCha20-Poly1305 36 bytes and the tag of 16 |
///
/// A line's 36 bytes: the account's index u32, what it got, below zero for what was taken out, i64, what it
/// holds then u64, the salt of its leaf 16. Its key is SHA-256(`dividend/sealed/key/v1/`, reading key, batch's id), used
/// once, with nonce zero; its hint the first eight bytes of SHA-256(`dividend/sealed/hint/v1/`, the same).
package struct SealedPayouts: Sendable {
    /// What a line says.
    package struct Line: Hashable, Sendable {
        /// The hidden account.
        package let account: Int
        /// What it got, in micro-units; below zero for what was taken out.
        package let amount: Int64
        /// What it holds after the batch.
        package let balance: UInt64
        /// The salt of its leaf: 16 bytes.
        package let salt: [UInt8]
    }

    private static let magic = Array("dvsealed".utf8) + [1]
    private static let hintBytes = 8
    private static let sealedBytes = 36 + 16

    private let lines: [(hint: [UInt8], sealed: [UInt8])]

    /// Seals lines, each to a reading key.
    init(_ lines: [(line: Line, readingKey: [UInt8])], batch: Digest) throws {
        self.lines = try lines.map { line, key in
            var writer = ByteWriter(reserving: 36)
            writer.write(UInt32(line.account))
            writer.write(line.amount)
            writer.write(line.balance)
            writer.write(raw: line.salt)
            let box = try ChaChaPoly.seal(
                writer.bytes, using: SealedPayouts.key(key, batch), nonce: SealedPayouts.nonce)
            return (SealedPayouts.hint(key, batch), Array(box.ciphertext) + Array(box.tag))
        }.sorted { $0.hint.lexicographicallyPrecedes($1.hint) }
    }

    /// The bytes.
    var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 13 + 60 * lines.count)
        writer.write(raw: SealedPayouts.magic)
        writer.write(UInt32(lines.count))
        for line in lines {
            writer.write(raw: line.hint)
            writer.write(raw: line.sealed)
        }
        return writer.bytes
    }

    /// Reads the bytes.
    ///
    /// - Throws: ``FormatError``.
    package init(_ bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        guard try reader.read(count: SealedPayouts.magic.count) == SealedPayouts.magic else {
            throw FormatError("these are no sealed payouts of version 1", at: 0)
        }
        let count = Int(try reader.read(UInt32.self))
        let size = SealedPayouts.hintBytes + SealedPayouts.sealedBytes
        guard reader.left == size * count else {
            throw FormatError("there are not as many lines as said", at: 9)
        }
        var lines: [(hint: [UInt8], sealed: [UInt8])] = []
        for _ in 0..<count {
            lines.append(
                (
                    try reader.read(count: SealedPayouts.hintBytes),
                    try reader.read(count: SealedPayouts.sealedBytes)
                ))
        }
        self.lines = lines
    }

    /// Opens the line of a reading key; nil where there is none.
    package func open(with readingKey: [UInt8], batch: Digest) -> Line? {
        let hint = SealedPayouts.hint(readingKey, batch)
        for line in lines where line.hint == hint {
            let (ciphertext, tag) = (line.sealed.dropLast(16), line.sealed.suffix(16))
            guard
                let box = try? ChaChaPoly.SealedBox(
                    nonce: SealedPayouts.nonce, ciphertext: ciphertext, tag: tag),
                let opened = try? ChaChaPoly.open(
                    box, using: SealedPayouts.key(readingKey, batch))
            else { continue }
            var reader = ByteReader(Array(opened))
            guard let account = try? reader.read(UInt32.self),
                let amount = try? reader.read(Int64.self),
                let balance = try? reader.read(UInt64.self),
                let salt = try? reader.read(count: 16)
            else { continue }
            return Line(account: Int(account), amount: amount, balance: balance, salt: salt)
        }
        return nil
    }

    private static var nonce: ChaChaPoly.Nonce {
        get throws { try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)) }
    }

    private static func key(_ readingKey: [UInt8], _ batch: Digest) -> SymmetricKey {
        SymmetricKey(data: digest("key", readingKey, batch))
    }

    private static func hint(_ readingKey: [UInt8], _ batch: Digest) -> [UInt8] {
        Array(digest("hint", readingKey, batch).prefix(hintBytes))
    }

    private static func digest(
        _ word: String, _ readingKey: [UInt8], _ batch: Digest
    ) -> [UInt8] {
        Digest(of: Array("dividend/sealed/\(word)/v1/".utf8) + readingKey, batch.bytes).bytes
    }
}
