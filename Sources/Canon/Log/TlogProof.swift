// SPDX-License-Identifier: Apache-2.0

/// A receipt that can be checked without asking anyone (C2SP tlog-proof v1): an entry's place in a
/// log, and the signed checkpoint of that log.
///
///     c2sp.org/tlog-proof@v1
///     extra <base 64>            left out when there is none
///     index <decimal>
///     <base 64 hash>             from the leaf's sibling up, one a line
///     <empty line>
///     <signed note of the checkpoint>
public struct TlogProof: Hashable, Sendable {
    /// The first line.
    public static let magic = "c2sp.org/tlog-proof@v1"

    /// The entry's index.
    public let index: Int
    /// The inclusion proof.
    public let path: [Digest]
    /// Bytes that nobody signed, for the application.
    public let extra: [UInt8]?
    /// The log's signed checkpoint.
    public let note: SignedNote
    /// What the note says.
    public let checkpoint: Checkpoint

    /// Puts a proof together.
    ///
    /// - Throws: ``FormatError`` when the note is not a checkpoint or does not have the index.
    public init(index: Int, path: [Digest], extra: [UInt8]? = nil, note: SignedNote)
        throws(FormatError)
    {
        checkpoint = try Checkpoint(parsing: note.text)
        guard index >= 0, index < checkpoint.size else {
            throw FormatError("there is no entry \(index) in a log of \(checkpoint.size)", at: 0)
        }
        guard path.count <= 63 else { throw FormatError("a path has at most 63 hashes", at: 0) }
        self.index = index
        self.path = path
        self.extra = extra
        self.note = note
    }

    /// Checks that the entry is in the log at its checkpoint. The signatures on the checkpoint are
    /// to be checked besides.
    ///
    /// - Throws: ``ProofError`` with what was expected and what was found.
    public func verify(entry: [UInt8]) throws(ProofError) {
        try InclusionProof(index: index, size: checkpoint.size, path: path)
            .verify(leafHash: MerkleLog.leafHash(entry), root: checkpoint.root)
    }

    /// The bytes of the file, usually called `….tlog-proof`.
    public var bytes: [UInt8] {
        var lines = [TlogProof.magic]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += path.map { Base64.encode($0.bytes) }
        return Array(lines.map { $0 + "\n" }.joined().utf8) + [0x0a] + note.bytes
    }

    /// Reads a proof.
    ///
    /// - Throws: ``FormatError`` with the byte of the line that is wrong.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        var lines = LineReader(bytes)
        guard try lines.next() == TlogProof.magic else {
            throw FormatError("the first line is \(TlogProof.magic)", at: 0)
        }
        var line = try lines.next()
        var extra: [UInt8]?
        if line.utf8.starts(with: "extra ".utf8) {
            extra = Base64.decode(line.dropFirst(6))
            guard extra != nil else {
                throw FormatError("base 64 wanted after \"extra \"", at: lines.start)
            }
            line = try lines.next()
        }
        guard line.utf8.starts(with: "index ".utf8),
            let index = Decimal.parse(Array(line.utf8.dropFirst(6)))
        else { throw FormatError("\"index \" and decimal digits wanted", at: lines.start) }
        var path: [Digest] = []
        while true {
            line = try lines.next()
            if line.isEmpty { break }
            guard let raw = Base64.decode(line), let digest = Digest(bytes: raw), path.count < 63
            else { throw FormatError("one of up to 63 hashes in base 64 wanted", at: lines.start) }
            path.append(digest)
        }
        let note = try SignedNote(parsing: Array(bytes[lines.end...]))
        try self.init(index: index, path: path, extra: extra, note: note)
    }
}

/// Takes a text apart at its newlines, from the start.
private struct LineReader {
    let bytes: [UInt8]
    /// Where the line that was read last starts.
    var start = 0
    /// Where the next line starts.
    var end = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() throws(FormatError) -> String {
        start = end
        guard let newline = bytes[start...].firstIndex(of: 0x0a),
            let line = String(validating: bytes[start..<newline], as: UTF8.self)
        else { throw FormatError("a line of UTF-8 is missing", at: start) }
        end = newline + 1
        return line
    }
}
