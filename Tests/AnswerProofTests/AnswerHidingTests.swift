// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import AnswerProof
@testable import Stark

/// Check 14 of the reference, for answers: proofs of two tables with the same public statement look alike.
///
/// That every mask is needed, the Stark library's HidingTests show by taking each away. Here it is looked at what
/// answers add to that: columns that are committed to once, of which every proof shows some cells.
@Suite struct AnswerHidingTests {
    private static let number = AnswerNumber(.sum(column: 1, low: 0, high: 80), units: 500)
    /// Those of answers, but for the work, which hides nothing.
    private static let parameters = Parameters(
        blowupBits: 2, queries: Parameters.binding.queries, grindingBits: 0)

    @Test
    func `check 14: proofs of two tables with one statement look alike, DIVIDEND_SLOW for 28`()
        throws
    {
        let worlds = [
            try AnswerTests.world.get(),
            try AnswerWorld(
                ages: [Int64?](repeating: 70, count: 6000),
                colours: [Int64?](repeating: nil, count: 6000)),
        ]
        var samples: [[String: [UInt32]]] = [[:], [:]]
        // Fourteen are as many as there may be about one commitment.
        for round in 0..<UInt64(Slow.count(1, 14)) {
            // At the same places, on which it depends how many digests a proof has.
            var random = Seeded(round)
            let places = (0..<AnswerHidingTests.parameters.queries).map { _ in
                Int(random.next() % (1 << 17))
            }
            var lengths: Set<Int> = []
            for (side, world) in worlds.enumerated() {
                let (cells, length) = try proof(
                    of: world, result: 123_456_789, seed: 2 * round + UInt64(side), at: places)
                samples[side].merge(cells, uniquingKeysWith: +)
                lengths.insert(length)
            }
            #expect(lengths.count == 1)
        }
        #expect(samples[0].count == 8)
        for (name, sample) in samples[0] {
            let other = try #require(samples[1][name])
            #expect(sample.count > 300 && sample.count == other.count, "\(name)")
            #expect(chiSquare(sample) < 45 && chiSquare(other) < 45, "\(name)")
            #expect(difference(sample, other) < 45, "\(name)")
        }
        // The same measures on what is not hidden; codes are small, so they are scattered to be told apart.
        let scatter = KoalaBear(reducing: 0x9e37_79b9_7f4a_7c15)
        let plain = try worlds.map { world in
            let cells = try world.columns.cells()
            return (0..<400).map { cells[$0, 1] }
        }
        for side in plain { #expect(chiSquare(side.map(\.value)) > 1000) }
        let scattered = plain.map { $0.map { ($0 * scatter).value } }
        #expect(difference(scattered[0], scattered[1]) > 300)
    }

    /// What a proof shows of a table whose noise brings the number to a result, part by part; and how long it is.
    private func proof(
        of world: AnswerWorld, result: Int64, seed: UInt64, at places: [Int]
    ) throws -> (cells: [String: [UInt32]], length: Int) {
        let number = AnswerHidingTests.number
        let asked = try world.asked([number])
        let form = asked.form
        var random = Seeded(seed)
        let noise = try CommittedNoise(
            [result - world.plain(number) * number.units], of: [number], rowBits: 13,
            seed: random.bytes(32))
        let witness = try asked.prover.witness(
            world.table, world.columns, noise, context: AnswerWorld.Asked.context)
        #expect(witness.statement.results == [result])
        let inputs = try witness.statement.inputs()
        var prover = try Prover(
            form.circuit, rowBits: form.rowBits, parameters: AnswerHidingTests.parameters,
            leastBits: 0)
        var verifier = try Verifier(
            form.circuit, rowBits: form.rowBits, parameters: AnswerHidingTests.parameters,
            leastBits: 0)
        (prover.weakness.places, verifier.weakness.places) = (places, places)
        let proof = try prover.prove(
            inputs: inputs, committed: [world.columns, noise.columns], traces: witness.traces,
            using: &random)
        try verifier.verify(proof, inputs: inputs, committed: witness.statement.roots)
        let cells = try opened(proof, prover.shape, witness.statement.roots, at: places)
        return (cells, proof.count)
    }

    /// The cells that a right proof opens, without salts, and the values outside the domain.
    private func opened(
        _ proof: [UInt8], _ shape: Shape, _ roots: [[UInt8]], at places: [Int]
    ) throws -> [String: [UInt32]] {
        var cells: [String: [UInt32]] = [:]
        var reader = ProofReader(proof)
        let main = try reader.digest()
        _ = try reader.extended(shape.tables.count)
        let (sums, quotient) = (try reader.digest(), try reader.digest())
        let values = shape.tables.reduce(0) {
            $0 + $1.mainColumns + $1.nextColumns.count + $1.sumColumns + 5 + 5 * Parameters.chunks
        }
        cells["values"] = try reader.elements(5 * values).map(\.value)
        _ = try reader.read(
            32 * shape.folds.count + 20 << Parameters.finalBits + 8)
        /// Reads the rows of a tree, of each matrix those that are opened.
        func open(_ root: [UInt8], _ matrices: [(String, bits: Int, columns: Int)]) throws {
            let height = matrices.map(\.bits).max() ?? 0
            let rows = try MixedTree.open(
                "", root, matrices.map { ($0.bits, $0.columns + Parameters.saltColumns) },
                at: Set(places.map { $0 >> (shape.bits - height) }).sorted(), from: &reader)
            for ((name, _, columns), rows) in zip(matrices, rows) {
                cells[name, default: []] += rows.keys.sorted().flatMap {
                    (rows[$0] ?? []).prefix(columns).map(\.value)
                }
            }
        }
        for (place, root) in zip([AnswerCircuit.Place.rows, AnswerCircuit.Place.noise], roots) {
            let table = shape.tables[place]
            try open(
                root, [("committed \(table.name)", table.domain.rowBits, table.committedColumns)])
        }
        try open(main, shape.tables.map { ($0.name, $0.domain.rowBits, $0.witnessColumns) })
        try open(sums, shape.tables.map { ("sums", $0.domain.rowBits, $0.sumColumns) })
        try open(
            quotient, shape.tables.map { ("quotients", $0.domain.rowBits, $0.quotientColumns) })
        return cells
    }

    /// Sixteen equal parts of the field, and how often each is hit.
    private func counts(_ sample: [UInt32]) -> [Double] {
        var counts = [Double](repeating: 0, count: 16)
        for value in sample { counts[Int(UInt64(value) * 16 / UInt64(KoalaBear.prime))] += 1 }
        return counts
    }

    /// How far they are from being hit equally often: 15 degrees of freedom, above 45 once in ten thousand times.
    private func chiSquare(_ sample: [UInt32]) -> Double {
        let wanted = Double(sample.count) / 16
        return counts(sample).reduce(0) { $0 + ($1 - wanted) * ($1 - wanted) / wanted }
    }

    /// How far two samples of one size are from hitting them alike, in the same measure.
    private func difference(_ one: [UInt32], _ other: [UInt32]) -> Double {
        zip(counts(one), counts(other)).reduce(0) { sum, counts in
            let both = counts.0 + counts.1
            return both > 0 ? sum + (counts.0 - counts.1) * (counts.0 - counts.1) / both : sum
        }
    }
}
