// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Where the leaves of the log stand, by their hashes. It follows the log when it is asked: whoever asks
/// first after a start waits until all hashes are taken once.
///
/// Memory: about 20 bytes a leaf, since it keeps the first eight bytes of each hash only.
struct LeafIndex: Sendable {
    private var places: [UInt64: Int] = [:]
    /// Further places with the same first bytes, which nobody meets by chance.
    private var further: [UInt64: [Int]] = [:]
    private var size = 0

    /// The first place of a leaf hash.
    ///
    /// - Cost: constant, and linear in what the log grew by since the last time.
    mutating func place(of hash: Digest, in log: MerkleLog) -> Int? {
        while size < log.size {
            let start = LeafIndex.start(of: log[size])
            if places[start] == nil {
                places[start] = size
            } else {
                further[start, default: []].append(size)
            }
            size += 1
        }
        let start = LeafIndex.start(of: hash)
        guard let first = places[start] else { return nil }
        if log[first] == hash { return first }
        return further[start]?.first { log[$0] == hash }
    }

    private static func start(of hash: Digest) -> UInt64 {
        hash.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
