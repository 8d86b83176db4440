// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Erasure

@Suite struct SymbolTests {
    private let all = (0...65_535).map { Symbol(UInt16($0)) }

    @Test func `each vector of the basis is the even solution of v² + v = the one before`() {
        var before: UInt32 = 0
        for vector in SymbolTables.basis.map({ UInt32($0) }) {
            #expect(PlainCode.product(vector, vector) ^ vector == before)
            #expect(vector == 1 || vector & 1 == 0)
            before = vector
        }
    }

    @Test func `x² + x is a shift of the coordinates, for every element`() {
        #expect(all.allSatisfy { $0 * $0 + $0 == Symbol($0.bits >> 1) })
    }

    @Test func `zero and one are neutral, and zero takes all, for every element`() {
        #expect(all.allSatisfy { $0 + .zero == $0 && $0 + $0 == .zero })
        #expect(all.allSatisfy { $0 * .one == $0 && $0 * .zero == .zero && .zero * $0 == .zero })
    }

    @Test func `every element but zero is one power of the generator, and has an inverse`() {
        let powers = (0..<Symbol.units).map { Symbol(powers: $0) }
        #expect(Set(powers).count == 65_535 && !powers.contains(.zero))
        #expect(powers.enumerated().allSatisfy { $1.logarithm == $0 })
        #expect(Symbol(powers: Symbol.units) == .one)
        #expect(powers.allSatisfy { $0 * Symbol(powers: Symbol.units - $0.logarithm) == .one })
    }

    @Test func `a product by each vector of the basis is that of the polynomials, everywhere`() {
        // For the pairs of vectors by definition; for every element by what it is the sum of.
        let vectors = (0..<16).map { Symbol(1 << UInt16($0)) }
        for vector in vectors {
            let right = PlainCode.polynomial(vector)
            for other in vectors {
                let product = PlainCode.product(PlainCode.polynomial(other), right)
                #expect(PlainCode.polynomial(other * vector) == product)
            }
            let wrong = all.dropFirst().count {
                let lowest = Symbol($0.bits & (~$0.bits &+ 1))
                return $0 * vector != ($0 + lowest) * vector + lowest * vector
            }
            #expect(wrong == 0)
        }
    }

    @Test func `products are those of the polynomials`() {
        var random = Seeded(1)
        for _ in 0..<20_000 {
            let a = Symbol(.random(in: 0...65_535, using: &random))
            let b = Symbol(.random(in: 0...65_535, using: &random))
            let product = PlainCode.product(PlainCode.polynomial(a), PlainCode.polynomial(b))
            guard PlainCode.polynomial(a * b) == product else {
                Issue.record("\(a) * \(b)")
                return
            }
        }
    }

    @Test func `the numbers below 16 are a field, for all triples`() {
        let small = all.prefix(16)
        for a in small {
            for b in small {
                #expect(a * b == b * a && (a * b).bits < 16)
                #expect(a == .zero || b == .zero || a * b != .zero)
                for c in small {
                    #expect((a * b) * c == a * (b * c) && a * (b + c) == a * b + a * c)
                }
            }
        }
    }

    @Test func `products associate, commute and distribute`() {
        var random = Seeded(2)
        var wrong = 0
        for _ in 0..<100_000 {
            let a = Symbol(.random(in: 0...65_535, using: &random))
            let b = Symbol(.random(in: 0...65_535, using: &random))
            let c = Symbol(.random(in: 0...65_535, using: &random))
            if a * b != b * a { wrong += 1 }
            if (a * b) * c != a * (b * c) { wrong += 1 }
            if a * (b + c) != a * b + a * c { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
