// SPDX-License-Identifier: Apache-2.0
import Canon
import Crypto
import Foundation
import Testing

@testable import Identity

/// Challenges that say themselves when they were made.
@Suite struct ChallengeSealTests {
    private let key = Array(repeating: UInt8(7), count: 32)

    @Test func `a challenge says its chance and its time, by an HMAC over both`() {
        let seal = ChallengeSeal(key: key)
        let made = Timestamp(milliseconds: 1_800_000_000_123)
        let challenge = seal.challenge(0x0102_0304_0506_0708, at: made)
        #expect(challenge.count == ChallengeSeal.bytes)
        #expect(challenge.prefix(8) == [8, 7, 6, 5, 4, 3, 2, 1])
        let code = HMAC<SHA256>.authenticationCode(
            for: challenge.prefix(16), using: SymmetricKey(data: key))
        #expect(Array(challenge.suffix(16)) == Array(code.prefix(16)))
        let opened = seal.open(challenge)
        #expect(opened?.chance == 0x0102_0304_0506_0708)
        #expect(opened?.made == made)
    }

    @Test func `no bit can be changed, nor the key or the length`() {
        let seal = ChallengeSeal(key: key)
        let challenge = seal.challenge(1, at: Timestamp(milliseconds: 5))
        for bit in 0..<256 {
            var other = challenge
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(seal.open(other) == nil)
        }
        #expect(seal.open(Array(challenge.dropLast())) == nil)
        #expect(seal.open(challenge + [0]) == nil)
        #expect(ChallengeSeal(key: Array(repeating: 8, count: 32)).open(challenge) == nil)
    }
}
