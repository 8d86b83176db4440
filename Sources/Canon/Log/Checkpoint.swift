// SPDX-License-Identifier: Apache-2.0

/// A log at one size (C2SP tlog-checkpoint): what the signed note of a log says.
///
///     origin
///     size, decimal
///     root, base 64
public struct Checkpoint: Hashable, Sendable {
    /// Which log: a name such as `exchange.example/journal`.
    public let origin: String
    /// How many entries it has.
    public let size: Int
    /// The RFC 6962 root of those entries.
    public let root: Digest
    /// Further lines; their use is not recommended, ours never have any.
    public let extensions: [String]

    /// States the size and root of a log.
    ///
    /// - Throws: ``FormatError`` for a negative size, an empty origin or extension, or control
    ///   characters in either.
    public init(origin: String, size: Int, root: Digest, extensions: [String] = [])
        throws(FormatError)
    {
        guard size >= 0 else { throw FormatError("a size is not negative", at: 0) }
        for line in [origin] + extensions {
            guard !line.isEmpty, line.utf8.allSatisfy({ $0 >= 0x20 }) else {
                throw FormatError("a line is not empty and has no control characters", at: 0)
            }
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// The text that is signed.
    public var text: String {
        ([origin, String(size), Base64.encode(root.bytes)] + extensions)
            .map { $0 + "\n" }.joined()
    }

    /// Reads the text of a note.
    ///
    /// - Throws: ``FormatError`` with the byte of the line that is wrong.
    public init(parsing text: String) throws(FormatError) {
        let bytes = Array(text.utf8)
        guard bytes.last == 0x0a else {
            throw FormatError("a checkpoint ends in a newline", at: bytes.count)
        }
        let lines = bytes.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count >= 3 else {
            throw FormatError("a checkpoint has an origin, a size and a root", at: bytes.count)
        }
        guard let size = Decimal.parse(lines[1]) else {
            throw FormatError("a size in decimal digits wanted", at: lines[1].startIndex)
        }
        guard let raw = Base64.decode(String(decoding: lines[2], as: UTF8.self)),
            let root = Digest(bytes: raw)
        else {
            throw FormatError("a root of 32 bytes in base 64 wanted", at: lines[2].startIndex)
        }
        try self.init(
            origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root,
            extensions: lines[3...].map { String(decoding: $0, as: UTF8.self) })
    }
}

/// Whole numbers as the C2SP formats write them.
enum Decimal {
    /// Reads digits without sign and without leading zeros; nil for anything else or too large.
    static func parse(_ bytes: some Collection<UInt8>) -> Int? {
        guard let first = bytes.first, first != 0x30 || bytes.count == 1,
            bytes.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self))
    }
}
