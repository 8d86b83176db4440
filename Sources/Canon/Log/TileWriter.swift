// SPDX-License-Identifier: Apache-2.0

/// Makes the files of a log (C2SP tlog-tiles). Writing them to disk is the caller's.
public enum TileWriter {
    /// A file to be written.
    public struct File: Hashable, Sendable {
        /// Where, relative to the log's prefix.
        public let path: String
        /// What.
        public let bytes: [UInt8]
    }

    /// The files that a log has at `new` entries and did not have at `old`.
    ///
    /// They are to be durable before the checkpoint that needs them is.
    ///
    /// - Parameters:
    ///   - log: the tree, with at least `new` entries.
    ///   - old: the size up to which files were written; 0 at first.
    ///   - new: the size up to which files are wanted.
    ///   - entry: gives the bytes of an entry; asked in rising order from the start of the bundle
    ///     that `old` is in.
    ///   - write: takes each file as soon as it is made.
    /// - Throws: ``ProofError`` for sizes that the log does not have, and what `entry` and `write`
    ///   throw; ``TileError`` for an entry that is too long or does not match its leaf hash.
    /// - Cost: one pass over the added entries; memory for one file.
    public static func files(
        of log: MerkleLog, from old: Int, to new: Int, entry: (Int) throws -> [UInt8],
        write: (File) throws -> Void
    ) throws {
        guard old >= 0, old <= new else { throw ProofError.wrongSizes(old: old, new: new) }
        guard new <= log.size else { throw ProofError.outOfRange(index: new, size: log.size) }
        for layout in TileLayout.added(from: old, to: new) {
            try write(file(layout, of: log, entry: entry))
        }
    }

    /// One file of a log.
    ///
    /// - Throws: ``ProofError`` for one that the log is too short for, what `entry` throws, and
    ///   ``TileError`` as ``files(of:from:to:entry:write:)``.
    public static func file(
        _ layout: TileLayout, of log: MerkleLog, entry: (Int) throws -> [UInt8]
    ) throws -> File {
        guard layout.fits(size: log.size) else {
            throw ProofError.outOfRange(index: layout.index, size: log.size)
        }
        let places =
            layout.index * TileLayout.width..<layout.index * TileLayout.width + layout.width
        var out: [UInt8] = []
        switch layout.kind {
        case .hashes(let level):
            out.reserveCapacity(32 * layout.width)
            for place in places { out += log.subtree(level: 8 * level, index: place).bytes }
        case .entries:
            for place in places {
                let bytes = try entry(place)
                guard bytes.count <= TileLayout.longestEntry else {
                    throw TileError.tooLong(index: place, count: bytes.count)
                }
                guard MerkleLog.leafHash(bytes) == log[place] else {
                    throw TileError.otherEntry(index: place)
                }
                out.append(UInt8(bytes.count >> 8))
                out.append(UInt8(bytes.count & 255))
                out += bytes
            }
        }
        return File(path: layout.path, bytes: out)
    }

    /// The files of a log of these entries that it did not have at `old` entries.
    ///
    /// - Throws: as ``files(of:from:to:entry:write:)``.
    /// - Cost: hashes all entries; for small logs and tests.
    public static func files(of entries: [[UInt8]], from old: Int = 0) throws -> [File] {
        let log = MerkleLog(leafHashes: entries.map { MerkleLog.leafHash($0) })
        var made: [File] = []
        try files(of: log, from: old, to: entries.count, entry: { entries[$0] }) { made.append($0) }
        return made
    }
}

/// Why the files of a log cannot be made or read.
public enum TileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An entry does not fit behind a length of 16 bits.
    case tooLong(index: Int, count: Int)
    /// An entry does not have the leaf hash that the log has.
    case otherEntry(index: Int)

    /// What is wrong and where.
    public var description: String {
        switch self {
        case .tooLong(let index, let count):
            "entry \(index) has \(count) bytes; at most \(TileLayout.longestEntry) fit"
        case .otherEntry(let index):
            "entry \(index) is not the one whose hash is in the log"
        }
    }
}

/// Reads the files of a log.
public enum TileReader {
    /// The entries of a bundle.
    ///
    /// - Throws: ``FormatError`` unless there are exactly so many, and nothing after them.
    public static func entries(_ bytes: [UInt8], count: Int) throws(FormatError) -> [[UInt8]] {
        var reader = ByteReader(bytes)
        var out: [[UInt8]] = []
        for _ in 0..<count {
            let length = try reader.read(UInt16.self).byteSwapped
            out.append(try reader.read(count: Int(length)))
        }
        try reader.finish()
        return out
    }

    /// The hashes of a tile.
    ///
    /// - Throws: ``FormatError`` unless there are exactly so many.
    public static func hashes(_ bytes: [UInt8], count: Int) throws(FormatError) -> [Digest] {
        var reader = ByteReader(bytes)
        var out: [Digest] = []
        for _ in 0..<count { out.append(try reader.readDigest()) }
        try reader.finish()
        return out
    }
}
