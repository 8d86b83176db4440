// SPDX-License-Identifier: Apache-2.0

/// The exact odds that samples miss what they look for: a fraction of two whole numbers.
///
/// Let fewer than k of n chunks be available, so at most k - 1. The draw after i others, without
/// replacement, meets an available one with at most (k - 1 - i) / (n - i); all of d draws do with at
/// most the product of these over i from 0 to d - 1.
struct Odds: Sendable {
    /// How many draws were made.
    private(set) var draws = 0
    private let chunks: Int
    private let needed: Int
    /// At most `misses` of `cases` equally likely outcomes miss.
    private var misses = WideNumber(1)
    private var cases = WideNumber(1)

    /// The odds before the first draw, where nothing is known.
    init(chunks: Int, needed: Int) {
        self.chunks = chunks
        self.needed = needed
    }

    /// Whether so many draws cannot all succeed by chance: nothing is left to doubt.
    var isCertain: Bool { misses.isZero }

    /// Draws once more, unless that would change nothing.
    mutating func draw() {
        guard !isCertain else { return }
        misses.multiply(by: UInt64(needed - 1 - draws))
        cases.multiply(by: UInt64(chunks - draws))
        draws += 1
    }

    /// The greatest s for which the odds are at most 2⁻ˢ; the greatest number of all when certain.
    var bits: Int {
        guard !isCertain else { return .max }
        let difference = cases.bitWidth - misses.bitWidth
        return misses.shifted(by: difference) <= cases ? difference : difference - 1
    }

    /// The digits after the point of the probability not to miss, cut off and never rounded up; nil
    /// when it is 1.
    func decimals(_ count: Int) -> [UInt8]? {
        guard !isCertain else { return nil }
        var rest = cases
        rest.subtract(misses)
        return (0..<count).map { _ in
            rest.multiply(by: 10)
            var digit: UInt8 = 0
            while cases <= rest {
                rest.subtract(cases)
                digit += 1
            }
            return digit
        }
    }
}
