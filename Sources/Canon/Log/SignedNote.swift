// SPDX-License-Identifier: Apache-2.0

/// A text and signatures on it (C2SP signed-note v1). Says nothing of whether they are right.
///
///     text, one or more lines
///     <empty line>
///     — name base64(key id ‖ signature)
public struct SignedNote: Hashable, Sendable {
    /// How many bytes a note may have: room for 16 post-quantum signatures and more.
    public static let most = 1_000_000

    /// One signature line.
    public struct Line: Hashable, Sendable {
        /// The name of the key.
        public let name: String
        /// The first four bytes of a digest of the key, as a big-endian number.
        public let keyID: UInt32
        /// The signature.
        public let signature: [UInt8]

        /// Takes a line; nil when the name is not a key name (``SignedNote/isName(_:)``).
        public init?(name: String, keyID: UInt32, signature: [UInt8]) {
            guard SignedNote.isName(name) else { return nil }
            self.name = name
            self.keyID = keyID
            self.signature = signature
        }
    }

    /// The signed text, with its last newline.
    public let text: String
    /// The signature lines in order.
    public let lines: [Line]

    /// Puts a note together.
    ///
    /// - Throws: ``FormatError`` when the text does not end in a newline or has other control
    ///   characters.
    public init(text: String, lines: [Line]) throws(FormatError) {
        let bytes = Array(text.utf8)
        guard bytes.last == 0x0a else {
            throw FormatError("the text of a note ends in a newline", at: bytes.count)
        }
        if let place = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0a }) {
            throw FormatError("a note has no control characters", at: place)
        }
        self.text = text
        self.lines = lines
    }

    /// Reads a note with at least one signature line.
    ///
    /// - Throws: ``FormatError`` with the byte at which the note stops being one.
    /// - Cost: one pass; refused beyond ``most`` bytes.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= SignedNote.most else {
            throw FormatError("a note has at most \(SignedNote.most) bytes", at: SignedNote.most)
        }
        guard bytes.last == 0x0a else {
            throw FormatError("a note ends in a newline", at: bytes.count)
        }
        // The last empty line ends the text.
        guard
            let gap = bytes.indices.dropLast().last(where: {
                bytes[$0] == 0x0a && bytes[$0 + 1] == 0x0a
            })
        else { throw FormatError("a note has an empty line before its signatures", at: 0) }
        guard let text = String(validating: bytes[...gap], as: UTF8.self) else {
            throw FormatError("a note is UTF-8", at: 0)
        }
        var lines: [Line] = []
        var start = gap + 2
        while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0a) {
            lines.append(try SignedNote.line(bytes[start..<end]))
            start = end + 1
        }
        guard !lines.isEmpty else { throw FormatError("a note has a signature", at: gap) }
        try self.init(text: text, lines: lines)
    }

    /// The bytes of the note.
    public var bytes: [UInt8] {
        var out = Array(text.utf8)
        out.append(0x0a)
        for line in lines {
            let id = withUnsafeBytes(of: line.keyID.bigEndian) { Array($0) }
            out.append(
                contentsOf: "\u{2014} \(line.name) \(Base64.encode(id + line.signature))\n".utf8)
        }
        return out
    }

    /// Whether a text can be the name of a key: not empty, no space of any kind, no control
    /// character and no "+".
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.value >= 0x20 && $0 != "+"
            }
    }

    private static func line(_ bytes: ArraySlice<UInt8>) throws(FormatError) -> Line {
        let dash = Array("\u{2014} ".utf8)
        guard bytes.starts(with: dash) else {
            throw FormatError("a signature line starts with \"\u{2014} \"", at: bytes.startIndex)
        }
        let rest = bytes.dropFirst(dash.count)
        guard let space = rest.firstIndex(of: 0x20),
            let name = String(validating: rest[..<space], as: UTF8.self), isName(name)
        else { throw FormatError("a signature line names its key", at: rest.startIndex) }
        guard let text = String(validating: rest[(space + 1)...], as: UTF8.self),
            let blob = Base64.decode(text), blob.count > 4
        else { throw FormatError("a signature is base 64 of over 4 bytes", at: space + 1) }
        let id = blob[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let line = Line(name: name, keyID: id, signature: Array(blob[4...])) else {
            throw FormatError("a signature line names its key", at: rest.startIndex)
        }
        return line
    }
}
