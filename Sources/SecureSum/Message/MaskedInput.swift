// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Round 2, from a party to the server: its numbers under all their masks. Without shares of the
/// neighbours they are as random as the key streams.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 2 | from |
/// | 39 | 4 or 8 each | the numbers modulo 2^32 or 2^64, little-endian, as many as the session says |
public struct MaskedInput: Sendable {
    /// The number of the party in the session.
    public let from: Int
    let vector: RingVector
    let roster: Digest

    /// The message as bytes.
    public var bytes: [UInt8] {
        let body = vector.bytes
        var writer = MessageHead.writer(.masked, roster, reserving: 2 + body.count)
        writer.write(UInt16(from))
        writer.write(raw: body)
        return writer.bytes
    }

    init(from: Int, vector: RingVector, roster: Digest) {
        (self.from, self.vector, self.roster) = (from, vector, roster)
    }

    /// Reads the message.
    ///
    /// - Throws: ``SumError/format(_:)``, also for another number of numbers, and
    ///   ``SumError/anotherSession``.
    public init(parsing bytes: [UInt8], for roster: Roster) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.masked, bytes)
        guard context == roster.digest else { throw .anotherSession }
        let session = roster.session
        self = try MessageHead.parse { () throws(FormatError) in
            let from = try reader.readParty(below: session.parties.count)
            let start = reader.offset
            let body = try reader.read(count: reader.left)
            guard
                let vector = RingVector(
                    bytes: body, count: session.length, modulus: session.modulus)
            else { throw FormatError("\(session.length) numbers wanted", at: start) }
            return MaskedInput(from: from, vector: vector, roster: context)
        }
    }
}
