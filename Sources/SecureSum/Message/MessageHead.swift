// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What every message starts with.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 3 | "DVS" |
/// | 3 | 1 | version: 1 |
/// | 4 | 1 | which message |
/// | 5 | 32 | what it belongs to: the session's digest in round 0, then the roster's |
enum MessageHead {
    enum Kind: UInt8 {
        case advert = 1
        case roster = 2
        case bundle = 3
        case delivery = 4
        case masked = 5
        case survivors = 6
        case check = 7
        case attestation = 8
        case unmasking = 9
    }

    private static let magic: [UInt8] = Array("DVS".utf8) + [1]

    /// A writer that holds the head.
    static func writer(_ kind: Kind, _ context: Digest, reserving room: Int = 0) -> ByteWriter {
        var writer = ByteWriter(reserving: room + 37)
        writer.write(raw: magic)
        writer.write(kind.rawValue)
        writer.write(context)
        return writer
    }

    /// A reader behind the head, and what the message belongs to.
    static func reader(
        _ kind: Kind, _ bytes: [UInt8]
    ) throws(SumError) -> (reader: ByteReader, context: Digest) {
        var reader = ByteReader(bytes)
        guard bytes.starts(with: magic) else {
            throw .format(FormatError("a message starts with \"DVS\" and 1", at: 0))
        }
        let context: Digest
        do throws(FormatError) {
            _ = try reader.read(count: magic.count)
            guard try reader.read(UInt8.self) == kind.rawValue else {
                throw FormatError("another kind of message", at: magic.count)
            }
            context = try reader.readDigest()
        } catch {
            throw .format(error)
        }
        return (reader, context)
    }

    /// Reads the rest of a message with a body that gives a format error.
    static func parse<Message>(
        _ body: () throws(FormatError) -> Message
    ) throws(SumError) -> Message {
        do throws(FormatError) { return try body() } catch { throw .format(error) }
    }
}

extension ByteReader {
    /// Reads the number of a party of a session; refuses one that is not below `count`.
    mutating func readParty(below count: Int) throws(FormatError) -> Int {
        let start = offset
        let party = Int(try read(UInt16.self))
        guard party < count else {
            throw FormatError("no party has the number \(party)", at: start)
        }
        return party
    }

    /// Reads a number of entries that are at least so long each; refuses more than can follow.
    mutating func readCount(ofEntries size: Int) throws(FormatError) -> Int {
        let start = offset
        let count = Int(try read(UInt32.self))
        guard count <= left / size else {
            throw FormatError("\(count) entries do not follow", at: start)
        }
        return count
    }

    /// Reads 32 secret bytes.
    mutating func readSecret() throws(FormatError) -> SecretBytes {
        let start = offset
        guard let secret = SecretBytes(try read(count: SecretBytes.byteCount)) else {
            throw FormatError("32 bytes wanted", at: start)
        }
        return secret
    }
}
