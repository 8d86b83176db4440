// SPDX-License-Identifier: Apache-2.0

/// The address of bytes by their content: a CIDv1 with a SHA-256 multihash (multiformats/cid).
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 1 | version: 0x01 |
/// | 1 | 1 or 2 | codec, a varint: 0x55 (raw) or 0x80 0x04 (json, 0x0200) |
/// | +0 | 1 | multihash: 0x12 (sha2-256) |
/// | +1 | 1 | length of the digest: 0x20 |
/// | +2 | 32 | the digest |
///
/// The text is "b" and the base-32 form of those bytes, lower case, without filling.
public struct CID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What kind of bytes are addressed.
    public enum Codec: UInt16, Sendable {
        /// Bytes of any kind.
        case raw = 0x55
        /// A JSON text.
        case json = 0x0200
    }

    /// What kind of bytes are addressed.
    public let codec: Codec
    /// The SHA-256 digest of the bytes.
    public let digest: Digest

    /// Names bytes by their digest.
    public init(_ codec: Codec, _ digest: Digest) {
        self.codec = codec
        self.digest = digest
    }

    /// Names these bytes. Cost: one pass.
    public init(_ codec: Codec, of bytes: [UInt8]) {
        self.init(codec, Digest(of: bytes))
    }

    /// The binary form.
    public var bytes: [UInt8] { CID.head(codec) + digest.bytes }

    /// The text form, such as `bafkrei…` for raw bytes.
    public var description: String { "b" + Base32.encode(bytes) }

    /// Reads the binary form.
    ///
    /// - Throws: ``FormatError`` for another version, codec, hash or length.
    public init(bytes: [UInt8]) throws(FormatError) {
        guard bytes.first == 1 else { throw FormatError("not a CID of version 1", at: 0) }
        for codec in [Codec.raw, .json] where bytes.starts(with: CID.head(codec)) {
            let head = CID.head(codec).count
            guard let digest = Digest(bytes: bytes[head...]) else {
                throw FormatError(
                    "a digest of 32 bytes wanted, \(bytes.count - head) are there", at: head)
            }
            self.init(codec, digest)
            return
        }
        throw FormatError("only raw and json codecs with sha2-256 are known", at: 1)
    }

    /// Reads the text form.
    ///
    /// - Throws: ``FormatError`` also for another base than lower-case base 32.
    public init(_ text: String) throws(FormatError) {
        guard text.utf8.first == UInt8(ascii: "b"), text.utf8.count <= 64,
            let bytes = Base32.decode(String(decoding: text.utf8.dropFirst(), as: UTF8.self))
        else { throw FormatError("a CID is \"b\" and lower-case base 32", at: 0) }
        try self.init(bytes: bytes)
    }

    /// Orders by the binary form.
    public static func < (left: CID, right: CID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func head(_ codec: Codec) -> [UInt8] {
        switch codec {
        case .raw: [0x01, 0x55, 0x12, 0x20]
        case .json: [0x01, 0x80, 0x04, 0x12, 0x20]
        }
    }
}
