// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TestSupport

@testable import Learn

/// The arithmetic under the models.
@Suite struct MathsTests {
    @Test func `the logistic function is that of the library, nearly to the last bit`() {
        for step in -4000...4000 {
            let x = Double(step) / 100
            let wanted = 1 / (1 + Foundation.exp(-x))
            #expect(abs(Sigmoid.value(x) - wanted) <= 4e-16)
        }
        #expect(Sigmoid.value(.infinity) == 1)
        #expect(Sigmoid.value(-.infinity) < 1e-300)
        #expect(Sigmoid.value(.nan) == 0.5)
    }

    @Test func `a matrix is made of its eigenvectors`() {
        var dice = Seeded(5)
        for size in [1, 2, 7, 30] {
            var matrix = SymmetricMatrix(size: size)
            for row in 0..<size {
                for column in 0...row {
                    matrix[row, column] = Double.random(in: -1...1, using: &dice)
                }
            }
            let (values, vectors) = matrix.eigen()
            for (value, vector) in zip(values, vectors) {
                let turned = matrix.times(vector)
                for place in 0..<size { #expect(abs(turned[place] - value * vector[place]) < 1e-9) }
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
            }
        }
    }

    @Test func `an inverse undoes its matrix, and takes what is below zero for zero`() {
        var matrix = SymmetricMatrix(size: 3)
        for (place, value) in [4.0, 2, -5].enumerated() { matrix[place, place] = value }
        matrix[0, 1] = 1
        let inverse = matrix.inverse(ridge: 0.5)
        #expect(abs(inverse[2, 2] - 2) < 1e-12)
        let vector = inverse.times([1, 2, 0])
        let back = matrix.times(vector)
        #expect(abs(back[0] + 0.5 * vector[0] - 1) < 1e-9)
        #expect(abs(back[1] + 0.5 * vector[1] - 2) < 1e-9)
    }

    @Test func `a triangle has the norm of its matrix`() {
        let triangle: [Double] = [1, 2.0.squareRoot() * 3, 5]
        let matrix = SymmetricMatrix(size: 2, triangle: triangle)
        #expect(matrix[0, 0] == 1)
        #expect(abs(matrix[0, 1] - 3) < 1e-15)
        #expect(matrix[1, 1] == 5)
        #expect(SymmetricMatrix.triangle(of: 2) == 3)
    }
}
