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
        if place == elements.count { refill(Randomness.blocks) }
        place += 1
        return elements[place - 1]
    }

    /// The next element of the extension.
    mutating func extended() -> KoalaBear5 {
        KoalaBear5(element(), element(), element(), element(), element())
    }

    /// The next elements.
    mutating func elements(_ count: Int) -> [KoalaBear] {
        guard bare == nil else { return (0..<count).map { _ in element() } }
        var taken = Array(elements[place...].prefix(count))
        place += taken.count
        while taken.count < count {
            // Eight words a block, and one in a hundred for those that are left out.
            let missing = count - taken.count
            refill(UInt64(missing / 8 + missing / 800 + 2))
            place = min(missing, elements.count)
            taken += elements.prefix(place)
        }
        return taken
    }

    private mutating func refill(_ blocks: UInt64) {
        elements = RowHash.elements(ofNumbers: counter, count: Int(blocks), prefix: seed + label)
        counter += blocks
        place = 0
    }
}
