// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity

/// Round 0, from a party to the server: its two new public keys, signed by the registered one.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the session's digest |
/// | 37 | 2 | from |
/// | 39 | 32 | X25519 key for sealing shares |
/// | 71 | 32 | X25519 key for pair masks |
/// | 103 | 64 | Ed25519 signature of the registered key over "dividend/sum/advert/v1", its length before it, the session and bytes 37 to 102 |
public struct Advert: Sendable {
    /// The number of the party in the session.
    public let from: Int
    let cipherKey: PairPublicKey
    let maskKey: PairPublicKey
    let signature: Signature

    /// The length of an entry in the roster.
    static let entryBytes = 130

    init(
        from: Int, cipherKey: PairPublicKey, maskKey: PairPublicKey,
        signature: Signature
    ) {
        (self.from, self.cipherKey, self.maskKey) = (from, cipherKey, maskKey)
        self.signature = signature
    }

    /// The message as bytes.
    public func bytes(in session: SumSession) -> [UInt8] {
        var writer = MessageHead.writer(.advert, session.digest, reserving: Advert.entryBytes)
        write(to: &writer)
        return writer.bytes
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``. The signature is checked
    ///   where the advert is used.
    public init(parsing bytes: [UInt8], in session: SumSession) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.advert, bytes)
        guard context == session.digest else { throw .anotherSession }
        self = try MessageHead.parse { () throws(FormatError) in
            let advert = try Advert(&reader, parties: session.parties.count)
            try reader.finish()
            return advert
        }
    }

    func write(to writer: inout ByteWriter) {
        writer.write(UInt16(from))
        writer.write(raw: cipherKey.bytes)
        writer.write(raw: maskKey.bytes)
        writer.write(raw: signature.bytes)
    }

    init(_ reader: inout ByteReader, parties: Int) throws(FormatError) {
        from = try reader.readParty(below: parties)
        cipherKey = try Advert.key(&reader)
        maskKey = try Advert.key(&reader)
        signature = try reader.readSignature()
    }

    private static func key(_ reader: inout ByteReader) throws(FormatError) -> PairPublicKey {
        let start = reader.offset
        guard let key = PairPublicKey(bytes: try reader.read(count: 32)) else {
            throw FormatError("not a key in its one form, or one of small order", at: start)
        }
        return key
    }

    /// What is signed.
    static func statement(
        _ session: SumSession, _ from: Int, _ cipherKey: PairPublicKey,
        _ maskKey: PairPublicKey
    ) -> [UInt8] {
        var writer = ByteWriter(reserving: 160)
        writer.write("dividend/sum/advert/v1")
        writer.write(session.digest)
        writer.write(UInt16(from))
        writer.write(raw: cipherKey.bytes)
        writer.write(raw: maskKey.bytes)
        return writer.bytes
    }

    /// What is signed, by whom, and the signature.
    func signed(in session: SumSession) -> PartyID.Signed {
        (session.parties[from], signature, Advert.statement(session, from, cipherKey, maskKey))
    }
}
