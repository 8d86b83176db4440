// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Round 4, from a party to the server: of each neighbour, and of itself, one share. Of a survivor it
/// is a share of the seed of its self mask, of a drop-out one of its mask key. Which of the two
/// follows from the attested list; there is no way to write both.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 2 | from |
/// | 39 | 4 | how many shares |
/// | 43 | 34 each | about (2), share (32), ascending |
public struct Unmasking: Sendable {
    /// A share, and of whose secret.
    struct Entry: Sendable {
        let about: Int
        let share: SecretBytes
    }

    /// The number of the party in the session.
    public let from: Int
    let entries: [Entry]
    let roster: Digest

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(.unmasking, roster, reserving: 6 + 34 * entries.count)
        writer.write(UInt16(from))
        writer.write(UInt32(entries.count))
        for entry in entries {
            writer.write(UInt16(entry.about))
            writer.write(raw: entry.share.bytes)
        }
        return writer.bytes
    }

    init(from: Int, entries: [Entry], roster: Digest) {
        (self.from, self.entries, self.roster) = (from, entries, roster)
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)`` and ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.unmasking, bytes)
        guard context == roster.digest else { throw .anotherSession }
        let parties = roster.session.parties.count
        self = try MessageHead.parse { () throws(FormatError) in
            let from = try reader.readParty(below: parties)
            let count = try reader.readCount(ofEntries: 34)
            var entries: [Entry] = []
            entries.reserveCapacity(count)
            for _ in 0..<count {
                let start = reader.offset
                let about = try reader.readParty(below: parties)
                guard about > entries.last?.about ?? -1 else {
                    throw FormatError("the shares are not in order", at: start)
                }
                entries.append(Entry(about: about, share: try reader.readSecret()))
            }
            try reader.finish()
            return Unmasking(from: from, entries: entries, roster: context)
        }
    }
}
