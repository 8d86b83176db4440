// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

/// Round 3, from the server to every party whose numbers came: who they are.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 8 each | a bit for each party, the first lowest, in words of 64, little-endian |
public struct SurvivorList: Hashable, Sendable {
    /// The digest of the roster that it belongs to.
    public let roster: Digest
    /// Who sent numbers.
    public let survivors: PartySet

    init(_ survivors: PartySet, roster: Digest) {
        (self.survivors, self.roster) = (survivors, roster)
    }

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(.survivors, roster)
        survivors.write(to: &writer)
        return writer.bytes
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.survivors, bytes)
        guard context == roster.digest else { throw .anotherSession }
        self = try MessageHead.parse { () throws(FormatError) in
            let survivors = try PartySet(&reader, universe: roster.session.parties.count)
            try reader.finish()
            return SurvivorList(survivors, roster: context)
        }
    }

    /// What a party signs: session, roster and survivors.
    func statement(session: Digest) -> [UInt8] {
        var writer = ByteWriter(reserving: 128)
        writer.write("dividend/sum/check/v1")
        writer.write(session)
        writer.write(roster)
        survivors.write(to: &writer)
        return writer.bytes
    }
}

/// Round 3, from a party to the server: its signature over the list of survivors. A party signs one
/// list in a session.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 2 | from |
/// | 39 | 64 | Ed25519 signature of the registered key |
public struct SurvivorCheck: Sendable {
    /// The number of the party in the session.
    public let from: Int
    let signature: Signature
    let roster: Digest

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(.check, roster, reserving: 66)
        writer.write(UInt16(from))
        writer.write(raw: signature.bytes)
        return writer.bytes
    }

    init(from: Int, signature: Signature, roster: Digest) {
        (self.from, self.signature, self.roster) = (from, signature, roster)
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.check, bytes)
        guard context == roster.digest else { throw .anotherSession }
        self = try MessageHead.parse { () throws(FormatError) in
            let from = try reader.readParty(below: roster.session.parties.count)
            let signature = try reader.readSignature()
            try reader.finish()
            return SurvivorCheck(from: from, signature: signature, roster: context)
        }
    }
}

extension ByteReader {
    /// Reads the 64 bytes of a signature.
    mutating func readSignature() throws(FormatError) -> Signature {
        let start = offset
        guard let signature = Signature(bytes: try read(count: 64)) else {
            throw FormatError("a signature has 64 bytes", at: start)
        }
        return signature
    }
}
