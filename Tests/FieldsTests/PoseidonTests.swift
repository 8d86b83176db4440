// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Testing

@testable import Fields

@Suite struct PoseidonTests {
    struct Answer: Decodable, Sendable {
        let hash: String
        let width: Int
        let input, output: [UInt32]
    }
    private struct File: Decodable { let knownAnswers: [Answer] }

    private func answers() throws -> [Answer] {
        try JSONDecoder().decode(File.self, from: Vectors.data("poseidon.json")).knownAnswers
    }

    private func elements(_ numbers: [UInt32]) throws -> [KoalaBear] {
        try numbers.map { try #require(KoalaBear(canonical: $0)) }
    }

    @Test func `check 1: the plain permutations give the known answers`() throws {
        let answers = try answers()
        #expect(answers.count == 11)
        for answer in answers {
            var state = try elements(answer.input)
            switch (answer.hash, answer.width) {
            case ("poseidon1", 16): Poseidon1.permute(&state) { _, _ in }
            case ("poseidon2", 16): Poseidon2.width16.permute(&state) { _, _ in }
            case ("poseidon2", 24): state = Poseidon2.width24.permuted(state)
            case ("poseidon2", 32): state = Poseidon2.width32.permuted(state)
            default: Issue.record("unknown permutation")
            }
            #expect(state.map(\.value) == answer.output)
        }
    }

    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `check 1: every lane of every path gives the known answers`(
        hash: StateHash, path: KernelPath
    ) throws {
        let name = hash == .poseidon1 ? "poseidon1" : "poseidon2"
        for answer in try answers() where answer.width == 16 && answer.hash == name {
            var draws = Draws(seed: 21)
            let input = try elements(answer.input)
            for lane in 0..<16 {
                var states = draws.elements(256)
                states.replaceSubrange(16 * lane..<16 * lane + 16, with: input)
                hash.permute(&states, path: path)
                #expect(states[16 * lane..<16 * lane + 16].map(\.value) == answer.output)
            }
        }
    }

    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `check 1: every path equals the plain permutation on different states`(
        hash: StateHash, path: KernelPath
    ) {
        var draws = Draws(seed: 22)
        for count in [0, 1, 15, 16, 17, 64] {
            let states = (0..<16 * count).map { _ in draws.edgy() }
            var permuted = states
            hash.permute(&permuted, path: path)
            for i in 0..<count {
                let range = 16 * i..<16 * i + 16
                #expect(Array(permuted[range]) == hash.permuted(Array(states[range])))
            }
        }
    }

    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `words at the edges of their range pass every path`(hash: StateHash, path: KernelPath) {
        let p = KoalaBear.prime
        let edges: [UInt32] = [0, 1, p - 1, p - 2, p / 2, p / 2 + 1, 1 << 24, (1 << 24) - 1]
        var draws = Draws(seed: 23)
        let states = (0..<16 * 160).map { i in
            KoalaBear(word: i < 128 ? edges[i / 16] : edges[Int(draws.number(below: 8))])
        }
        var permuted = states
        hash.permute(&permuted, path: path)
        for i in 0..<160 {
            let range = 16 * i..<16 * i + 16
            #expect(Array(permuted[range]) == hash.permuted(Array(states[range])))
        }
    }

    @Test func `check 1: the Grain generator makes the shipped constants again`() {
        var one = Grain(width: 16, partialRounds: 20)
        #expect(Poseidon1.roundConstants == one.numbers(28 * 16))
        for (hash, external, inner) in [
            (Poseidon2.width16, Poseidon2.external16, Poseidon2.internal16),
            (Poseidon2.width24, Poseidon2.external24, Poseidon2.internal24),
            (Poseidon2.width32, Poseidon2.external32, Poseidon2.internal32),
        ] {
            var grain = Grain(width: hash.width, partialRounds: hash.partialRounds)
            #expect(Array(external[..<(4 * hash.width)]) == grain.numbers(4 * hash.width))
            #expect(inner == grain.numbers(hash.partialRounds))
            #expect(Array(external[(4 * hash.width)...]) == grain.numbers(4 * hash.width))
        }
    }

    @Test func `check 1: the numbers of rounds are those for x^3`() {
        // (alpha, width) -> partial rounds for a 31-bit prime and 128 bits; 13 belongs to alpha = 7.
        #expect(Poseidon1.fullRounds == 8 && Poseidon1.partialRounds == 20)
        #expect(Poseidon1.roundConstants.count == (8 + 20) * 16)
        for (hash, rounds) in [
            (Poseidon2.width16, 20), (Poseidon2.width24, 23), (Poseidon2.width32, 31),
        ] {
            #expect(hash.partialRounds == rounds)
            #expect(hash.external.count == 8 * hash.width)
            #expect(hash.diagonal.count == hash.width)
        }
        // x^3 is a permutation because 3 does not divide p - 1.
        #expect((KoalaBear.prime - 1) % 3 != 0)
    }
}

/// The generator of constants of the Poseidon paper: Grain in self-shrinking mode
/// (eprint 2019/458, appendix E).
private struct Grain {
    private var bits: [Bool]

    init(width: Int, partialRounds: Int) {
        bits = []
        // A prime field, x to a power, 31 bits, the width, eight full rounds, the partial rounds, ones.
        for (value, count) in [
            (1, 2), (0, 4), (31, 12), (width, 12), (8, 10), (partialRounds, 10),
            ((1 << 30) - 1, 30),
        ] {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        for _ in 0..<160 { _ = step() }
    }

    private mutating func step() -> Bool {
        let new = [62, 51, 38, 23, 13, 0].reduce(false) { $0 != bits[$1] }
        bits.removeFirst()
        bits.append(new)
        return new
    }

    private mutating func bit() -> UInt32 {
        while true {
            let (keep, value) = (step(), step())
            if keep { return value ? 1 : 0 }
        }
    }

    mutating func numbers(_ count: Int) -> [UInt32] {
        (0..<count).map { _ in
            while true {
                let number = (0..<31).reduce(UInt32(0)) { sum, _ in sum << 1 | bit() }
                if number < KoalaBear.prime { return number }
            }
        }
    }
}
