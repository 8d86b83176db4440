// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct StateHashTests {
    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `a layer is hashed as its pairs are, with feed-forward`(hash: StateHash, path: KernelPath)
        throws
    {
        var draws = Draws(seed: 41)
        let elements = draws.elements(16 * 37)
        let layer = try (0..<74).map { i in
            try #require(StateDigest(elements[8 * i..<8 * i + 8]))
        }
        let parents = hash.parents(of: layer, path: path)
        #expect(parents.count == 37 && parents == hash.leaves(elements, path: path))
        for i in 0..<37 {
            let pair = Array(elements[16 * i..<16 * i + 16])
            let permuted = hash.permuted(pair)
            #expect(parents[i].elements == (0..<8).map { permuted[$0] + pair[$0] })
            #expect(parents[i] == hash.node(layer[2 * i], layer[2 * i + 1]))
            #expect(parents[i] == hash.leaf(pair))
        }
        #expect(hash.parents(of: [], path: path).isEmpty)
    }

    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `many sponges are the same as each alone`(hash: StateHash, path: KernelPath) {
        var draws = Draws(seed: 47)
        for (width, count) in [(1, 3), (8, 17), (9, 16), (20, 1), (3, 0)] {
            let elements = draws.elements(width * count)
            let digests = hash.sponges(of: elements, width: width, tag: .two, path: path)
            #expect(digests.count == count)
            for i in 0..<count {
                let input = Array(elements[width * i..<width * (i + 1)])
                #expect(digests[i] == hash.sponge(input, tag: .two))
            }
        }
    }

    @Test(arguments: StateHash.allCases)
    func `the sponge tells lengths, tags and trailing zeros apart`(hash: StateHash) {
        var seen: Set<StateDigest> = []
        for count in 0...17 {
            for tag in [KoalaBear.zero, .one] {
                seen.insert(hash.sponge([KoalaBear](repeating: .zero, count: count), tag: tag))
            }
        }
        #expect(seen.count == 36)
    }

    @Test(arguments: StateHash.allCases)
    func `the sponge is what its description says`(hash: StateHash) {
        var draws = Draws(seed: 42)
        let input = draws.elements(11)
        var state = Array(input[0..<8]) + [KoalaBear(reducing: 11), .two]
        state += [KoalaBear](repeating: .zero, count: 6)
        state = hash.permuted(state)
        state.replaceSubrange(
            0..<8, with: Array(input[8...]) + [KoalaBear](repeating: .zero, count: 5))
        #expect(hash.sponge(input, tag: .two).elements == Array(hash.permuted(state)[0..<8]))
    }

    @Test func `a digest survives its bytes, and other bytes are refused`() throws {
        var draws = Draws(seed: 43)
        let digest = try #require(StateDigest(draws.elements(8)))
        #expect(StateDigest(bytes: digest.bytes) == digest)
        #expect(digest.bytes.count == 32)
        #expect(StateDigest(bytes: digest.bytes.dropLast()) == nil)
        #expect(StateDigest(bytes: [UInt8](repeating: 0xff, count: 32)) == nil)
        #expect(StateDigest(draws.elements(7)) == nil)
        #expect(StateDigest.zero.elements == [KoalaBear](repeating: .zero, count: 8))
    }

    @Test(arguments: StateHash.allCases)
    func `a trace starts with the input and ends with the digest's half of the output`(
        hash: StateHash
    ) {
        var draws = Draws(seed: 44)
        let input = draws.elements(16)
        let trace = hash.trace(of: input)
        #expect(trace.count == StateHash.traceColumns)
        #expect(Array(trace[0..<16]) == input)
        #expect(Array(trace[148...]) == Array(hash.permuted(input).prefix(8)))
    }

    @Test(arguments: StateHash.allCases, KernelPath.supported)
    func `a batch of traces is written where it belongs`(hash: StateHash, path: KernelPath) throws {
        var draws = Draws(seed: 45)
        for (count, row, column) in [
            (16, 0, 0), (32, 16, 156), (21, 5, 3), (1, 63, 160), (0, 0, 0),
        ] {
            let matrix = try ColumnTiles(rowBits: 6, columns: 330)
            let inputs = (0..<16 * count).map { _ in draws.edgy() }
            hash.fillTrace(of: inputs, into: matrix, row: row, column: column, path: path)
            for r in 0..<64 {
                var expected = [KoalaBear](repeating: .zero, count: 330)
                if (row..<row + count).contains(r) {
                    let start = 16 * (r - row)
                    let trace = hash.trace(of: Array(inputs[start..<start + 16]))
                    expected.replaceSubrange(column..<column + StateHash.traceColumns, with: trace)
                }
                #expect(matrix.row(r) == expected)
            }
        }
    }

    @Test func `a trace of Poseidon meets its constraints of degree three`() {
        var draws = Draws(seed: 46)
        let c = StateHash.poseidon1.trace(of: draws.elements(16))
        var state = Array(c[0..<16])
        for round in 0..<28 {
            for i in 0..<16 { state[i] += Poseidon1.constants[16 * round + i] }
            if (4..<24).contains(round) {
                let output = c[80 + round - 4]
                #expect(output == state[0] * state[0] * state[0])
                state[0] = output
            } else {
                state = state.map { $0 * $0 * $0 }
            }
            state = (0..<16).map { i in
                (0..<16).reduce(.zero) { $0 + Poseidon1.matrix(i, $1) * state[$1] }
            }
            if !(4..<24).contains(round) {
                let start = round < 4 ? 16 + 16 * round : 100 + 16 * (round - 24)
                #expect(
                    Array(c[start..<min(start + 16, c.count)])
                        == Array(state.prefix(c.count - start)))
            }
        }
    }
}
