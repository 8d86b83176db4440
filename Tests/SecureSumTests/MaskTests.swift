// SPDX-License-Identifier: Apache-2.0
import Canon
import Crypto
import Foundation
import Privacy
import TestSupport
import Testing

@testable import SecureSum

/// The key streams that numbers hide under.
@Suite struct MaskTests {
    private static func stream(_ key: SecretBytes, _ count: Int, from block: UInt32 = 0) -> [UInt8]
    {
        var out: [UInt8] = []
        KeyStream.read(key: key, byteCount: count, fromBlock: block) { bytes, offset in
            #expect(offset == out.count)
            out += bytes
        }
        return out
    }

    private static func secret(_ seed: UInt64) -> SecretBytes {
        var random = Seeded(seed)
        return SecretBytes(random.bytes(32))!
    }

    /// RFC 8439, appendix A.1, vectors 2, 3 and 4: key zero and block 1; key one in its last byte and
    /// block 1; key 00ff and block 2; the nonce zero in each.
    @Test(arguments: [
        (
            String(repeating: "0", count: 64), 0,
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"
        ),
        (
            String(repeating: "0", count: 62) + "01", 0,
            "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                + "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"
        ),
        (
            "00ff" + String(repeating: "0", count: 60), 1,
            "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
                + "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"
        ),
    ])
    func `the key stream is that of RFC 8439`(key: String, block: Int, expected: String) throws {
        let key = try #require(SecretBytes(Hex.decode(key) ?? []))
        #expect(Hex.encode(MaskTests.stream(key, 64, from: UInt32(block))) == expected)
    }

    @Test(arguments: [1, 63, 64, 65, 8191, 8192, 8193, 40_000])
    func `the key stream is what ChaCha20-Poly1305 puts over zeros`(count: Int) throws {
        let key = MaskTests.secret(UInt64(count))
        let box = try ChaChaPoly.seal(
            [UInt8](repeating: 0, count: count), using: SymmetricKey(data: key.bytes),
            nonce: ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)))
        #expect(MaskTests.stream(key, count) == Array(box.ciphertext))
    }

    @Test(arguments: [SumModulus.bits32, .bits64], [1, 2, 3, 1000, 5001])
    func `a mask is a number of full width for each place and comes off again`(
        modulus: SumModulus, count: Int
    ) throws {
        var random = Seeded(9)
        let size = modulus == .bits32 ? Int64(Int32.max) : .max
        let numbers = (0..<count).map { _ in Int64.random(in: -size...size, using: &random) }
        let key = MaskTests.secret(1)
        var vector = RingVector(numbers, modulus: modulus)
        let bytes = MaskTests.stream(key, count * modulus.bytes)
        vector.add(streamOf: key, negated: false)
        var added = try #require(
            RingVector(bytes: bytes, count: count, modulus: modulus))
        added.add(RingVector(numbers, modulus: modulus))
        #expect(vector.bytes == added.bytes)
        vector.add(streamOf: key, negated: true)
        #expect(vector.signed == numbers)
        let again = RingVector(bytes: vector.bytes, count: count, modulus: modulus)
        #expect(again?.signed == numbers)
        #expect(RingVector(bytes: bytes + [0], count: count, modulus: modulus) == nil)
    }

    @Test func `both of a pair come to the same mask and nobody else does`() {
        let keys = (1...3).map { PairKey(MaskTests.secret($0)) }
        let roster = Simulation.id(1)
        func mask(_ mine: Int, _ other: Int, _ roster: Canon.Digest) -> SecretBytes {
            DerivedKey.pairMask(
                keys[mine].agreed(with: keys[other].publicKey), roster: roster, between: mine,
                and: other)
        }
        #expect(mask(0, 1, roster).equals(mask(1, 0, roster)))
        #expect(!mask(0, 1, roster).equals(mask(0, 2, roster)))
        #expect(!mask(0, 1, roster).equals(mask(2, 1, roster)))
    }

    @Test func `the same keys give other masks in another session`() {
        let (one, other) = (PairKey(MaskTests.secret(1)), PairKey(MaskTests.secret(2)))
        let agreed = one.agreed(with: other.publicKey)
        let masks = (0..<50).map {
            DerivedKey.pairMask(agreed, roster: Simulation.id($0), between: 0, and: 1).bytes
        }
        let seed = MaskTests.secret(3)
        let selves = (0..<50).map {
            DerivedKey.selfMask(seed, roster: Simulation.id($0), of: 0).bytes
        }
        #expect(Set(masks + selves).count == 100)
    }

    @Test func `a party's masks differ from session to session`() throws {
        let keys = Simulation.keys(3)
        var seen: [RingVector] = []
        for number in 0..<2 {
            // Even with the same random bytes, so with the same keys and seeds.
            let session = try SumSession.plain(keys, threshold: 3, length: 64, number: number)
            var simulation = Simulation(session, keys: keys, seed: 1)
            _ = try simulation.run([[Int64]](repeating: [Int64](repeating: 5, count: 64), count: 3))
            seen.append(try #require(simulation.seen[0]))
        }
        let same = zip(seen[0].signed, seen[1].signed).count { $0 == $1 }
        #expect(same == 0)
    }

    @Test func `every one of the 256 bits of a key changes the stream`() {
        let key = MaskTests.secret(4)
        var streams: Set<[UInt8]> = [MaskTests.stream(key, 64)]
        for bit in 0..<256 {
            var bytes = key.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            streams.insert(MaskTests.stream(SecretBytes(bytes)!, 64))
        }
        #expect(streams.count == 257)
    }

    /// What another system did: fold the key into 32 bits, and whoever tries 2^32 seeds has the mask.
    @Test func `secrets that fold into the same 32 bits have nothing in common`() {
        func folded(_ bytes: [UInt8]) -> [UInt8] {
            (0..<4).map { place in (0..<8).reduce(0) { $0 ^ bytes[4 * $1 + place] } }
        }
        let one = MaskTests.secret(5).bytes
        var masks: Set<[UInt8]> = []
        for shift in 0..<32 {
            // Two changes that cancel out in the fold.
            var other = one
            other[shift % 4] ^= UInt8(shift + 1)
            other[28 + shift % 4] ^= UInt8(shift + 1)
            #expect(folded(other) == folded(one) && other != one)
            let key = DerivedKey.selfMask(SecretBytes(other)!, roster: Simulation.id(0), of: 0)
            masks.insert(MaskTests.stream(key, 32))
        }
        #expect(masks.count == 32)
    }

    @Test func `a search through small seeds does not find the mask`() {
        let mask = MaskTests.stream(
            DerivedKey.selfMask(MaskTests.secret(6), roster: Simulation.id(0), of: 0), 16)
        for seed in 0..<UInt32(Slow.count(1 << 12, 1 << 22)) {
            var bytes = [UInt8](repeating: 0, count: 32)
            withUnsafeBytes(of: seed.littleEndian) { bytes.replaceSubrange(0..<4, with: $0) }
            #expect(KeyStream.words(key: SecretBytes(bytes)!, count: 2) != MaskTests.words(mask))
        }
    }

    private static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
        }
    }
}
