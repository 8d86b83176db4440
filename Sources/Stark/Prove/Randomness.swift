// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A stream of uniform elements from a secret seed of 32 bytes: SHA-256 in counter mode, words of 31 bits,
/// those that are not below p left out.
///
/// Whoever does not know the seed cannot tell it from random bits. Each use has a label of its own, so
/// that no two ever draw the same.
struct Randomness {
    private let seed: [UInt8]
    private let label: [UInt8]
    private var counter: UInt64 = 0
    /// What was drawn and not yet given, from `place` on.
    private var elements: [KoalaBear] = []
    private var place = 0
    private static let blocks: UInt64 = 512

    init(seed: [UInt8], label: String) {
        self.seed = SHA256.digest(seed)
        self.label = SHA256.digest(Array(label.utf8))
    }

    /// The next element.
    mutating func element() -> KoalaBear {
        if place == elements.count { refill() }
        place += 1
        return elements[place - 1]
    }

    /// The next element of the extension.
    mutating func extended() -> KoalaBear5 {
        KoalaBear5(element(), element(), element(), element(), element())
    }

    private mutating func refill() {
        var rows: [UInt8] = []
        rows.reserveCapacity(8 * Int(Randomness.blocks))
        for number in counter..<counter + Randomness.blocks {
            for byte in 0..<8 { rows.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
        }
        counter += Randomness.blocks
        let bytes = SHA256.digests(ofRows: rows, width: 8, prefix: seed + label)
        elements.removeAll(keepingCapacity: true)
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: 4) {
                let word = UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
                if let element = KoalaBear(canonical: word & 0x7fff_ffff) {
                    elements.append(element)
                }
            }
        }
        place = 0
    }
}
