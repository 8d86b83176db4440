// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

/// States chosen so that the first full round ends at words just below p, where a reduction of a sum
/// that was let go negative would go wrong; random states hardly ever meet such words.
@Suite struct PoseidonEdgeTests {
    @Test(arguments: KernelPath.supported)
    func `check 1: a round of Poseidon that ends just below p is right on every path`(
        path: KernelPath
    ) {
        var draws = Draws(seed: 91)
        let inverse = inverseMatrix()
        // The kernel's state is x times 2^47.
        let scale = KoalaBear.two.power(47).inverseOrZero
        var states: [KoalaBear] = []
        for _ in 0..<64 {
            let after = (0..<16).map { _ in
                KoalaBear(reducing: UInt64(KoalaBear.prime) - 1 - draws.number(below: 24)) * scale
            }
            states += (0..<16).map { i in
                let cubed = (0..<16).reduce(KoalaBear.zero) { $0 + inverse[i][$1] * after[$1] }
                return cubeRoot(cubed) - Poseidon1.constants[i]
            }
        }
        var permuted = states
        StateHash.poseidon1.permute(&permuted, path: path)
        for start in stride(from: 0, to: states.count, by: 16) {
            let range = start..<start + 16
            #expect(Array(permuted[range]) == StateHash.poseidon1.permuted(Array(states[range])))
        }
    }

    /// x to the inverse of 3 modulo p - 1.
    private func cubeRoot(_ x: KoalaBear) -> KoalaBear {
        x.power((2 * UInt64(KoalaBear.prime - 1) + 1) / 3)
    }

    /// The inverse of the matrix of Poseidon, by Gauss and Jordan.
    private func inverseMatrix() -> [[KoalaBear]] {
        var rows = (0..<16).map { i in
            (0..<16).map { Poseidon1.matrix(i, $0) }
                + (0..<16).map { $0 == i ? KoalaBear.one : .zero }
        }
        for column in 0..<16 {
            let pivot = (column..<16).first { rows[$0][column] != .zero } ?? column
            rows.swapAt(column, pivot)
            let factor = rows[column][column].inverseOrZero
            rows[column] = rows[column].map { $0 * factor }
            for row in 0..<16 where row != column {
                let lead = rows[row][column]
                rows[row] = zip(rows[row], rows[column]).map { $0 - lead * $1 }
            }
        }
        return rows.map { Array($0[16...]) }
    }
}
