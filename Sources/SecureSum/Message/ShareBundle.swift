// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Shares that one party sealed for another: 80 bytes that only the other can read.
///
/// ChaCha20-Poly1305 of a share of the mask key (32) and a share of the self mask's seed (32), with its
/// tag (16). The key belongs to this roster and these two parties in this direction, and is used
/// once, so the nonce is zero; whatever is moved, swapped or kept from elsewhere does not open.
struct SealedShares: Sendable {
    static let byteCount = 80
    /// The other party: who is to open them, or who sealed them.
    let party: Int
    let bytes: [UInt8]
}

/// Round 1, from a party to the server: shares of its secrets, sealed to each neighbour.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 2 | from |
/// | 39 | 32 | commitment to the self mask's seed |
/// | 71 | 4 | how many neighbours |
/// | 75 | 82 each | to (2), sealed shares (80), ascending |
public struct ShareBundle: Sendable {
    /// The number of the party in the session.
    public let from: Int
    let commitment: Digest
    let sealed: [SealedShares]
    let roster: Digest

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(.bundle, roster, reserving: 38 + 82 * sealed.count)
        writer.write(UInt16(from))
        writer.write(commitment)
        writer.write(sealed)
        return writer.bytes
    }

    init(from: Int, commitment: Digest, sealed: [SealedShares], roster: Digest) {
        (self.from, self.commitment, self.sealed) = (from, commitment, sealed)
        self.roster = roster
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.bundle, bytes)
        guard context == roster.digest else { throw .anotherSession }
        self = try MessageHead.parse { () throws(FormatError) in
            let parties = roster.session.parties.count
            let bundle = ShareBundle(
                from: try reader.readParty(below: parties), commitment: try reader.readDigest(),
                sealed: try reader.readSealed(parties: parties), roster: context)
            try reader.finish()
            return bundle
        }
    }
}

/// Round 1, from the server to a party: the shares that its neighbours sealed for it.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 2 | to |
/// | 39 | 4 | how many neighbours |
/// | 43 | 82 each | from (2), sealed shares (80), ascending |
public struct ShareDelivery: Sendable {
    /// The number of the party in the session.
    public let to: Int
    let sealed: [SealedShares]
    let roster: Digest

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(.delivery, roster, reserving: 6 + 82 * sealed.count)
        writer.write(UInt16(to))
        writer.write(sealed)
        return writer.bytes
    }

    init(to: Int, sealed: [SealedShares], roster: Digest) {
        (self.to, self.sealed, self.roster) = (to, sealed, roster)
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.delivery, bytes)
        guard context == roster.digest else { throw .anotherSession }
        self = try MessageHead.parse { () throws(FormatError) in
            let parties = roster.session.parties.count
            let delivery = ShareDelivery(
                to: try reader.readParty(below: parties),
                sealed: try reader.readSealed(parties: parties), roster: context)
            try reader.finish()
            return delivery
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ sealed: [SealedShares]) {
        write(UInt32(sealed.count))
        for entry in sealed {
            write(UInt16(entry.party))
            write(raw: entry.bytes)
        }
    }
}

extension ByteReader {
    /// Reads entries whose parties ascend, so none is there twice.
    fileprivate mutating func readSealed(parties: Int) throws(FormatError) -> [SealedShares] {
        let count = try readCount(ofEntries: 2 + SealedShares.byteCount)
        var sealed: [SealedShares] = []
        sealed.reserveCapacity(count)
        for _ in 0..<count {
            let start = offset
            let party = try readParty(below: parties)
            guard party > sealed.last?.party ?? -1 else {
                throw FormatError("the entries are not in order", at: start)
            }
            sealed.append(
                SealedShares(party: party, bytes: try read(count: SealedShares.byteCount)))
        }
        return sealed
    }
}
