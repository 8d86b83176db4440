// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Stark

/// Check 9 of the reference: everything that is said is absorbed, by who proves and by who verifies, and everything
/// that is absorbed decides every challenge after it.
@Suite struct CompletenessTests {
    private let bits: Bits
    private let proof: [UInt8]
    private let said: [Transcript.Event]

    init() throws {
        let log = Log()
        var bits = try Bits(Parameters(blowupBits: 2, queries: 3, grindingBits: 4))
        bits.prover.weakness = log.listening()
        proof = try bits.proof()
        (self.bits, said) = (bits, log.events)
    }

    @Test func `who proves and who verifies begin without a weakness`() throws {
        let bits = try Bits()
        for weakness in [bits.prover.weakness, bits.verifier.weakness] {
            #expect(weakness.heard.isEmpty && weakness.given.isEmpty && weakness.places == nil)
            #expect(weakness.forgiven.isEmpty && weakness.tags == [0, 1, 2])
            #expect(weakness.terminals.isEmpty && weakness.bare.isEmpty && weakness.listener == nil)
        }
    }

    private func name(_ event: Transcript.Event) -> String {
        switch event {
        case .absorbed(let name, _): name
        case .element: "challenge"
        case .places: "places"
        }
    }

    @Test func `check 9: prover and verifier absorb and draw the same, byte for byte`() {
        let log = Log()
        var bits = bits
        bits.verifier.weakness = log.listening()
        #expect(bits.refusal(proof) == nil)
        #expect(log.events.count == said.count)
        for (heard, said) in zip(log.events, said) { #expect(heard == said) }
    }

    @Test func `check 9: what is absorbed, in order`() {
        #expect(
            said.map(name) == [
                "domain", "circuit", "parameters", "lengths", "inputs",
                "main", "challenge", "challenge", "terminals", "sums", "challenge",
                "quotient", "challenge", "openings", "challenge",
                "fold", "challenge", "final", "nonce", "places",
            ])
    }

    @Test func `check 9: all of a proof before its trees is absorbed, once, and nothing else`() {
        let absorbed = said.dropFirst(5).flatMap { event -> [UInt8] in
            if case .absorbed(_, let bytes) = event { bytes } else { [] }
        }
        // What the trees open was committed to with the roots.
        #expect(absorbed == Array(proof[..<ProofParts(bits.shape).trees]))
    }

    @Test func `check 9: the statement is absorbed whole`() {
        var bytes: [String: [UInt8]] = [:]
        for case .absorbed(let name, let said) in said.prefix(5) { bytes[name] = said }
        #expect(bytes["domain"] == Array("dividend/stark/v2".utf8))
        #expect(bytes["circuit"] == bits.circuit.digest)
        let parameters: [UInt64] = [2, 3, 4, 256, 8, 3, 256, 3, 5, 5]
        #expect(bytes["parameters"] == parameters.flatMap(littleEndian))
        #expect(bytes["lengths"] == ([10, 10] as [UInt64]).flatMap(littleEndian))
        #expect(bytes["inputs"] == bits.inputs.flatMap(\.bytes))
    }

    /// What is drawn when the same is said, but for one item.
    private func replay(changing changed: Int?, _ change: ([UInt8]) -> [UInt8]) -> [[Int]] {
        var transcript = Transcript(domain: "")
        var drawn: [[Int]] = []
        for (place, event) in said.enumerated() {
            switch event {
            case .absorbed(let name, let bytes):
                let bytes = place == changed ? change(bytes) : bytes
                if place == 0 {
                    transcript = Transcript(domain: String(decoding: bytes, as: UTF8.self))
                } else {
                    transcript.absorb(name, bytes)
                }
            case .element: drawn.append(transcript.element().coefficients.map { Int($0.value) })
            case .places(let places):
                drawn.append(transcript.indices(places.count, bits: bits.shape.bits))
            }
        }
        return drawn
    }

    @Test
    func `check 9: each item, changed alone, changes every challenge after it and none before`() {
        let drawn = replay(changing: nil) { $0 }
        let really = said.compactMap { event -> [Int]? in
            switch event {
            case .absorbed: nil
            case .element(let element): element.coefficients.map { Int($0.value) }
            case .places(let places): places
            }
        }
        // So challenges come from what is absorbed and from nothing else.
        #expect(drawn == really)
        for (place, event) in said.enumerated() {
            guard case .absorbed(let name, let bytes) = event else { continue }
            let before = said[..<place].count { if case .absorbed = $0 { false } else { true } }
            for changed in Set([0, bytes.count / 2, bytes.count - 1]) {
                let other = replay(changing: place) { bytes in
                    var bytes = bytes
                    bytes[changed] ^= 1
                    return bytes
                }
                #expect(other.prefix(before) == drawn.prefix(before), "\(name) \(changed)")
                for (one, two) in zip(other.dropFirst(before), drawn.dropFirst(before)) {
                    #expect(one != two, "\(name) \(changed)")
                }
            }
        }
    }

    @Test func `check 9: a verifier that hears one item otherwise takes no proof`() {
        for case .absorbed(let name, let bytes) in said {
            var bits = bits
            bits.verifier.weakness.heard[name] = .some(bytes + [0])
            #expect(bits.refusal(proof) != nil, "\(name)")
        }
    }
}
