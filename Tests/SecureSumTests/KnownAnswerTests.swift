// SPDX-License-Identifier: Apache-2.0
import Canon
import Crypto
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// Keys and rings as another implementation works them out from the descriptions: HMAC-SHA256 and
/// ChaCha20 of its own, written in another language.
@Suite struct KnownAnswerTests {
    private let roster = Simulation.id(1)
    private let secret = SecretBytes((0..<32).map { UInt8($0) })!

    @Test func `derived keys are those of HKDF over the described bytes`() {
        let agreed = SymmetricKey(data: secret.bytes)
        #expect(
            Hex.encode(DerivedKey.pairMask(agreed, roster: roster, between: 5, and: 2).bytes)
                == "29bb7cf682617dd37dd6e4ad95a2ccfa711d691fc9dbe910097b6e06ebe33191")
        #expect(
            Hex.encode(DerivedKey.selfMask(secret, roster: roster, of: 3).bytes)
                == "de67ef51feb7048c6b71775f2abc952671a227842bf99ef084a1e3f40b32d358")
        let shares = DerivedKey.shares(agreed, roster: roster, from: 5, to: 2)
        #expect(
            shares.withUnsafeBytes { Hex.encode(Array($0)) }
                == "4be3421c5c0b2b1b1049b3a69f5ed72f463bde9d31afc797400acd3b1a4658d8")
        #expect(
            DerivedKey.commitment(to: secret, roster: roster, of: 3).hex
                == "82d08a4b02e3952618dcc11142a8f84d248f5c8602f7c6e7025be66504f64c97")
    }

    @Test func `the ring is that of the described shuffle`() throws {
        let degree = SumDegree(
            parties: 40, corrupt: 2, dropOuts: 6, neighbours: 12, shareThreshold: 9)
        let session = try SumSession.plain(
            Simulation.keys(40), threshold: 30, corrupt: 2, degree: degree)
        let graph = NeighbourGraph(session, seed: roster)
        #expect(graph.neighbours(of: 0) == [2, 4, 9, 10, 13, 18, 20, 25, 28, 31, 36, 39])
        #expect(graph.neighbours(of: 17) == [1, 2, 3, 6, 8, 14, 16, 24, 26, 27, 35, 37])
    }

    /// RFC 7748, section 6.1.
    @Test func `what two keys agree on is that of RFC 7748`() throws {
        let bob = PairKey(
            try #require(
                SecretBytes(
                    Hex.decode("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
                        ?? [])))
        #expect(
            Hex.encode(bob.publicKey.bytes)
                == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let alice = try #require(
            PairPublicKey(
                bytes: Hex.decode(
                    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
                    ?? []))
        #expect(
            bob.agreed(with: alice).withUnsafeBytes { Hex.encode(Array($0)) }
                == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    }
}
