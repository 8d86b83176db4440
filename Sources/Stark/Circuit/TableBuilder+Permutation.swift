// SPDX-License-Identifier: Apache-2.0
public import Fields

extension TableBuilder {
    /// Demands that 156 columns are the trace of a permutation, as ``StateHash/trace(of:)`` lays it out.
    ///
    /// - Parameter first: the first of the columns.
    /// - Returns: the sixteen elements before, and the first eight after.
    public mutating func permutation(
        _ hash: StateHash, at first: Int
    ) -> (input: [Linear], output: [Linear]) {
        let input = (0..<StateHash.width).map { cell(first + $0) }
        var state = hash.firstMatrix.map { TableBuilder.times($0, input) } ?? input
        var column = first + StateHash.width
        let rounds = hash.rounds
        for (place, round) in rounds.enumerated() {
            state = zip(state, round.constants).map { $0 + Linear($1) }
            guard round.isFull else {
                let cubed = cube(state[0])
                state[0] = cell(column)
                require(state[0] - cubed)
                column += 1
                state = TableBuilder.times(round.matrix, state)
                continue
            }
            let width = place + 1 < rounds.count ? StateHash.width : StateHash.width / 2
            let cubed = TableBuilder.times(
                Array(round.matrix.prefix(width)), state.map { cube($0) })
            state = (0..<width).map { cell(column + $0) }
            for (now, wanted) in zip(state, cubed) { require(now - wanted) }
            column += width
        }
        return (input, state)
    }

    private mutating func cube(_ value: Linear) -> Linear {
        product(product(value, value), value)
    }

    private static func times(_ matrix: [[KoalaBear]], _ state: [Linear]) -> [Linear] {
        matrix.map { row in
            zip(row, state).reduce(Linear(0)) { $0 + $1.1 * $1.0 }
        }
    }
}
