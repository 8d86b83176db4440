// SPDX-License-Identifier: Apache-2.0

extension StateHash {
    /// One round: constants are added, elements cubed, and a matrix multiplied.
    public struct Round: Sendable {
        /// Whether all sixteen elements are cubed, or element 0 alone.
        public let isFull: Bool
        /// What is added to each element first.
        public let constants: [KoalaBear]
        /// Row i of the matrix gives element i.
        public let matrix: [[KoalaBear]]
    }

    /// The matrix that the input is multiplied by before the first round; nil for Poseidon, which has none.
    public var firstMatrix: [[KoalaBear]]? {
        switch self {
        case .poseidon1: nil
        case .poseidon2: Poseidon2.width16.externalRows
        }
    }

    /// The 28 rounds, as an algebraic description of the permutation needs them.
    public var rounds: [Round] {
        let zeros = [KoalaBear](repeating: .zero, count: Self.width)
        return (0..<28).map { round in
            let isFull = !(4..<24).contains(round)
            switch self {
            case .poseidon1:
                return Round(
                    isFull: isFull,
                    constants: Array(Poseidon1.constants[16 * round..<16 * round + 16]),
                    matrix: (0..<16).map { i in (0..<16).map { Poseidon1.matrix(i, $0) } })
            case .poseidon2:
                let hash = Poseidon2.width16
                guard isFull else {
                    return Round(
                        isFull: false, constants: [hash.internal[round - 4]] + zeros.dropFirst(),
                        matrix: hash.internalRows)
                }
                let place = round < 4 ? round : round - 20
                return Round(
                    isFull: true,
                    constants: Array(hash.external[16 * place..<16 * place + 16]),
                    matrix: hash.externalRows)
            }
        }
    }
}

extension Poseidon2 {
    /// The rows of the matrix of full rounds.
    fileprivate var externalRows: [[KoalaBear]] {
        let circulant: [KoalaBear] = [.two, .generator, .one, .one]
        return (0..<width).map { i in
            (0..<width).map { j in
                let cell = circulant[(j - i) & 3]
                return i / 4 == j / 4 ? cell + cell : cell
            }
        }
    }

    /// The rows of the matrix of partial rounds.
    fileprivate var internalRows: [[KoalaBear]] {
        (0..<width).map { i in (0..<width).map { $0 == i ? diagonal[i] + .one : .one } }
    }
}
