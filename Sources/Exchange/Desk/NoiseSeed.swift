// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What the noise of an answer that is to be proven is made from, and its commitment.
///
/// It is kept until the answer is recorded, so that a study that a crash cut short ends with the noise that was
/// committed to, and with its proof.
struct NoiseSeed: Sendable {
    static let byteCount = 64

    /// The bytes; secret.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What the commitment is made with.
    var commitment: [UInt8] { Digest(of: Array("commitment".utf8), bytes).bytes }

    /// What the noise is drawn from.
    var generator: Words { Words(seed: bytes) }

    /// SHA-256 in counter mode.
    struct Words: RandomNumberGenerator {
        fileprivate let seed: [UInt8]
        private var counter: UInt8 = 0

        fileprivate init(seed: [UInt8]) { self.seed = seed }

        mutating func next() -> UInt64 {
            // A stream takes four words for its own seed.
            precondition(counter < .max, "a seed makes one stream")
            counter += 1
            return Digest(of: Array("noise".utf8) + [counter], seed).bytes.prefix(8)
                .reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
