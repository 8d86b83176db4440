// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Trees

/// Exponential and logarithm by additions and multiplications alone.
@Suite struct ElementaryTests {
    @Test func `the exponential is within a few last bits of the library's`() {
        for step in 0...70_000 {
            let x = -Double(step) / 100
            let ours = Elementary.exponential(x)
            #expect(abs(ours - exp(x)) <= exp(x) * 0x1p-51, "\(x)")
        }
        #expect(Elementary.exponential(0) == 1)
        #expect(Elementary.exponential(-.infinity) == Elementary.exponential(-700))
    }

    @Test func `the logistic curve rises from 0 to 1 through the middle`() {
        #expect(Elementary.logistic(0) == 0.5)
        #expect(Elementary.logistic(1e9) == 1)
        #expect(Elementary.logistic(-1e9) < 1e-300)
        #expect(Elementary.logistic(.infinity) == 1)
        for step in 0..<4_000 {
            let x = Double(step) / 100
            #expect(abs(Elementary.logistic(x) + Elementary.logistic(-x) - 1) <= 0x1p-52)
            #expect(Elementary.logistic(-x - 0.01) < Elementary.logistic(-x))
        }
    }

    @Test func `the logarithm is within a few last bits of the library's`() {
        var x = 1e-12
        while x < 1e12 {
            #expect(abs(Elementary.logarithm(x) - log(x)) <= max(abs(log(x)), 0.01) * 0x1p-49)
            x *= 1.0137
        }
        #expect(Elementary.logarithm(1) == 0)
    }

    @Test func `gradients become whole numbers that cannot leave a word`() {
        for rows in [1, 2, 1_000, 100_000, BinnedColumns.mostRows] {
            for largest in [1.0, 3, 1e-300, 0x1p400] {
                let units = FixedPoint(rows: rows, largestGradient: largest)
                let one = units.moments(gradient: -largest, curvature: 1)
                // The sum of so many of the largest, in wider numbers.
                let gradient = Int128(one.x) * Int128(rows)
                let other = Int128(one.y) * Int128(rows)
                #expect(gradient.magnitude < 1 << 62 && other < 1 << 62)
                let sum = Moments(Int64(gradient), Int64(other))
                #expect(units.rows(sum) == rows)
                #expect(units.curvature(sum) == Double(rows))
                if largest > 1e-100 {
                    let exact = -largest * Double(rows)
                    #expect(abs(units.gradient(sum) - exact) <= abs(exact) * 0x1p-35)
                }
            }
        }
    }
}
