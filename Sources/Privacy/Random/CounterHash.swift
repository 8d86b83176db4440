// SPDX-License-Identifier: Apache-2.0
internal import struct Crypto.SHA256

/// The byte stream SHA-256(seed ‖ u64_be(0)) ‖ SHA-256(seed ‖ u64_be(1)) ‖ …, which the published
/// known-answer vectors are drawn from. Anyone who knows the seed knows the noise: for tests only,
/// so nothing outside this package can make one.
struct CounterHash: Sendable {
    private static let hashBytes = 32

    private let seed: [UInt8]
    private var counter: UInt64 = 0

    init(seed: [UInt8]) {
        self.seed = seed
    }

    /// Replaces the words by the next part of the stream, read as big-endian numbers.
    mutating func fill(_ words: inout [UInt64]) {
        let wordsPerHash = Self.hashBytes / 8
        for start in stride(from: 0, to: words.count - wordsPerHash + 1, by: wordsPerHash) {
            var hasher = SHA256()
            hasher.update(data: seed)
            withUnsafeBytes(of: counter.bigEndian) { hasher.update(bufferPointer: $0) }
            counter &+= 1
            hasher.finalize().withUnsafeBytes { hash in
                for i in 0..<wordsPerHash {
                    words[start + i] = UInt64(
                        bigEndian: hash.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))
                }
            }
        }
    }
}
