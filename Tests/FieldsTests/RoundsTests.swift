// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Testing

@testable import Fields

/// Check 1 of the reference: how many rounds a permutation needs follows from its power and width, and is counted here
/// once more (Poseidon, eprint 2019/458, section 5.5 and its script; Poseidon2 takes the same numbers).
///
/// Ziren shipped the partial rounds of another power (its issue 524).
@Suite struct RoundsTests {
    /// Whether no attack of the paper reaches 128 bits through so many rounds: statistical, by interpolation, and
    /// three by Gröbner bases.
    private func resists(width t: Int, power: Int, full: Int, partial: Int) -> Bool {
        let (bits, width, rest) = (128.0, Double(t), Double(partial))
        let field = log2(Double(KoalaBear.prime))
        let step = 1 / log2(Double(power))
        let statistical =
            bits <= (field - Double(power - 1) / 2).rounded(.down) * (width + 1) ? 6.0 : 10.0
        let wanted = [
            statistical,
            1 + (step * min(bits, field.rounded(.up))).rounded(.up)
                + (log2(width) * step).rounded(.up) - rest,
            step * min(bits, field) - rest,
            width - 1 + step * min(bits / (width + 1), field / 2) - rest,
            (width - 2 + bits * step / 2 - rest) / (width - 1),
        ]
        return wanted.allSatisfy { Double(full) >= $0.rounded(.up) }
    }

    /// The fewest powers that resist, with two full rounds and 7.5 % of the partial ones more.
    private func rounds(width: Int, power: Int) -> [Int] {
        var best: (cost: Int, full: Int, partial: Int)?
        for partial in 1..<100 {
            guard
                let full = stride(from: 4, to: 30, by: 2).first(where: {
                    resists(width: width, power: power, full: $0, partial: partial)
                })
            else { continue }
            let safe = (full + 2, Int((Double(partial) * 1.075).rounded(.up)))
            let cost = width * safe.0 + safe.1
            if best.map({ (cost, safe.0) < ($0.cost, $0.full) }) ?? true {
                best = (cost, safe.0, safe.1)
            }
        }
        return best.map { [$0.full, $0.partial] } ?? []
    }

    @Test func `check 1: the rounds of each power and width are those of the paper's table`() {
        #expect(
            [16, 24, 32].map { rounds(width: $0, power: 3) } == [[8, 20], [8, 23], [8, 31]])
        #expect(
            [16, 24, 32].map { rounds(width: $0, power: 7) } == [[8, 13], [8, 21], [8, 30]])
    }

    @Test func `check 1: every permutation has the rounds of x^3 and of its width`() {
        #expect([Poseidon1.fullRounds, Poseidon1.partialRounds] == rounds(width: 16, power: 3))
        for hash in [Poseidon2.width16, .width24, .width32] {
            #expect(
                [hash.external.count / hash.width, hash.partialRounds]
                    == rounds(width: hash.width, power: 3))
        }
    }
}
