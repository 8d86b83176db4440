// SPDX-License-Identifier: Apache-2.0
import Privacy
import TestSupport
import Testing

@testable import SecureSum

/// Secrets in shares: any `threshold` of them rebuild one, and fewer leave every value open.
@Suite struct ShamirTests {
    private static func source(_ seed: UInt64) -> ByteSource {
        var random = Seeded(seed)
        return ByteSource(seededBy: &random)
    }

    /// Multiplication by the book: polynomials over two elements, divided by the modulus.
    private static func product(_ left: UInt16, _ right: UInt16) -> UInt16 {
        var product: UInt32 = 0
        for bit in 0..<16 where right >> UInt16(bit) & 1 == 1 {
            product ^= UInt32(left) << UInt32(bit)
        }
        for bit in (16..<31).reversed() where product >> UInt32(bit) & 1 == 1 {
            product ^= UInt32(0x1_100b) << UInt32(bit - 16)
        }
        return UInt16(product)
    }

    @Test func `both multiplications are those of the field`() {
        var random = Seeded(1)
        for _ in 0..<2000 {
            let left = UInt16.random(in: 0...(.max), using: &random)
            let right = UInt16.random(in: 0...(.max), using: &random)
            let expected = ShamirTests.product(left, right)
            #expect(BinaryField.product(left, right) == expected)
            let bytes = [UInt8](repeating: 0, count: 30) + [UInt8(left & 255), UInt8(left >> 8)]
            let product = SecretBytes(bytes)!.times(right).bytes
            #expect(UInt16(product[30]) | UInt16(product[31]) << 8 == expected)
            #expect(product[..<30].allSatisfy { $0 == 0 })
        }
        #expect(BinaryField.product(0x8000, 2) == 0x100b)
    }

    @Test func `the root of the modulus generates every element but zero`() {
        #expect(Set((0..<BinaryField.order).map { BinaryField.power($0) }).count == 65_535)
    }

    /// Worked by hand: the line 7 + 3x in every element has the values 4, 1 and 2 at 1, 2 and 3,
    /// since 3 · 1 = 3, 3 · 2 = 6 and 3 · 3 = 5.
    @Test func `a line through two points is known`() {
        func element(_ value: UInt8) -> SecretBytes {
            SecretBytes((0..<32).map { $0.isMultiple(of: 2) ? value : 0 })!
        }
        let shares: [Shamir.Share] = [
            .init(point: 1, value: element(4)), .init(point: 2, value: element(1)),
            .init(point: 3, value: element(2)),
        ]
        for pair in [[0, 1], [0, 2], [1, 2], [2, 0]] {
            #expect(Shamir.rebuild(pair.map { shares[$0] }).equals(element(7)))
        }
        #expect(Shamir.rebuild(shares).equals(element(7)))
    }

    @Test func `any five of nine shares rebuild the secret and no four do`() {
        var source = ShamirTests.source(2)
        let secret = SecretBytes(from: &source)
        let shares = Shamir.split(
            secret, at: [1, 2, 3, 500, 5, 6, 65_535, 8, 9], threshold: 5, from: &source)
        for chosen in 0..<512 {
            let some = shares.indices.filter { chosen >> $0 & 1 == 1 }.map { shares[$0] }
            guard !some.isEmpty else { continue }
            #expect(Shamir.rebuild(some).equals(secret) == (some.count >= 5))
        }
    }

    @Test func `four shares of a threshold of five agree with every secret there is`() {
        var source = ShamirTests.source(3)
        let shares = Shamir.split(
            SecretBytes(from: &source), at: [1, 2, 3, 4, 5], threshold: 5, from: &source)
        for candidate in 0..<200 {
            // The fifth share that would make the secret this one: always there, and only one.
            let wanted = SecretBytes([UInt8](repeating: UInt8(candidate), count: 32))!
            let fifth = Collusion.share(making: wanted, with: Array(shares[..<4]), at: 5)
            let all = Array(shares[..<4]) + [fifth]
            #expect(Shamir.rebuild(all).equals(wanted))
        }
    }

    @Test func `shares of equal secrets differ from split to split`() {
        var source = ShamirTests.source(4)
        let secret = SecretBytes(from: &source)
        let one = Shamir.split(secret, at: [1, 2], threshold: 2, from: &source)
        let other = Shamir.split(secret, at: [1, 2], threshold: 2, from: &source)
        #expect(!one[0].value.equals(other[0].value))
    }
}
