// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Testing

@testable import Fields

@Suite struct KoalaBear5Tests {
    private let p = UInt64(KoalaBear.prime)

    /// Schoolbook multiplication and long division with remainders of 64-bit numbers.
    private func product(_ a: KoalaBear5, _ b: KoalaBear5) -> [UInt64] {
        let x = a.coefficients.map { UInt64($0.value) }
        let y = b.coefficients.map { UInt64($0.value) }
        var d = [UInt64](repeating: 0, count: 9)
        for i in 0..<5 { for j in 0..<5 { d[i + j] = (d[i + j] + x[i] * y[j]) % p } }
        for k in stride(from: 8, to: 4, by: -1) {
            d[k - 5] = (d[k - 5] + d[k]) % p
            d[k - 3] = (d[k - 3] + p - d[k]) % p
        }
        return Array(d[0..<5])
    }

    @Test func `check 2: a million coefficients of extension products equal integer arithmetic`() {
        var draws = Draws(seed: 11)
        var wrong = 0
        for _ in 0..<200_000 {
            let (a, b) = (draws.extensionElement(), draws.extensionElement())
            let c = (a * b).coefficients
            let expected = product(a, b)
            for k in 0..<5 where UInt64(c[k].value) != expected[k] { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    private struct Row: Decodable {
        let a, b, product, inverse, frobenius: [UInt32]
    }

    private func element(_ numbers: [UInt32]) throws -> KoalaBear5 {
        try #require(
            KoalaBear5(
                bytes: numbers.flatMap { n in
                    (0..<4).map { UInt8(truncatingIfNeeded: n >> ($0 * 8)) }
                }))
    }

    @Test func `check 2: products, inverses and p-th powers equal those computed in Python`() throws
    {
        let rows = try JSONDecoder().decode([Row].self, from: Vectors.data("extension5.json"))
        #expect(rows.count == 60)
        for row in rows {
            let (a, b) = (try element(row.a), try element(row.b))
            #expect(try a * b == element(row.product))
            #expect(try a.inverse == element(row.inverse))
            #expect(try a.frobenius == element(row.frobenius))
        }
    }

    @Test func `the largest coefficients do not overflow`() {
        let top = KoalaBear(reducing: p - 1)
        // The word p - 1, which no number near an edge has.
        let word = KoalaBear(word: KoalaBear.prime - 1)
        for c in [top, word] {
            let a = KoalaBear5(c, c, c, c, c)
            #expect((a * a).coefficients.map { UInt64($0.value) } == product(a, a))
        }
    }

    @Test func `check 2: X^5 + X^2 - 1 is irreducible`() {
        // Rabin's test for the prime degree 5: X^(p^5) = X, and X^p - X has no factor in common.
        let x = KoalaBear5.x
        #expect(x.power(5) + x.power(2) == .one)
        var power = x
        for _ in 0..<5 { power = power.power(p) }
        #expect(power == x)
        #expect(greatestCommonDivisorDegree((x.power(p) - x).coefficients) == 0)
    }

    /// The degree of gcd(f, X^5 + X^2 - 1), by Euclid.
    private func greatestCommonDivisorDegree(_ f: [KoalaBear]) -> Int {
        var a: [KoalaBear] = [-.one, .zero, .one, .zero, .zero, .one]
        var b = f
        while true {
            while b.last == .zero { b.removeLast() }
            guard let lead = b.last else { return a.count - 1 }
            while a.count >= b.count {
                let factor = a[a.count - 1] * lead.inverseOrZero
                let offset = a.count - b.count
                for i in b.indices { a[offset + i] -= factor * b[i] }
                a.removeLast()
            }
            (a, b) = (b, a)
        }
    }

    @Test func `the Frobenius map is the p-th power, and five of them are nothing`() {
        var draws = Draws(seed: 12)
        for _ in 0..<100 {
            let a = draws.extensionElement()
            #expect(a.frobenius == a.power(p))
            #expect(a.frobenius.frobenius == a.frobeniusTwice)
            #expect(a.frobeniusTwice.frobeniusTwice.frobenius == a)
            #expect(
                KoalaBear5(a.norm) == a * a.frobenius * a.frobeniusTwice
                    * a.frobeniusTwice.frobenius * a.frobeniusTwice.frobeniusTwice)
        }
        #expect(KoalaBear5(draws.element()).frobenius.c1 == .zero)
    }

    @Test func `an inverse gives one, and zero has none`() {
        var draws = Draws(seed: 13)
        var values = (0..<300).map { _ in draws.extensionElement() } + [.zero]
        for a in values where a != .zero { #expect(a.inverse.map { $0 * a } == .one) }
        #expect(KoalaBear5.zero.inverse == nil)
        let single = values.map(\.inverseOrZero)
        KoalaBear5.invert(&values)
        #expect(values == single)
    }

    @Test func `base elements act as the polynomials without X`() {
        var draws = Draws(seed: 14)
        for _ in 0..<300 {
            let (a, b) = (draws.extensionElement(), draws.edgy())
            #expect(a * b == a * KoalaBear5(b))
            #expect(a + b == a + KoalaBear5(b))
            #expect(a - b == a - KoalaBear5(b))
        }
    }

    @Test func `an element survives its bytes, and other bytes are refused`() {
        var draws = Draws(seed: 15)
        for _ in 0..<300 {
            let a = draws.extensionElement()
            #expect(a.bytes.count == 20 && KoalaBear5(bytes: a.bytes) == a)
        }
        #expect(KoalaBear5(bytes: [UInt8](repeating: 0, count: 19)) == nil)
        #expect(KoalaBear5(bytes: [UInt8](repeating: 0, count: 21)) == nil)
        for place in 0..<5 {
            var bytes = [UInt8](repeating: 0, count: 20)
            bytes.replaceSubrange(4 * place..<4 * place + 4, with: [1, 0, 0, 0x7f])
            #expect(KoalaBear5(bytes: bytes) == nil)
        }
    }
}
