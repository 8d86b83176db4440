// SPDX-License-Identifier: Apache-2.0
public import Canon

/// One thing that happened, as everybody may see it.
///
/// The canonical bytes of an entry are a leaf of the journal's Merkle log. An entry that speaks for
/// a party carries that party's signature inside its body; every entry is covered by the node's
/// signature on the checkpoint that includes it. What only concerned parties may know is sealed:
/// the entry holds the salted commitment, the journal keeps the ciphertext beside the leaf.
public struct Entry: Hashable, Sendable {
    /// What kind of thing happened, such as "grant" or "study.commit".
    public let kind: String
    /// When the node recorded it; never before the entry before it.
    public let time: Timestamp
    /// What happened.
    public let body: JSON
    /// The commitment to what stays sealed.
    public let sealed: Digest?

    /// Describes what happened.
    public init(kind: String, time: Timestamp, body: JSON, sealed: Digest? = nil) {
        self.kind = kind
        self.time = time
        self.body = body
        self.sealed = sealed
    }

    /// The largest leaf that a C2SP log tile can hold.
    public static let largest = 65_535

    /// The leaf: canonical JSON with `v`, `kind`, `time`, `body` and, where there is one, `sealed`.
    ///
    /// - Throws: when the body has a fraction, or is larger than ``largest`` bytes.
    public func leaf() throws(JournalError) -> [UInt8] {
        var members: [String: JSON] = [
            "v": 1, "kind": .string(kind), "time": .integer(time.milliseconds), "body": body,
        ]
        if let sealed { members["sealed"] = .string(sealed.hex) }
        let bytes: [UInt8]
        do { bytes = try JSON.object(members).signable() } catch {
            throw .malformed("\(error)")
        }
        guard bytes.count <= Entry.largest else { throw .tooLarge(bytes.count) }
        return bytes
    }

    /// Reads a leaf; refuses bytes that are not canonical, so that one entry has one digest.
    ///
    /// Takes exactly what ``leaf()`` gives. Cost: one pass.
    public init(leaf bytes: [UInt8]) throws(JournalError) {
        guard bytes.count <= Entry.largest else { throw .tooLarge(bytes.count) }
        let json: JSON
        do { json = try JSON(canonical: bytes) } catch { throw .malformed("\(error)") }
        guard case .object(let members) = json, members["v"] == 1,
            let kind = members["kind"]?.string, let time = members["time"]?.integer,
            let body = members["body"], members.count == (members["sealed"] == nil ? 4 : 5)
        else { throw .malformed("an entry has v, kind, time, body and perhaps sealed") }
        var sealed: Digest?
        if let text = members["sealed"] {
            guard let hex = text.string, let digest = Digest(hex: hex) else {
                throw .malformed("sealed is 64 hexadecimal digits")
            }
            sealed = digest
        }
        self.init(
            kind: kind, time: Timestamp(milliseconds: time), body: body, sealed: sealed)
    }
}

/// Why bytes are no part of a journal.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not an entry or block as they must be.
    case malformed(String)
    /// Larger than a log tile can hold.
    case tooLarge(Int)
    /// An entry's time lies before the one before it.
    case backwards(index: UInt64)

    /// What is wrong.
    public var description: String {
        switch self {
        case .malformed(let reason): "not a journal entry: \(reason)"
        case .tooLarge(let count):
            "an entry of \(count) bytes is larger than \(Entry.largest); split it"
        case .backwards(let index): "entry \(index) is earlier than the entry before it"
        }
    }
}
