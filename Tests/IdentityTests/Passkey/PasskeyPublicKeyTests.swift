// SPDX-License-Identifier: Apache-2.0
import Canon
import Crypto
import Foundation
import Identity
import Testing
import TestSupport

@Suite struct PasskeyPublicKeyTests {
    private static func cose(x: [UInt8], y: [UInt8]) -> [UInt8] {
        [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32] + x + [0x22, 0x58, 32] + y
    }

    private static func cose(x: [UInt8]) -> [UInt8] {
        [0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32] + x
    }

    @Test(arguments: [PasskeyPublicKey.Algorithm.es256, .edDSA])
    func `a key reads from its COSE form and writes the same`(
        algorithm: PasskeyPublicKey.Algorithm
    ) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let authenticator = try SoftAuthenticator(algorithm, seed: seed)
            let key = try PasskeyPublicKey(cose: authenticator.cose)
            #expect(key.algorithm == algorithm)
            #expect(key.cose == authenticator.cose)
            #expect(key.cose.count == (algorithm == .es256 ? 77 : 42))
            let message: [UInt8] = [1, 2, 3]
            let signature = try authenticator.sign(message)
            #expect(key.verify(signature, over: message))
            #expect(!key.verify(signature, over: [1, 2]))
            #expect(!key.verify(signature + [0], over: message))
            #expect(!key.verify(Array(signature.dropLast()), over: message))
            #expect(!key.verify([], over: message))
        }
    }

    /// W3C CCG did:key v0.7, section on P-256, and the vectors beside it (nist-curves.json).
    @Test(arguments: [
        (
            "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI",
            "hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU",
            "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
        ),
        (
            "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns",
            "efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM",
            "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
        ),
    ])
    func `P-256 names are those of the did:key method`(x: String, y: String, did: String) throws {
        let key = try PasskeyPublicKey(
            cose: PasskeyPublicKeyTests.cose(
                x: try #require(Base64.decode(x, as: .url)),
                y: try #require(Base64.decode(y, as: .url))))
        #expect(key.did == did)
        #expect(key.description == did)
    }

    @Test func `Ed25519 names are those of parties`() throws {
        let key = SigningKey(seed: Array(0..<32))!
        #expect(
            try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: key.id.publicKey)).did
                == key.id.did)
    }

    @Test func `a point beside the curve is nobody's key`() throws {
        let authenticator = try SoftAuthenticator(.es256, seed: 1)
        let good = authenticator.cose
        for place in [10, 41, 45, 76] {
            var bad = good
            bad[place] ^= 1
            #expect(throws: PasskeyError.key("not a point of P-256")) {
                try PasskeyPublicKey(cose: bad)
            }
        }
        let zero = [UInt8](repeating: 0, count: 32)
        let full = [UInt8](repeating: 0xff, count: 32)
        for (x, y) in [(zero, zero), (full, full), (zero, full)] {
            #expect(throws: PasskeyError.key("not a point of P-256")) {
                try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: x, y: y))
            }
        }
    }

    /// x = 5 has a point of P-256; the same x plus the prime still fits 32 bytes.
    @Test func `a coordinate beyond the prime is refused`() throws {
        var compressed = [UInt8](repeating: 0, count: 33)
        compressed[0] = 2
        compressed[32] = 5
        let key = try P256.Signing.PublicKey(compressedRepresentation: compressed)
        let point = Array(key.rawRepresentation)
        let x = Array(point[..<32])
        let y = Array(point[32...])
        #expect(throws: Never.self) {
            try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: x, y: y))
        }
        let prime = try #require(
            Hex.decode("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"))
        var beyond = prime
        for place in (0..<32).reversed() where beyond[place] < 0xfb {
            // The prime ends in ff…ff: adding 5 carries up to its last zero byte.
            beyond = Array(prime[..<place]) + [prime[place] + 1]
            beyond += [UInt8](repeating: 0, count: 31 - place)
            beyond[31] = 4
            break
        }
        #expect(throws: PasskeyError.key("not a point of P-256")) {
            try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: beyond, y: y))
        }
    }

    @Test func `only points of edwards25519 in their one form are keys`() throws {
        // Which y from 0 to 63 have a point, reckoned with whole numbers of any size elsewhere.
        let table = "1101111001100011101101011111111011010101101110001001101111101111"
        for (y, mark) in table.enumerated() where y > 1 {
            for sign in [UInt8(0), 0x80] {
                var bytes = [UInt8](repeating: 0, count: 32)
                bytes[0] = UInt8(y)
                bytes[31] = sign
                let isKey =
                    (try? PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: bytes))) != nil
                #expect(isKey == (mark == "1"), "y = \(y)")
                // The same y plus the prime, where that fits 255 bits.
                guard y < 19 else { continue }
                var beyond = [UInt8](repeating: 0xff, count: 32)
                beyond[0] = UInt8(y) + 0xed
                beyond[31] = 0x7f | sign
                #expect(throws: PasskeyError.key("not a point of edwards25519")) {
                    try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: beyond))
                }
            }
        }
    }

    @Test func `keys of Ed25519 are points, and half of the other bytes are not`() throws {
        var random = Seeded(3)
        var points = 0
        for _ in 0..<200 {
            let id = SigningKey(using: &random).id
            #expect(throws: Never.self) {
                try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: id.publicKey))
            }
            let other = PasskeyPublicKeyTests.cose(x: random.bytes(32))
            if (try? PasskeyPublicKey(cose: other)) != nil { points += 1 }
        }
        #expect((70...130).contains(points))
    }

    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ])
    func `a point of small order is nobody's key`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: PasskeyError.key("a point of small order, for which anybody can sign")) {
            try PasskeyPublicKey(cose: PasskeyPublicKeyTests.cose(x: bytes))
        }
    }

    @Test func `an algorithm that does not go with the key is refused`() throws {
        let p256 = try SoftAuthenticator(.es256, seed: 1).cose
        let ed25519 = try SoftAuthenticator(.edDSA, seed: 1).cose
        for (cose, place, value) in [
            (p256, 4, UInt8(0x27)), (p256, 4, 0x28), (p256, 4, 0x06), (p256, 2, 0x01),
            (p256, 6, 0x02), (ed25519, 4, 0x26), (ed25519, 2, 0x02), (ed25519, 6, 0x04),
            (ed25519, 2, 0xf6),
        ] {
            var bad = cose
            bad[place] = value
            #expect { try PasskeyPublicKey(cose: bad) } throws: { error in
                if case .key = error as? PasskeyError { true } else { false }
            }
        }
    }

    @Test func `another form of the same key is refused`() throws {
        let good = try SoftAuthenticator(.es256, seed: 1).cose
        let reordered: [UInt8] = [0xa5] + good[3..<5] + good[1..<3] + good[5...]
        let longer: [UInt8] = [0xa6] + good[1...] + [0x04, 0x80]
        let trailing = good + [0]
        let compressed: [UInt8] = good[..<42] + [0x22, 0xf5]
        for bad in [reordered, longer, trailing, compressed, [], [0xa0], [0x01]] {
            #expect(throws: PasskeyError.self) { try PasskeyPublicKey(cose: bad) }
        }
        for place in good.indices {
            for bit in 0..<8 {
                var bad = good
                bad[place] ^= 1 << UInt8(bit)
                #expect(throws: PasskeyError.self) { try PasskeyPublicKey(cose: bad) }
            }
        }
    }

    @Test func `an ECDSA signature has one DER form`() throws {
        // Small numbers: 1 of one byte, 128 with a zero before it.
        let key = try PasskeyPublicKey(cose: try SoftAuthenticator(.es256, seed: 1).cose)
        let authenticator = try SoftAuthenticator(.es256, seed: 1)
        let good = try authenticator.sign([1])
        #expect(key.verify(good, over: [1]))
        let r = Array(good[4..<(4 + Int(good[3]))])
        let rest = Array(good[(4 + Int(good[3]))...])
        let s = Array(rest[2...])
        func wrap(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
            let inner = [2, UInt8(r.count)] + r + [2, UInt8(s.count)] + s
            return [0x30, UInt8(inner.count)] + inner
        }
        #expect(wrap(r, s) == good)
        let long: [UInt8] = [0x30, 0x81, good[1]] + good[2...]
        let negative = wrap(r[0] == 0 ? Array(r[1...]) : [0xff] + r, s)
        for bad in [
            wrap([0] + r, s), wrap(r, [0] + s), long, negative, wrap(r, []), wrap([], s),
            wrap([0], [0]), wrap(r, [0]), wrap(r + [0], s), good + [0], Array(good.dropLast()),
            [0x31] + good[1...], [0x30], [0x30, 0], [0x30, 4, 2, 0, 2, 0],
            [0x30, 6, 2, 0xff, 1, 2, 1, 1], [UInt8](repeating: 0x30, count: 72),
        ] as [[UInt8]] { #expect(!key.verify(bad, over: [1])) }
        var random = Seeded(4)
        for _ in 0..<Slow.count(3000, 100_000) {
            let changed = random.mutate(good)
            #expect(changed == good || !key.verify(changed, over: [1]))
        }
    }
}
