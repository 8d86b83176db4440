// SPDX-License-Identifier: Apache-2.0

extension SymmetricMatrix {
    /// Adds to all elements on the diagonal but the last.
    mutating func addRidge(_ ridge: Double) {
        for place in 0..<max(size - 1, 0) { self[place, place] += ridge }
    }

    /// The vector whose product with the matrix is the one given, by Cholesky's factors: the same bits everywhere.
    ///
    /// - Requires: a matrix that is positive definite; where rounding says otherwise, a direction counts as hardly known.
    /// - Cost: size³/6 operations.
    func solved(_ vector: [Double]) -> [Double] {
        var lower = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                var rest = self[row, column]
                for place in 0..<column {
                    rest -= lower[row * size + place] * lower[column * size + place]
                }
                lower[row * size + column] =
                    row == column
                    ? max(rest, SymmetricMatrix.leastPivot).squareRoot()
                    : rest / lower[column * size + column]
            }
        }
        var solution = vector
        for row in 0..<size {
            for place in 0..<row { solution[row] -= lower[row * size + place] * solution[place] }
            solution[row] /= lower[row * size + row]
        }
        for row in (0..<size).reversed() {
            for place in row + 1..<max(size, row + 1) {
                solution[row] -= lower[place * size + row] * solution[place]
            }
            solution[row] /= lower[row * size + row]
        }
        return solution
    }

    private static let leastPivot = 1e-9
}
