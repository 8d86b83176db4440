// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 12 of the reference: words that are no polynomials, folded wrongly or judged by too few. Each forgery is
/// refused, and taken by a verifier without the check that it meets.
@Suite struct FoldAttackTests {
    private static let rows = 4096
    private static let places = 4 * rows
    private static let left = 1 << Parameters.finalBits

    private func junk(_ count: Int, seed: UInt64) -> [KoalaBear5] {
        var random = Randomness(seed: .init([UInt8(seed)], Weakness()), label: "junk")
        return (0..<count).map { _ in random.extended() }
    }

    private func right(queries: Int = 10, grindingBits: Int = 0) throws -> FoldForger {
        var forger = try FoldForger(queries: queries, grindingBits: grindingBits) {
            FoldForger.polynomial(FoldAttackTests.rows, at: $0)
        }
        // What is left of a right word is a polynomial of 256 coefficients: its values at 256 places tell it.
        let domain = forger.shape.folds.reduce(forger.shape.longest) { domain, fold in
            (0..<fold).reduce(domain) { domain, _ in domain.squared }
        }
        let points = domain.points.prefix(FoldAttackTests.left).map { KoalaBear5($0) }
        forger.final = { FoldForger.interpolate(points, Array($0.prefix(FoldAttackTests.left))) }
        return forger
    }

    @Test func `a polynomial of as many coefficients as the table has rows is taken`() throws {
        let forger = try right()
        #expect(forger.refusal(try forger.proof()) == nil)
    }

    @Test func `check 12: a polynomial of one coefficient more is refused`() throws {
        var forger = try right()
        forger.word = FoldForger.polynomial(
            FoldAttackTests.rows + 1, at: forger.shape.longest.points)
        let proof = try forger.proof()
        #expect(forger.refusal(proof) == .final)
        #expect(forger.refusal(proof, .forgiving(.final)) == nil)
    }

    @Test func `check 12: a word just too far from every polynomial is refused`() throws {
        // Half the distance is (1 − ρ) / 2: of 16,384 places 6,144, and one more.
        var forger = try right(queries: 84)
        let clean = forger.word
        var random = Seeded(12)
        for place in (0..<FoldAttackTests.places).shuffled(using: &random).prefix(6145) {
            forger.word[place] += .one
        }
        // Folded as it is, what is left is no polynomial.
        let honest = try forger.proof()
        #expect(forger.refusal(honest) == .final)
        #expect(forger.refusal(honest, .forgiving(.final)) == nil)
        // The near polynomial committed to in its place, it is not what the rows give.
        forger.layer = { $0 == 0 ? clean : $1 }
        let swapped = try forger.proof()
        #expect(forger.refusal(swapped) == .folding(layer: 0))
        #expect(forger.refusal(swapped, .forgiving(.folding(layer: 0))) == nil)
    }

    @Test func `check 12: a wrong fold at one layer is refused`() throws {
        var forger = try right()
        // Another polynomial of the right degree, but not the one before folded.
        forger.layer = { number, word in number == 1 ? word.map { $0 + .one } : word }
        let proof = try forger.proof()
        #expect(forger.refusal(proof) == .folding(layer: 1))
        #expect(forger.refusal(proof, .forgiving(.folding(layer: 1))) == nil)
    }

    @Test func `check 12: a last polynomial that is not what the layers give is refused`() throws {
        var forger = try right()
        let final = forger.final
        forger.final = { word in
            var wrong = final(word)
            wrong[FoldAttackTests.left - 1] += .one
            return wrong
        }
        let proof = try forger.proof()
        #expect(forger.refusal(proof) == .final)
        #expect(forger.refusal(proof, .forgiving(.final)) == nil)
    }

    @Test func `check 12: who knows the places before the last polynomial proves any word`() throws
    {
        var forger = try right()
        forger.word = junk(FoldAttackTests.places, seed: 1)
        forger.weakness = .deaf("final")
        // A first try, for the places; the roots are the same in both.
        let log = Log()
        var first = forger
        first.weakness = log.listening(to: .deaf("final"))
        _ = try first.proof()
        let shift = forger.shape.folds.reduce(0, +)
        let last = Set(log.places.map { $0 >> shift }).sorted()
        var domain = forger.shape.longest
        for _ in 0..<shift { domain = domain.squared }
        let points = last.map { KoalaBear5(domain.point(at: $0)) }
        forger.final = { word in FoldForger.interpolate(points, last.map { word[$0] }) }
        let proof = try forger.proof()
        #expect(forger.refusal(proof, .deaf("final")) == nil)
        #expect(forger.refusal(proof) != nil)
        forger.weakness = Weakness()
        #expect(forger.refusal(try forger.proof()) == .final)
    }

    @Test func `check 12: who knows a challenge before its layer folds any word to nothing`() throws
    {
        var forger = try right()
        var transcript = forger.transcript(.deaf("fold"))
        let beta = transcript.element()
        // Of each pair of values, the second is such that their fold is zero: a + b + β (a − b) / x = 0.
        let points = forger.shape.longest.points
        var word = junk(FoldAttackTests.places, seed: 2)
        for place in stride(from: 0, to: FoldAttackTests.places, by: 2) {
            let ratio = beta * points[place].inverseOrZero
            word[place + 1] = word[place] * (ratio + .one) * (ratio - .one).inverseOrZero
        }
        forger.word = word
        forger.weakness = .deaf("fold")
        let proof = try forger.proof()
        #expect(forger.refusal(proof, .deaf("fold")) == nil)
        #expect(forger.refusal(proof) != nil)
        forger.weakness = Weakness()
        #expect(forger.refusal(try forger.proof()) == .final)
    }

    @Test func `check 12: rows at places that were chosen, not drawn, are refused`() throws {
        var forger = try right()
        // A word that is right at ten places and nowhere else.
        let chosen = (0..<10).map { 256 * $0 }
        let clean = forger.word
        forger.word = junk(FoldAttackTests.places, seed: 3)
        for place in chosen { forger.word[place] = clean[place] }
        forger.layer = { $0 == 0 ? clean : $1 }
        forger.places = { _ in chosen }
        let proof = try forger.proof()
        #expect(forger.refusal(proof) != nil)
        var trusting = Weakness()
        trusting.places = chosen
        #expect(forger.refusal(proof, trusting) == nil)
        // Opened where they were drawn, the rows are not what was folded.
        forger.places = { $0 }
        #expect(forger.refusal(try forger.proof()) == .folding(layer: 0))
    }

    @Test func `check 12: without work, places are drawn until they are good ones`() throws {
        var forger = try right(grindingBits: 16)
        let clean = forger.word
        var random = Seeded(13)
        var bad: Set<Int> = []
        for place in (0..<FoldAttackTests.places).shuffled(using: &random).prefix(6145) {
            bad.insert(place)
            forger.word[place] += .one
        }
        forger.layer = { $0 == 0 ? clean : $1 }
        let bits = forger.shape.bits
        // Some hundred tries for ten places of which five in eight are good.
        forger.nonce = { transcript, _ in
            (0..<100_000).first { nonce in
                var next = transcript
                next.absorb("nonce", numbers: [nonce])
                return bad.isDisjoint(with: next.indices(10, bits: bits))
            } ?? 0
        }
        let proof = try forger.proof()
        #expect(forger.refusal(proof) == .work)
        #expect(forger.refusal(proof, .forgiving(.work)) == nil)
    }

    @Test func `check 12: work that was done for another proof is none`() throws {
        var other = try right(grindingBits: 16)
        other.word = other.word.map { $0 + .one }
        let bytes = try other.proof()
        let place = 32 * other.shape.folds.count + (20 << Parameters.finalBits)
        let spent = bytes[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(other.refusal(bytes) == nil)
        var forger = try right(grindingBits: 16)
        forger.nonce = { _, _ in spent }
        let proof = try forger.proof()
        #expect(forger.refusal(proof) == .work)
        #expect(forger.refusal(proof, .forgiving(.work)) == nil)
    }
}
