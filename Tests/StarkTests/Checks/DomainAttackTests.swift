// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 12 of the reference: a challenge in the domain, and leaves that pass for nodes.
@Suite struct DomainAttackTests {
    @Test func `check 12: a challenge at a row's point is refused before anything is looked at`()
        throws
    {
        var bits = try Bits()
        // The count does not end there, and the proof is looked at where a row is.
        let inputs = [bits.inputs[0] + .one, bits.inputs[1]]
        var weakness = Weakness()
        weakness.given = [3: KoalaBear5(bits.shape.tables[0].root.power(5))]
        bits.verifier.weakness = weakness
        weakness.forgiven = [.inside]
        bits.prover.weakness = weakness
        let proof = try bits.proof(inputs: inputs)
        #expect(bits.refusal(proof, inputs: inputs) == .inside)
    }

    @Test func `check 12: at a row's point, rules of every row would hold whatever is opened`()
        throws
    {
        let bits = try Bits()
        let table = bits.shape.tables[1]
        var random = Randomness(seed: .init([2], Weakness()), label: "junk")
        let messages = Messages(alpha: random.extended(), beta: random.extended())
        // A bit that is two, a helper that is anything; nothing of the sum, which rules of one row look at.
        var opened = Openings.Table()
        opened.main = (0..<table.mainColumns).map { _ in KoalaBear5(KoalaBear.two) }
        opened.sums =
            (0..<5).map { _ in random.extended() } + [KoalaBear5](repeating: .zero, count: 5)
        opened.nextSum = (0..<5).map { _ in random.extended() }
        opened.quotient = [KoalaBear5](repeating: .zero, count: 15)
        let helper = opened.sums[..<5].reversed().reduce(KoalaBear5.zero) { $0 * .x + $1 }
        let growth = messages.masks.reduce(helper) { $0 + $1 * KoalaBear.two }
        let check = ConstraintCheck(
            table: bits.circuit.tables[1], shape: table, messages: messages, inputs: bits.inputs,
            terminal: growth, lambda: random.extended())
        #expect(check.holds(opened, at: KoalaBear5(table.root.power(5))))
        for _ in 0..<20 { #expect(!check.holds(opened, at: random.extended())) }
    }

    @Test func `check 12: every point of the rows and of the extension is inside, others are not`()
        throws
    {
        for table in try Bits().shape.tables {
            for point in table.trace.points + table.domain.points {
                #expect(!table.isOutside(KoalaBear5(point)))
            }
            var random = Randomness(seed: .init([1], Weakness()), label: "points")
            for _ in 0..<100 { #expect(table.isOutside(random.extended())) }
        }
    }

    @Test(arguments: [[12, 10], [10, 12]])
    func `check 12: rows of every table are bound by their tree, the shorter ones' too`(
        rowBits: [Int]
    ) throws {
        let parameters = Parameters(blowupBits: 2, queries: 2, grindingBits: 0)
        let example = try Example(rowBits: rowBits, parameters: parameters)
        let proof = try example.proof()
        for place in stride(from: ProofParts(example.prover.shape).trees, to: proof.count, by: 36) {
            var changed = proof
            changed[place] ^= 1
            #expect(throws: ProofError.self, "byte \(place)") {
                try example.verifier.verify(changed, inputs: example.inputs)
            }
        }
    }

    /// A row of elements that hashes to eight words below p, so that its digest can stand in a row itself.
    private func readable(_ seed: Int) throws -> [KoalaBear] {
        var random = Randomness(seed: .init([UInt8(seed)], Weakness()), label: "row")
        while true {
            let row = (0..<16).map { _ in random.element() }
            let digest = SHA256.digest([0] + row.flatMap(\.bytes))
            var reader = ProofReader(digest)
            if (try? reader.elements(8)) != nil { return row }
        }
    }

    @Test func `check 12: a leaf is no node`() throws {
        // Four rows, and the digests of two and two of them as rows of a tree half as high.
        let rows = try (1...4).map(readable)
        let digests = rows.map { SHA256.digest([0] + $0.flatMap(\.bytes)) }
        let pairs = [digests[0] + digests[1], digests[2] + digests[3]]
        func root(_ tag: UInt8) -> [UInt8] {
            SHA256.digest([tag] + pairs.flatMap { SHA256.digest([tag] + $0) })
        }
        func taken(_ bytes: [UInt8], _ height: Int, _ root: [UInt8], _ weakness: Weakness) -> Bool {
            var reader = ProofReader(bytes, weakness)
            let places = Array(0..<1 << height)
            return
                (try? MixedTree.open("", root, [(height, 16)], at: places, from: &reader)) != nil
        }
        let whole = rows.flatMap { $0.flatMap(\.bytes) }
        let short = pairs.flatMap(\.self)
        var untagged = Weakness()
        untagged.tags = [0, 0, 0]
        // Without tags, one root stands for two tables.
        #expect(taken(whole, 2, root(0), untagged) && taken(short, 1, root(0), untagged))
        #expect(taken(whole, 2, root(1), Weakness()) && !taken(short, 1, root(1), Weakness()))
        #expect(!taken(whole, 2, root(0), Weakness()) && !taken(short, 1, root(0), Weakness()))
    }
}
