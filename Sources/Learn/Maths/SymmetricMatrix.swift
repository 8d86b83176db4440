// SPDX-License-Identifier: Apache-2.0

/// A symmetric matrix of doubles.
struct SymmetricMatrix {
    /// How many rows it has.
    let size: Int
    /// All elements, row by row.
    private(set) var elements: [Double]

    init(size: Int) {
        self.size = size
        elements = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * size + column] }
        set {
            elements[row * size + column] = newValue
            elements[column * size + row] = newValue
        }
    }

    /// Reads the upper triangle, row by row, in which what is off the diagonal stands times √2, so that the
    /// triangle's Euclidean norm is the matrix's.
    init(size: Int, triangle: some Collection<Double>) {
        self.init(size: size)
        let half = 0.5.squareRoot()
        var (row, column) = (0, 0)
        for value in triangle {
            self[row, column] = row == column ? value : value * half
            column += 1
            if column == size { (row, column) = (row + 1, row + 1) }
        }
    }

    /// How many elements an upper triangle has.
    static func triangle(of size: Int) -> Int { size * (size + 1) / 2 }

    /// The product with a vector.
    func times(_ vector: [Double]) -> [Double] {
        (0..<size).map { row in
            var sum = 0.0
            for column in 0..<size { sum += elements[row * size + column] * vector[column] }
            return sum
        }
    }

    /// Eigenvalues and eigenvectors, by Jacobi's rotations in a fixed order: the same bits everywhere.
    ///
    /// Cost: some ten times size³ operations.
    func eigen() -> (values: [Double], vectors: [[Double]]) {
        var a = elements
        let n = size
        // Row i is the eigenvector of value i.
        var v = [Double](repeating: 0, count: n * n)
        for place in 0..<n { v[place * n + place] = 1 }
        let scale = a.reduce(0) { $0 + $1 * $1 }
        for _ in 0..<60 {
            var off = 0.0
            for row in 0..<n {
                for column in 0..<row { off += a[row * n + column] * a[row * n + column] }
            }
            guard off > scale * 0x1p-100 else { break }
            for p in 0..<n {
                for q in p + 1..<max(n, p + 1) {
                    SymmetricMatrix.rotate(&a, &v, n, p, q)
                }
            }
        }
        return (
            (0..<n).map { a[$0 * n + $0] }, (0..<n).map { Array(v[$0 * n..<($0 + 1) * n]) }
        )
    }

    /// Makes the element at (p, q) zero. Golub, Van Loan, "Matrix Computations", section 8.5.
    private static func rotate(
        _ a: inout [Double], _ v: inout [Double], _ n: Int, _ p: Int, _ q: Int
    ) {
        let apq = a[p * n + q]
        guard apq != 0 else { return }
        let theta = (a[q * n + q] - a[p * n + p]) / (2 * apq)
        let t =
            (theta >= 0 ? 1 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        a.withUnsafeMutableBufferPointer { a in
            for k in 0..<n {
                let (x, y) = (a[k * n + p], a[k * n + q])
                a[k * n + p] = c * x - s * y
                a[k * n + q] = s * x + c * y
            }
            for k in 0..<n {
                let (x, y) = (a[p * n + k], a[q * n + k])
                a[p * n + k] = c * x - s * y
                a[q * n + k] = s * x + c * y
            }
            a[p * n + q] = 0
            a[q * n + p] = 0
        }
        v.withUnsafeMutableBufferPointer { v in
            for k in 0..<n {
                let (x, y) = (v[p * n + k], v[q * n + k])
                v[p * n + k] = c * x - s * y
                v[q * n + k] = s * x + c * y
            }
        }
    }

    /// The inverse of the matrix with every eigenvalue below zero taken for zero and `ridge` added to all.
    ///
    /// - Requires: a ridge above zero.
    func inverse(ridge: Double) -> SymmetricMatrix {
        let (values, vectors) = eigen()
        var inverse = SymmetricMatrix(size: size)
        for (value, vector) in zip(values, vectors) {
            let weight = 1 / (max(value, 0) + ridge)
            for row in 0..<size {
                let part = weight * vector[row]
                for column in row..<size {
                    inverse.elements[row * size + column] += part * vector[column]
                }
            }
        }
        for row in 0..<size {
            for column in row + 1..<max(size, row + 1) {
                inverse.elements[column * size + row] = inverse.elements[row * size + column]
            }
        }
        return inverse
    }
}
