// SPDX-License-Identifier: Apache-2.0

/// What the state hash gives: eight elements, about 248 bits.
@frozen public struct StateDigest: Hashable, Sendable {
    /// The Montgomery words of the elements.
    @usableFromInline let words: SIMD8<UInt32>

    /// How many elements a digest has.
    public static let width = 8
    /// How many bytes a digest takes.
    public static let byteCount = 32

    /// The digest of eight zeros; stands for nothing.
    public static let zero = StateDigest(words: .zero)

    init(words: SIMD8<UInt32>) { self.words = words }

    /// Takes exactly eight elements; nil for any other number.
    public init?(_ elements: some Collection<KoalaBear>) {
        guard elements.count == Self.width else { return nil }
        words = SIMD8(elements.map(\.word))
    }

    /// One of the eight elements.
    public subscript(place: Int) -> KoalaBear { KoalaBear(word: words[place]) }

    /// The eight elements.
    public var elements: [KoalaBear] { (0..<8).map { KoalaBear(word: words[$0]) } }

    /// The elements as canonical numbers, four little-endian bytes each.
    public var bytes: [UInt8] { elements.bytes }

    /// Reads 32 bytes; nil for another length or a number that is not below p.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let all = Array(bytes)
        self.init((0..<8).compactMap { KoalaBear(bytes: all[4 * $0..<4 * $0 + 4]) })
    }
}
