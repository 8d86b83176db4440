// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension StateHash {
    /// How many columns one permutation takes: 16 + 4 · 16 + 20 + 3 · 16 + 8.
    public static let traceColumns = 156

    /// All that a proof of one permutation must show.
    ///
    /// | columns | meaning |
    /// |---|---|
    /// | 0 ..< 16 | the input |
    /// | 16 + 16 r ..< 32 + 16 r, r = 0 ..< 4 | the state after full round r, that is after its matrix |
    /// | 80 + r, r = 0 ..< 20 | the S-box output (element 0, cubed) of partial round r |
    /// | 100 + 16 r ..< 116 + 16 r, r = 0 ..< 3 | the state after full round 4 + r |
    /// | 148 ..< 156 | the first half of the output, which is all that a digest takes |
    ///
    /// Between two of these every element is an affine function of columns, so that each column from 16 on has
    /// one constraint of degree three: column = matrix · (affine)³ or column = (affine)³. The sum of
    /// the feed-forward is linear in columns 0 ..< 8 and 148 ..< 156 and needs no column.
    /// In Poseidon2 the matrix before the first round belongs to the affine part of round 0.
    ///
    /// - Requires: sixteen elements.
    public func trace(of input: [KoalaBear]) -> [KoalaBear] {
        var columns: [KoalaBear] = []
        columns.reserveCapacity(Self.traceColumns + Self.width / 2)
        var state = input
        permute(&state) { step, state in
            switch step {
            case .input, .full: columns += state
            case .partial: columns.append(state[0])
            }
        }
        return Array(columns.prefix(Self.traceColumns))
    }

    /// Writes the trace columns of many permutations into a matrix: permutation i into row `row` + i, the
    /// 156 columns from `column` on.
    ///
    /// - Requires: a whole number of inputs of sixteen elements, and that the rows and columns exist.
    /// - Cost: a permutation, and writing 624 bytes, for each; sixteen at a time; 14 KiB of stack.
    /// - Threads: different threads may write different rows of one matrix.
    public func fillTrace(
        of inputs: [KoalaBear], into matrix: ColumnTiles, row: Int, column: Int,
        path: KernelPath = .best
    ) {
        precondition(inputs.count % Self.width == 0, "inputs have sixteen elements")
        let count = inputs.count / Self.width
        precondition(
            row >= 0 && column >= 0 && row + count <= matrix.rows
                && column + Self.traceColumns <= matrix.columns, "the trace does not fit")
        inputs.withWords { words in
            withTable { code, table in
                fields_trace(
                    path.code, code, table, matrix.words, matrix.tileWords, row, column, words,
                    count)
            }
        }
    }
}
