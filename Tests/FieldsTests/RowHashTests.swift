// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct RowHashTests {
    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private func digest(
        _ row: [UInt8], prefix: [UInt8] = [], path: KernelPath = .best
    ) -> [UInt8] {
        row.withUnsafeBytes {
            RowHash.digests(
                ofRows: $0, count: 1, bytesPerRow: row.count, stride: row.count, prefix: prefix,
                path: path)
        }
    }

    /// FIPS 180-4 and its examples.
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                    + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ], KernelPath.supported)
    func `the examples of the standard come out`(example: (String, String), path: KernelPath) {
        let text = Array(example.0.utf8)
        #expect(hex(digest(text, path: path)) == example.1)
        for cut in [1, 2, 3] where cut <= text.count {
            let split = digest(Array(text[cut...]), prefix: Array(text[..<cut]), path: path)
            #expect(hex(split) == example.1)
        }
    }

    @Test(arguments: KernelPath.supported)
    func `a million letters a come out`(path: KernelPath) {
        let text = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(
            hex(digest(text, path: path))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: KernelPath.supported)
    func `rows of every length, prefix and stride equal a plain SHA-256`(path: KernelPath) {
        var draws = Draws(seed: 81)
        let bytes = (0..<2000).map { _ in UInt8(truncatingIfNeeded: draws.next()) }
        for length in Array(0...140) + [183, 191, 192, 193, 300] {
            for prefixLength in [0, 1, 5, 64, 70] {
                let stride = length + Int(draws.number(below: 3))
                let prefix = Array(bytes[1900..<1900 + prefixLength])
                let count = 1 + Int(draws.number(below: 5))
                let got = bytes.withUnsafeBytes {
                    RowHash.digests(
                        ofRows: $0, count: count, bytesPerRow: length, stride: stride,
                        prefix: prefix, path: path)
                }
                let expected = (0..<count).flatMap { i in
                    PlainSHA256.digest(prefix + bytes[stride * i..<stride * i + length])
                }
                #expect(got == expected, "length \(length), prefix \(prefixLength)")
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `a layer is hashed as tagged pairs`(path: KernelPath) {
        var draws = Draws(seed: 82)
        for count in [0, 1, 2, 7] {
            let layer = (0..<64 * count).map { _ in UInt8(truncatingIfNeeded: draws.next()) }
            let expected = (0..<count).flatMap {
                PlainSHA256.digest([0x01] + layer[64 * $0..<64 * $0 + 64])
            }
            #expect(RowHash.parents(of: layer, path: path) == expected)
        }
    }

    @Test(arguments: KernelPath.supported, [0, 1, 7, 33, 47, 48, 63, 64, 65, 110, 130])
    func `numbers behind a prefix are hashed as their bytes are`(path: KernelPath, prefix: Int) {
        let head = (0..<prefix).map { UInt8(truncatingIfNeeded: 3 * $0 + 1) }
        for first in [0, 0xffff_fff8, 0x0123_4567_89ab_cdef] as [UInt64] {
            let numbers = (0..<37).map { (first + UInt64($0)).littleEndian }
            let expected = numbers.withUnsafeBytes {
                RowHash.digests(
                    ofRows: $0, count: 37, bytesPerRow: 8, stride: 8, prefix: head,
                    path: .portable)
            }
            #expect(
                RowHash.digests(ofNumbers: first, count: 37, prefix: head, path: path) == expected)
            let words = stride(from: 0, to: expected.count, by: 4).map { start in
                expected[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            #expect(
                RowHash.elements(ofNumbers: first, count: 37, prefix: head, path: path)
                    == words.compactMap { KoalaBear(canonical: $0 & 0x7fff_ffff) })
        }
        #expect(RowHash.digests(ofNumbers: 5, count: 0, prefix: head, path: path).isEmpty)
        #expect(RowHash.elements(ofNumbers: 5, count: 0, prefix: head, path: path).isEmpty)
    }

    @Test(arguments: KernelPath.supported)
    func `words that are not below the prime are left out`(path: KernelPath) {
        // One word in 128 is above: of so many some are, at the edges too.
        let elements = RowHash.elements(ofNumbers: 0, count: 4096, prefix: [1], path: path)
        #expect((32_400..<32_600).contains(elements.count))
        #expect(
            elements == RowHash.elements(ofNumbers: 0, count: 4096, prefix: [1], path: .portable))
    }
}

/// SHA-256 straight from FIPS 180-4, sections 5 and 6.
private enum PlainSHA256 {
    private static let primes = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }

    /// The first 32 bits of the fraction of a root: the integer part of 2^32 times the root, searched for.
    private static func fraction(_ n: Int, cube: Bool) -> UInt32 {
        var (low, high) = (UInt64(0), UInt64(1) << 37)
        while high - low > 1 {
            let middle = (low + high) / 2
            let square = middle.multipliedFullWidth(by: middle)
            // middle^2 <= n 2^64, or middle^3 <= n 2^96.
            let small: Bool
            if cube {
                let lowPart = square.low.multipliedFullWidth(by: middle)
                let top = square.high * middle + lowPart.high
                small = top < UInt64(n) << 32 || (top == UInt64(n) << 32 && lowPart.low == 0)
            } else {
                small = square.high < UInt64(n)
            }
            if small { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    private static let k = primes[..<64].map { fraction($0, cube: true) }
    private static let initial = primes[..<8].map { fraction($0, cube: false) }

    static func digest(_ message: [UInt8]) -> [UInt8] {
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) * 8
        padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        var h = initial
        for start in stride(from: 0, to: padded.count, by: 64) {
            absorb(padded[start..<start + 64], &h)
        }
        return h.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
        }
    }

    private static func absorb(_ block: ArraySlice<UInt8>, _ h: inout [UInt32]) {
        func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
        let bytes = Array(block)
        var w = (0..<16).map { i in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[4 * i + $1]) }
        }
        for i in 16..<64 {
            let (a, b) = (w[i - 15], w[i - 2])
            let s0 = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
            let s1 = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
            w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
        }
        var s = h
        for i in 0..<64 {
            let sum1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)
            let choice = (s[4] & s[5]) ^ (~s[4] & s[6])
            let t1 = s[7] &+ sum1 &+ choice &+ k[i] &+ w[i]
            let sum0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)
            let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])
            s = [t1 &+ sum0 &+ majority, s[0], s[1], s[2], s[3] &+ t1, s[4], s[5], s[6]]
        }
        for i in 0..<8 { h[i] &+= s[i] }
    }
}
