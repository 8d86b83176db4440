// SPDX-License-Identifier: Apache-2.0
import Fields
import Foundation
import Testing
import TestSupport

@testable import Stark

/// Check 14 of the reference: a proof tells nothing of its witness, and each part that hides it is needed.
///
/// Two proofs that look alike show little. So each mask is taken away, and then somebody who guesses the witness
/// rightly sees it: see ``Guess``. Where one mask covers what another would show, the others are off as well.
@Suite struct HidingTests {
    private static let secret: @Sendable (Int) -> Bool = { $0 % 3 == 0 }
    private static let other: @Sendable (Int) -> Bool = { $0 % 5 < 2 }

    /// Whether a part of a proof is what a guess foretells: the right guess, and not another.
    private func tells<Part: Equatable>(
        without masks: Set<Guess.Mask>, _ part: (Guess.Parts) -> Part
    ) throws -> Bool {
        let right = try Guess.compare(
            without: masks, guess: HidingTests.secret, secret: HidingTests.secret)
        let wrong = try Guess.compare(
            without: masks, guess: HidingTests.other, secret: HidingTests.secret)
        #expect(part(wrong.real) != part(wrong.guessed))
        return part(right.real) == part(right.guessed)
    }

    @Test func `check 14: of a whole proof a right guess foretells nothing`() throws {
        let (real, guessed, _) = try Guess.compare(
            without: [], guess: HidingTests.secret, secret: HidingTests.secret)
        #expect(real.root != guessed.root && real.terminals != guessed.terminals)
        #expect(real.bit != guessed.bit && real.helper != guessed.helper)
        #expect(real.chunks != guessed.chunks && real.final != guessed.final)
    }

    @Test func `check 14: without random rows a guess foretells what a column is outside`() throws {
        #expect(try tells(without: [.rows], \.bit))
        #expect(try !tells(without: Set(Guess.Mask.allCases).subtracting([.rows]), \.bit))
    }

    @Test func `check 14: without random rows a guess foretells the sums' columns`() throws {
        #expect(try tells(without: [.sumRows], \.helper))
        #expect(try !tells(without: Set(Guess.Mask.allCases).subtracting([.sumRows]), \.helper))
    }

    @Test func `check 14: without random counts a guess foretells what messages come to`() throws {
        #expect(try tells(without: [.counts], \.terminals))
        #expect(try !tells(without: Set(Guess.Mask.allCases).subtracting([.counts]), \.terminals))
    }

    @Test func `check 14: without masked chunks a guess foretells them, where rows are not random`()
        throws
    {
        #expect(try tells(without: [.rows, .sumRows, .counts, .chunks], \.chunks))
        #expect(try !tells(without: [.rows, .sumRows, .counts], \.chunks))
    }

    @Test func `check 14: without the random codeword a guess foretells the last polynomial`()
        throws
    {
        // With the masks of chunks on, D hides their recombination no more than the chunks do.
        let rest = Set(Guess.Mask.allCases).subtracting([.codeword, .salts])
        #expect(try tells(without: rest.union([.codeword]), \.final))
        #expect(try !tells(without: rest, \.final))
    }

    @Test func `check 14: without salts a guess foretells a root`() throws {
        let rest: Set<Guess.Mask> = [.rows, .counts]
        #expect(try tells(without: rest.union([.salts]), \.root))
        #expect(try !tells(without: rest, \.root))
    }

    @Test func `check 14: salts are never twice the same, in no tree and no proof`() throws {
        var salts: Set<[KoalaBear]> = []
        var count = 0
        for seed in 0..<8 as Range<UInt64> {
            let bits = try Bits(Parameters(blowupBits: 2, queries: 10, grindingBits: 0))
            let opened = try OpenedRows(bits, try bits.proof(seed: seed))
            for matrix in opened.trees[..<3].joined() {
                for row in matrix.values {
                    salts.insert(row.suffix(Parameters.saltColumns))
                    count += 1
                }
            }
        }
        #expect(count > 400 && salts.count == count)
        // Without them all are zero: so this looks at what it means to.
        let bare = try Guess.compare(
            without: [.salts], guess: HidingTests.secret, secret: HidingTests.secret
        ).opened
        for matrix in bare.trees[..<3].joined() {
            for row in matrix.values {
                #expect(row.suffix(Parameters.saltColumns).allSatisfy { $0 == .zero })
            }
        }
    }

    @Test func `check 14: streams of one seed and of others have nothing in common`() {
        var drawn: Set<[UInt32]> = []
        var count = 0
        for seed in 0..<4 as Range<UInt8> {
            for label in [
                "rows 0", "rows 1", "sums 0", "quotient 0", "salt main 0 0", "salt main 0 1",
            ] {
                var random = Randomness(seed: .init([seed], Weakness()), label: label)
                for _ in 0..<500 {
                    drawn.insert((0..<5).map { _ in random.element().value })
                    count += 1
                }
            }
        }
        #expect(drawn.count == count)
    }

    @Test func `check 14: proofs of two witnesses look alike, DIVIDEND_SLOW for 2,000`() throws {
        let witnesses = [HidingTests.secret, HidingTests.other]
        let proofs = Slow.count(40, 1000)
        var cells: [[UInt32]] = [[], []]
        var values: [[UInt32]] = [[], []]
        var sizes: Set<Int> = []
        let bits = try Bits()
        for (side, witness) in witnesses.enumerated() {
            for seed in 0..<UInt64(proofs) {
                let proof = try bits.proof(
                    seed: 1000 * UInt64(side + 1) + seed, traces: bits.traces(witness))
                let opened = try OpenedRows(bits, proof)
                // The bits of the secret at the one place that is looked at, and the helper there.
                cells[side] += opened.trees[0][0].values.map { $0[1].value }
                cells[side] += opened.trees[1][0].values.flatMap { $0[..<5].map(\.value) }
                let parts = try Guess.Parts(bits, proof)
                values[side] += (parts.bit + parts.terminals.prefix(1) + parts.chunks).flatMap {
                    $0.coefficients.map(\.value)
                }
                sizes.insert(proof.count)
            }
        }
        // One place is opened in each tree: the siblings are as many wherever it lies.
        #expect(sizes.count == 1)
        for sample in [cells, values] {
            for side in sample { #expect(chiSquare(side) < 45) }
            #expect(distance(sample[0], sample[1]) < 2.2)
        }
        // The same measures on what is not hidden.
        let plain = witnesses.map { witness in (0..<768).map { witness($0) ? 1 : 0 as UInt32 } }
        #expect(chiSquare(plain[0]) > 1000 && distance(plain[0], plain[1]) > 1)
    }

    /// How far sixteen equal parts of the field are from being hit equally often: 15 degrees of freedom, above 45 once
    /// in ten thousand times.
    private func chiSquare(_ sample: [UInt32]) -> Double {
        var counts = [Double](repeating: 0, count: 16)
        for value in sample { counts[Int(UInt64(value) * 16 / UInt64(KoalaBear.prime))] += 1 }
        let wanted = Double(sample.count) / 16
        return counts.reduce(0) { $0 + ($1 - wanted) * ($1 - wanted) / wanted }
    }

    /// Kolmogorov and Smirnov's distance of two samples, in units in which 2.2 is passed once in ten thousand times.
    private func distance(_ one: [UInt32], _ other: [UInt32]) -> Double {
        let (a, b) = (one.sorted(), other.sorted())
        var (i, j, greatest) = (0, 0, 0.0)
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            greatest = max(
                greatest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return greatest * sqrt(Double(a.count * b.count) / Double(a.count + b.count))
    }
}
