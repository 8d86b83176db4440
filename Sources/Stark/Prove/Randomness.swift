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
    private var block: [UInt8] = []
    private var place = 0
    /// Draws that are zero: none, see ``Weakness``.
    private let bare: Range<Int>?
    private var draws = 0
    private static let blocks: UInt64 = 512

    /// What streams are made from.
    struct Seed: Sendable {
        fileprivate let bytes: [UInt8]
        fileprivate let weakness: Weakness

        init(_ bytes: [UInt8], _ weakness: Weakness) {
            (self.bytes, self.weakness) = (bytes, weakness)
        }
    }

    init(seed: Seed, label: String) {
        bare = seed.weakness.bare.first { label.hasPrefix($0.label) }?.draws
        self.seed = SHA256.digest(seed.bytes)
        self.label = SHA256.digest(Array(label.utf8))
    }

    /// The next element.
    mutating func element() -> KoalaBear {
        if let bare {
            defer { draws += 1 }
            if bare.contains(draws) { return .zero }
        }
        while true {
            if place == block.count { refill() }
            let word = block.withUnsafeBytes {
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self))
            }
            place += 4
            if let element = KoalaBear(canonical: word & 0x7fff_ffff) { return element }
        }
    }

    /// The next element of the extension.
    mutating func extended() -> KoalaBear5 {
        KoalaBear5(element(), element(), element(), element(), element())
    }

    private mutating func refill() {
        var rows: [UInt8] = []
        rows.reserveCapacity(8 * Int(Randomness.blocks))
        for offset in 0..<Randomness.blocks { rows += littleEndian(counter + offset) }
        block = SHA256.digests(ofRows: rows, width: 8, prefix: seed + label)
        counter += Randomness.blocks
        place = 0
    }
}
