// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Checks 4 and 5 of the reference: whatever is done to a proof's bytes, it is refused with a reason, and soon. What
/// a trap would do to a process, `Tests/script/fuzz_proof.py` looks at from outside.
@Suite struct DamageTests {
    private let bits: Bits
    private let proof: [UInt8]

    init() throws {
        bits = try Bits()
        proof = try bits.proof()
    }

    /// Demands that damaged proofs are refused, all, none taking longer than the whole one but for a multiple.
    private func refused(_ damaged: some Sequence<[UInt8]>) {
        let clock = ContinuousClock()
        var taken = 0
        var longest = Duration.zero
        for bytes in damaged where bytes != proof {
            let spent = clock.measure { if bits.refusal(bytes) == nil { taken += 1 } }
            longest = max(longest, spent)
        }
        #expect(taken == 0)
        // A right proof takes some milliseconds; the bound leaves room for a machine that is busy.
        #expect(longest < .seconds(5))
    }

    @Test func `the proof that is damaged here is right`() {
        #expect(bits.refusal(proof) == nil)
        #expect(proof.count < 9216)
    }

    @Test func `check 4: every byte flipped is refused`() {
        var random = Seeded(4)
        for kind in 0..<Slow.count(1, 8) {
            refused(
                proof.indices.lazy.map { place in
                    var bytes = proof
                    // One bit of each byte, and with DIVIDEND_SLOW each bit of it.
                    bytes[place] ^= 1 << UInt8(Slow.isOn ? kind : Int(random.next() % 8))
                    return bytes
                })
        }
    }

    @Test func `check 4: random edits of several bytes are refused, DIVIDEND_SLOW for 10^4`() {
        var random = Seeded(44)
        refused(
            (0..<Slow.count(1000, 10_000)).lazy.map { _ in
                var bytes = proof
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let place = Int.random(in: bytes.indices, using: &random)
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
                return bytes
            })
        refused(
            (0..<Slow.count(200, 2000)).lazy.map { _ in
                random.mutate(proof, cuttingOnceIn: 10)
            })
    }

    @Test
    func `check 5: a proof cut anywhere is too short, and one with anything behind it too long`() {
        for length in stride(from: 0, to: proof.count, by: Slow.count(5, 1)) {
            #expect(bits.refusal(Array(proof[..<length])) == .short)
        }
        for count in 1...40 {
            #expect(bits.refusal(proof + [UInt8](repeating: 0, count: count)) == .long)
        }
        #expect(bits.refusal(proof + proof) == .long)
    }

    @Test func `check 5: parts left out, doubled or in another order are refused`() {
        let parts = ProofParts(bits.shape).all + [ProofParts(bits.shape).trees..<proof.count]
        let pieces = parts.map { Array(proof[$0]) }
        var damaged: [[UInt8]] = []
        for one in pieces.indices {
            var without = pieces
            without.remove(at: one)
            damaged.append(Array(without.joined()))
            var doubled = pieces
            doubled.insert(pieces[one], at: one)
            damaged.append(Array(doubled.joined()))
            for other in pieces.indices where other != one {
                var swapped = pieces
                swapped.swapAt(one, other)
                damaged.append(Array(swapped.joined()))
                // And where the lengths stay what they were.
                var copied = proof
                let count = min(parts[one].count, parts[other].count)
                copied.replaceSubrange(
                    parts[one].prefix(count), with: proof[parts[other].prefix(count)])
                damaged.append(copied)
            }
        }
        refused(damaged)
    }

    @Test func `check 5: nothing at all, all alike and huge is refused`() {
        for length in [0, 1, 31, 32, proof.count, 1 << 20] {
            for byte in [0, 1, 0x7f, 0xff] as [UInt8] {
                #expect(bits.refusal([UInt8](repeating: byte, count: length)) != nil)
            }
        }
        // Words that would be lengths of 2^60, were there lengths.
        refused(
            stride(from: 0, to: proof.count - 8, by: 64).lazy.map { place in
                var bytes = proof
                bytes.replaceSubrange(place..<place + 8, with: [0, 0, 0, 0, 0, 0, 0, 0x10])
                return bytes
            })
    }

    @Test func `check 5: a proof of one shape is none of another`() throws {
        for (rowBits, blowup, queries) in [
            ([11, 10], 2, 1), ([10, 11], 2, 1), ([12, 12], 2, 1), ([10, 10], 3, 1),
            ([10, 10], 4, 1), ([10, 10], 2, 2), ([10, 10], 2, 123), ([20, 20], 4, 123),
        ] {
            let other = try Verifier(
                bits.circuit, rowBits: rowBits,
                parameters: Parameters(blowupBits: blowup, queries: queries, grindingBits: 0),
                leastBits: 0)
            #expect(throws: ProofError.self, "\(rowBits) \(blowup) \(queries)") {
                try other.verify(proof, inputs: bits.inputs)
            }
        }
        for count in [0, 1, 3, 1000] {
            #expect(throws: ProofError.self) {
                try bits.verifier.verify(proof, inputs: [KoalaBear](repeating: .one, count: count))
            }
        }
    }
}
