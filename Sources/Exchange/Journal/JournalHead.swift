// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Ledger
package import Market

/// What the entries of a journal give up to one point: the state and the log, with what links the
/// next block and the next entry to them.
package struct JournalHead: Sendable {
    /// The state after the entries.
    package internal(set) var state = MarketState()
    /// The Merkle log of the entries.
    package internal(set) var log = MerkleLog()
    /// How many blocks there were.
    package internal(set) var blocks: UInt64 = 0
    /// The leaf hash of the last block.
    package internal(set) var previousBlock = Digest.zero
    /// The size of the log just after the last block.
    package internal(set) var sealedSize = 0
    /// Where the entries that commit to answers stand.
    package internal(set) var commits: [Digest: UInt64] = [:]
    /// The time of the last entry, blocks included: no entry is ever earlier.
    package internal(set) var time = Timestamp(milliseconds: .min)

    /// Nothing happened yet.
    package init() {}

    /// Follows an entry that the state took.
    mutating func follow(_ change: Change, leafHash: Digest, at time: Timestamp) {
        if case .committed(_, let answer, _, _) = change { commits[answer] = UInt64(log.size) }
        log.append(leafHash)
        self.time = time
    }

    /// Follows a block.
    mutating func follow(_ block: Block, leafHash: Digest, at time: Timestamp) {
        log.append(leafHash)
        blocks = block.number + 1
        previousBlock = leafHash
        sealedSize = log.size
        self.time = time
    }
}

/// A head as bytes; numbers are little-endian.
///
///     offset  size  what
///          0     8  "dvdhead" and the version, 1
///          8     8  n: size of the log; the last entry is a block
///         16     8  blocks
///         24     8  time of the last entry: i64 milliseconds
///         32     4  c: how many answers
///         36    40  c times: commitment 32, journal index u64
///          -  32 n  the leaf hashes
///          -     -  the state, as Market writes it
///       last    32  SHA-256 of everything before
extension JournalHead {
    private static let magic = Array("dvdhead".utf8) + [1]

    /// The head as bytes; nil unless the last entry is a block, whose state root says what the
    /// state must be.
    mutating func snapshot() -> [UInt8]? {
        guard sealedSize == log.size, sealedSize > 0 else { return nil }
        let state = self.state.snapshot()
        var writer = ByteWriter(reserving: 128 + 40 * commits.count + 32 * log.size + state.count)
        writer.write(raw: JournalHead.magic)
        writer.write(UInt64(log.size))
        writer.write(blocks)
        writer.write(time.milliseconds)
        writer.write(UInt32(commits.count))
        for (answer, index) in commits.sorted(by: { $0.value < $1.value }) {
            writer.write(answer)
            writer.write(index)
        }
        for index in 0..<log.size { writer.write(log[index]) }
        writer.write(raw: state)
        writer.write(Digest(of: writer.bytes))
        return writer.bytes
    }

    /// Reads a snapshot. Whether it is one of this journal, its caller has to check: the last block
    /// names the state's root, and the signed checkpoint the log's.
    ///
    /// - Throws: ``FormatError`` when a byte was changed or is missing.
    init(snapshot bytes: [UInt8]) throws(FormatError) {
        self.init()
        guard bytes.count > 68, bytes.starts(with: JournalHead.magic) else {
            throw FormatError("not a snapshot of version 1", at: 0)
        }
        let body = Array(bytes.dropLast(32))
        guard Digest(of: body) == Digest(bytes: bytes.suffix(32)) else {
            throw FormatError("the digest does not fit", at: body.count)
        }
        var reader = ByteReader(body)
        _ = try reader.read(count: 8)
        let size = try reader.read(UInt64.self)
        guard size <= UInt64(body.count / 32) else { throw FormatError("too many entries", at: 8) }
        blocks = try reader.read()
        time = Timestamp(milliseconds: try reader.read(Int64.self))
        for _ in 0..<(try reader.read(UInt32.self)) {
            let answer = try reader.readDigest()
            commits[answer] = try reader.read(UInt64.self)
        }
        var leaves: [Digest] = []
        leaves.reserveCapacity(Int(size))
        for _ in 0..<size { leaves.append(try reader.readDigest()) }
        log.append(contentsOf: leaves)
        sealedSize = log.size
        previousBlock = leaves.last ?? .zero
        state = try MarketState(snapshot: try reader.read(count: reader.left))
    }
}
