// SPDX-License-Identifier: Apache-2.0

/// A generator whose draws depend on the seed alone (SplitMix64, Steele et al. 2014): the same
/// numbers for the same seed on every machine.
public struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts at a seed.
    public init(_ seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension Seeded {
    /// So many bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// The text with one to four places changed, cut, doubled or moved.
    ///
    /// - Parameters:
    ///   - rarity: how seldom the rest is cut off where it could be: once in so many.
    ///   - bits: which bits of a byte may be turned; 7 leaves ASCII ASCII.
    public mutating func mutate(
        _ source: [UInt8], cuttingOnceIn rarity: Int = 1, bits: UInt8 = 8
    ) -> [UInt8] {
        var out = source
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...out.count, using: &self)
            let length = Int.random(in: 0...min(8, out.count - place), using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: out.insert(UInt8.random(in: 0...255, using: &self), at: place)
            case 1: out.removeSubrange(place..<place + length)
            case 2: out.insert(contentsOf: out[place..<place + length], at: place)
            case 3 where rarity == 1 || Int.random(in: 0..<rarity, using: &self) == 0:
                out.removeSubrange(place...)
            default:
                if place < out.count { out[place] ^= 1 << UInt8.random(in: 0..<bits, using: &self) }
            }
        }
        return out
    }
}
