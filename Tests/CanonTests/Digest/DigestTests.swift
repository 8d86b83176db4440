// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct DigestTests {
    @Test func `digests are those of FIPS 180-4`() {
        #expect(
            Digest(of: []).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Digest(of: Array("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `parts hash like the whole`() {
        let whole = Array("one two three".utf8)
        #expect(Digest(of: Array(whole[..<4]), Array(whole[4...])) == Digest(of: whole))
        #expect(whole.withUnsafeBytes { Digest(hashing: $0) } == Digest(of: whole))
        #expect(Digest(of: whole, []) == Digest(of: whole))
    }

    @Test func `bytes and digits read back`() {
        var random = Seeded(1)
        for _ in 0..<100 {
            let bytes = random.bytes(32)
            let digest = Digest(bytes: bytes)
            #expect(digest?.bytes == bytes)
            #expect(digest.flatMap { Digest(hex: $0.hex) } == digest)
        }
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `only 32 bytes are a digest`(count: Int) {
        #expect(Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
        #expect(Digest(hex: String(repeating: "a", count: 2 * count)) == nil)
    }

    @Test func `digits are lower case`() {
        #expect(Digest(hex: String(repeating: "A", count: 64)) == nil)
        #expect(Digest(hex: String(repeating: "g", count: 64)) == nil)
        #expect(Digest.zero.short == "00000000")
    }

    @Test func `digests are ordered as big-endian numbers`() {
        var random = Seeded(2)
        for _ in 0..<200 {
            var left = random.bytes(32)
            var right = left
            let place = Int.random(in: 0..<32, using: &random)
            left[place] = 3
            right[place] = 200
            #expect(Digest(bytes: left)! < Digest(bytes: right)!)
        }
    }
}
