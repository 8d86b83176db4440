// SPDX-License-Identifier: Apache-2.0

/// The permutation Poseidon of width 16 over KoalaBear (Grassi et al., eprint 2019/458): x³, 4 + 20 + 4
/// rounds, the matrix circulant.
///
/// Each round adds sixteen constants, cubes all elements (in the twenty middle rounds only element 0),
/// and multiplies by the matrix. This is the plain form, one state at a time; the kernels give
/// the same numbers and are tested against it.
enum Poseidon1 {
    static let width = 16
    static let fullRounds = 8
    static let partialRounds = 20

    /// 28 rounds of 16.
    static let constants = roundConstants.map { KoalaBear(reducing: UInt64($0)) }
    static let row = firstRow.map { KoalaBear(reducing: UInt64($0)) }

    /// Element (i, j) of the circulant matrix.
    static func matrix(_ i: Int, _ j: Int) -> KoalaBear { row[(j - i) & 15] }

    /// Permutes sixteen elements, and shows the state to the observer.
    static func permute(
        _ state: inout [KoalaBear], observe: (PermutationStep, [KoalaBear]) -> Void
    ) {
        observe(.input, state)
        for round in 0..<fullRounds + partialRounds {
            for i in 0..<width { state[i] += constants[16 * round + i] }
            let partial = (4..<4 + partialRounds).contains(round)
            for i in 0..<(partial ? 1 : width) { state[i] = state[i].squared * state[i] }
            if partial { observe(.partial, state) }
            let before = state
            for i in 0..<width {
                state[i] = (0..<width).reduce(.zero) { $0 + matrix(i, $1) * before[$1] }
            }
            if !partial { observe(.full, state) }
        }
    }
}

/// What a permutation has just done.
enum PermutationStep {
    /// Nothing yet.
    case input
    /// A full round, with its matrix.
    case full
    /// The S-box of a partial round, before its matrix.
    case partial
}
