// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 13 of the reference: a proof has one spelling.
@Suite struct SpellingTests {
    private let bits: Bits
    private let proof: [UInt8]
    private let rows: OpenedRows

    init() throws {
        bits = try Bits(Parameters(blowupBits: 2, queries: 3, grindingBits: 0))
        proof = try bits.proof()
        rows = try OpenedRows(bits, proof)
    }

    @Test func `check 13: every element with the prime added is refused, by its place`() throws {
        let elements = (ProofParts(bits.shape).elements + rows.cells).flatMap {
            Array(stride(from: $0.lowerBound, to: $0.upperBound, by: 4))
        }
        #expect(elements.count > 500)
        for place in elements {
            let value = proof[place..<place + 4].reversed().reduce(UInt64(0)) {
                $0 << 8 | UInt64($1)
            }
            // Below p, so it fits 32 bits with p added.
            let other = UInt32(value + UInt64(KoalaBear.prime))
            var bytes = proof
            bytes.replaceSubrange(
                place..<place + 4, with: withUnsafeBytes(of: other.littleEndian, Array.init))
            #expect(bits.refusal(bytes) == .notCanonical(byte: place))
        }
    }

    @Test func `check 13: what is no element is a digest or the nonce, and each is one`() {
        let parts = ProofParts(bits.shape)
        let elements = (parts.elements + rows.cells).reduce(0) { $0 + $1.count }
        let digests = parts.folds.count + 3 + rows.siblings.reduce(0) { $0 + $1.count / 32 }
        #expect(proof.count == elements + 32 * digests + 8)
        // Without work there is one nonce.
        for byte in parts.nonce {
            var bytes = proof
            bytes[byte] = 1
            #expect(bits.refusal(bytes) == .work)
        }
    }

    @Test func `check 13: siblings in another order are refused`() {
        var tried = 0
        for range in rows.siblings {
            for first in stride(from: range.lowerBound, to: range.upperBound - 32, by: 32) {
                var bytes = proof
                let (one, other) = (proof[first..<first + 32], proof[first + 32..<first + 64])
                bytes.replaceSubrange(first..<first + 64, with: other + one)
                guard case .commitment = bits.refusal(bytes) else {
                    Issue.record("siblings at \(first)")
                    continue
                }
                tried += 1
            }
            var backwards: [UInt8] = []
            for first in stride(from: range.upperBound - 32, through: range.lowerBound, by: -32) {
                backwards += proof[first..<first + 32]
            }
            var bytes = proof
            bytes.replaceSubrange(range, with: backwards)
            #expect(bits.refusal(bytes) != nil)
        }
        #expect(tried > 50)
    }

    @Test func `check 13: rows in another order are refused`() {
        for range in rows.cells {
            var bytes = proof
            let half = range.count / 2
            bytes.replaceSubrange(
                range, with: proof[range].suffix(half) + proof[range].dropLast(half))
            #expect(bits.refusal(bytes) != nil)
        }
    }

    @Test func `check 13: nothing may follow, and a verifier that let it would take more than one`()
        throws
    {
        var lax = bits
        lax.verifier.weakness = .forgiving(.long)
        for tail in [[0], [1, 2, 3], Array(proof.prefix(32))] as [[UInt8]] {
            #expect(bits.refusal(proof + tail) == .long)
            #expect(lax.refusal(proof + tail) == nil)
        }
    }
}

/// The rows that a proof opens, and where they and the digests behind them stand.
struct OpenedRows {
    /// Of each tree, of each matrix, the rows by place: main columns, sums, quotients.
    private(set) var trees: [[[Int: [KoalaBear]]]] = []
    /// Where rows stand: those of one matrix, one after another.
    private(set) var cells: [Range<Int>] = []
    /// Where the siblings of one tree stand.
    private(set) var siblings: [Range<Int>] = []

    /// Reads a right proof.
    init(_ bits: Bits, _ proof: [UInt8]) throws {
        let log = Log()
        var listening = bits
        listening.verifier.weakness = log.listening(to: bits.verifier.weakness)
        #expect(listening.refusal(proof) == nil)
        let shape = bits.shape
        let start = ProofParts(shape).trees
        var reader = ProofReader(Array(proof[start...]), .forgiving(.commitment("")))
        let places = Set(log.places).sorted()
        let salt = Parameters.saltColumns
        var matrices = [
            shape.tables.map { ($0.domain.rowBits, $0.mainColumns + salt) },
            shape.tables.map { ($0.domain.rowBits, $0.sumColumns + salt) },
            shape.tables.map { ($0.domain.rowBits, $0.quotientColumns + salt) },
        ]
        var at = [places, places, places]
        var shift = 0
        for fold in shape.folds {
            shift += fold
            matrices.append([(shape.bits - shift, 5 << fold)])
            at.append(Set(places.map { $0 >> shift }).sorted())
        }
        for (matrices, places) in zip(matrices, at) {
            var place = reader.place + start
            for (_, columns) in matrices {
                // All tables here are of one length.
                cells.append(place..<place + 4 * columns * places.count)
                place += 4 * columns * places.count
            }
            let rows = try MixedTree.open("", [], matrices, at: places, from: &reader)
            siblings.append(place..<reader.place + start)
            trees.append(rows)
        }
        #expect(reader.place + start == proof.count)
    }
}
