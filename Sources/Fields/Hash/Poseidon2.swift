// SPDX-License-Identifier: Apache-2.0

/// The permutations Poseidon2 over KoalaBear (Grassi, Khovratovich and Schofnegger, eprint 2023/323) of
/// width 16, 24 and 32: x³, 4 + 20, 23 or 31 + 4 rounds.
///
/// This is the plain form, one state at a time; the kernels for width 16 are tested against it.
public struct Poseidon2: Sendable {
    /// How many elements a state has.
    public let width: Int
    let partialRounds: Int
    /// Eight rounds of `width` constants.
    let external: [KoalaBear]
    /// One constant for each partial round.
    let `internal`: [KoalaBear]
    /// V of the internal matrix J + diag(V), where J is all ones.
    let diagonal: [KoalaBear]

    /// 20 partial rounds; the same as ``StateHash/poseidon2``.
    public static let width16 = Poseidon2(16, external16, internal16, diagonal16)
    /// 23 partial rounds.
    public static let width24 = Poseidon2(24, external24, internal24, diagonal24)
    /// 31 partial rounds.
    public static let width32 = Poseidon2(32, external32, internal32, diagonal32)

    private init(_ width: Int, _ external: [UInt32], _ rounds: [UInt32], _ diagonal: [UInt32]) {
        self.width = width
        partialRounds = rounds.count
        self.external = external.map { KoalaBear(reducing: UInt64($0)) }
        self.internal = rounds.map { KoalaBear(reducing: UInt64($0)) }
        self.diagonal = diagonal.map { KoalaBear(reducing: UInt64($0)) }
    }

    /// The constants of width 16 as the kernel wants them: words in Montgomery form.
    static let table = (width16.external + width16.internal).map(\.word)

    /// Permutes one state of `width` elements.
    public func permuted(_ state: [KoalaBear]) -> [KoalaBear] {
        precondition(state.count == width, "a state has as many elements as the width")
        var state = state
        permute(&state) { _, _ in }
        return state
    }

    /// Permutes `width` elements, and shows the state to the observer.
    func permute(
        _ state: inout [KoalaBear], observe: (PermutationStep, [KoalaBear]) -> Void
    ) {
        observe(.input, state)
        externalMatrix(&state)
        for round in 0..<4 {
            fullRound(&state, round)
            observe(.full, state)
        }
        for round in 0..<partialRounds {
            let x = state[0] + self.internal[round]
            state[0] = x.squared * x
            observe(.partial, state)
            let sum = state.reduce(KoalaBear.zero) { $0 + $1 }
            for i in 0..<width { state[i] = sum + diagonal[i] * state[i] }
        }
        for round in 4..<8 {
            fullRound(&state, round)
            observe(.full, state)
        }
    }

    private func fullRound(_ state: inout [KoalaBear], _ round: Int) {
        for i in 0..<width {
            let x = state[i] + external[width * round + i]
            state[i] = x.squared * x
        }
        externalMatrix(&state)
    }

    /// circ(2 M, M, ..., M) for the 4 × 4 matrix M = circ(2, 3, 1, 1).
    private func externalMatrix(_ state: inout [KoalaBear]) {
        let circulant: [KoalaBear] = [.two, .generator, .one, .one]
        var sums = [KoalaBear](repeating: .zero, count: 4)
        for group in stride(from: 0, to: width, by: 4) {
            let x = Array(state[group..<group + 4])
            for i in 0..<4 {
                let y = (0..<4).reduce(KoalaBear.zero) { $0 + circulant[($1 - i) & 3] * x[$1] }
                state[group + i] = y
                sums[i] += y
            }
        }
        for i in 0..<width { state[i] += sums[i % 4] }
    }
}
