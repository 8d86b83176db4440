// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct EnvelopeTests {
    private let keys = (0..<3).map {
        SigningKey(seed: [UInt8](repeating: $0, count: 32))!.agreement
    }

    @Test(arguments: [0, 1, 59, 60, 61, 64, 1000, 70_000])
    func `what was sealed is opened`(count: Int) throws {
        var random = Seeded(UInt64(count))
        let plaintext = random.bytes(count)
        let sealed = try Envelope.seal(plaintext, to: keys[0].publicKey, context: "order")
        #expect(try Envelope.open(sealed, with: keys[0], context: "order") == plaintext)
    }

    @Test func `each of several recipients opens it and nobody else`() throws {
        let sealed = try Envelope.seal(
            [1, 2, 3], to: [keys[0].publicKey, keys[1].publicKey], context: "c")
        #expect(try Envelope.open(sealed, with: keys[0], context: "c") == [1, 2, 3])
        #expect(try Envelope.open(sealed, with: keys[1], context: "c") == [1, 2, 3])
        #expect(throws: EnvelopeError.notForThisKey) {
            try Envelope.open(sealed, with: keys[2], context: "c")
        }
    }

    /// Made once by python-cryptography from the format's description: HKDF, HPKE, ChaCha20-Poly1305.
    @Test func `an envelope that another program made is opened`() throws {
        let text =
            "445645010252ec36446dcb3d0f72b95e47618d1eea58ecc5b3932ddd027dd370092e8678"
            + "fbbaa254f25e46170983467920aca042b6fb2e2885f208c2a41207632d97a720ef6e8b2d"
            + "a662ebfd5225414a8d6cc760fc1e4d96d9474c729770504af8ddf43e96352dee2da33887"
            + "273fef2609dd208e726be409b31df3b1785b4ba876aa456c2c3e0afa922a762fcb4ca599"
            + "d648c7e918cafb35a979a38c03bbf61e70fd523f81f821fb31208170f64a218da1563f4f"
            + "a111536b5715877936175196e54398d56598b16be378a842deb8a6f180147d0a5c981c49"
            + "d2bd8df31c45386147675b64c74a0af0ffb61c2863f8f7998c2105402defe0148e5c4403"
            + "114ee47a76be987fb1"
        let sealed = try #require(Hex.decode(text))
        for key in keys[..<2] {
            #expect(
                try Envelope.open(sealed, with: key, context: "order/7") == Array("forty-two".utf8))
        }
        #expect(throws: EnvelopeError.notForThisKey) {
            try Envelope.open(sealed, with: keys[2], context: "order/7")
        }
    }

    @Test func `an envelope opens in its own context alone`() throws {
        let sealed = try Envelope.seal([1], to: keys[0].publicKey, context: "payout/1")
        for context in ["payout/2", "", "payout/1 "] {
            #expect(throws: EnvelopeError.altered) {
                try Envelope.open(sealed, with: keys[0], context: context)
            }
        }
    }

    @Test func `the length is hidden to within a block and no two envelopes are alike`() throws {
        let lengths = try (0...60).map {
            try Envelope.seal([UInt8](repeating: 0, count: $0), to: keys[0].publicKey, context: "")
                .count
        }
        #expect(Set(lengths) == [5 + 88 + 64 + 16])
        let one = try Envelope.seal([1], to: keys[0].publicKey, context: "")
        let two = try Envelope.seal([1], to: keys[0].publicKey, context: "")
        #expect(one != two)
    }

    @Test func `every single changed byte is noticed`() throws {
        let sealed = try Envelope.seal(
            [7], to: [keys[0].publicKey, keys[1].publicKey], context: "c")
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: EnvelopeError.self) {
                try Envelope.open(changed, with: keys[0], context: "c")
            }
        }
    }

    @Test func `cut, stretched and scrambled envelopes are errors and not traps`() throws {
        let plaintext: [UInt8] = Array(0..<100)
        let sealed = try Envelope.seal(
            plaintext, to: [keys[0].publicKey, keys[1].publicKey], context: "c")
        for end in 0..<sealed.count {
            #expect(throws: EnvelopeError.self) {
                try Envelope.open(Array(sealed[..<end]), with: keys[0], context: "c")
            }
        }
        var random = Seeded(3)
        for _ in 0..<1500 {
            let changed = random.mutate(sealed)
            guard changed != sealed else { continue }
            #expect(throws: EnvelopeError.self) {
                try Envelope.open(changed, with: keys[0], context: "c")
            }
        }
    }

    @Test func `recipients are counted and must be keys`() throws {
        let many = [AgreementPublicKey](repeating: keys[0].publicKey, count: 65)
        #expect(throws: EnvelopeError.recipients(0)) { try Envelope.seal([1], to: [], context: "") }
        #expect(throws: EnvelopeError.recipients(65)) {
            try Envelope.seal([1], to: many, context: "")
        }
        let most = try Envelope.seal([1], to: Array(many.dropLast()), context: "")
        #expect(try Envelope.open(most, with: keys[0], context: "") == [1])
    }

    /// The points of small order, as RFC 7748 implementations list them.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func `a key that agrees on nothing secret is no key`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(AgreementPublicKey(bytes: bytes) == nil)
    }

    /// The public key as python-cryptography derives it.
    @Test func `agreement keys are X25519 keys and have a text`() throws {
        #expect(AgreementKey(secret: Array(0..<31)) == nil)
        let alice = try #require(AgreementKey(secret: Array(0..<32)))
        #expect(
            alice.publicKey.bytes
                == Hex.decode("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"))
        #expect(AgreementPublicKey(alice.publicKey.description) == alice.publicKey)
        #expect(alice.publicKey.description.hasPrefix("z6LS"))
        let known = try #require(
            AgreementPublicKey("z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW"))
        #expect(known.description == "z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW")
        for text in ["", "z", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "u7AE"] {
            #expect(AgreementPublicKey(text) == nil)
        }
    }

    @Test func `a party's keys follow from its seed and differ from each other`() throws {
        let key = try #require(SigningKey(seed: Array(0..<32)))
        #expect(key.agreement.publicKey == key.agreement.publicKey)
        #expect(key.agreement.publicKey != key.pseudonym(for: "pool").agreement.publicKey)
        #expect(key.agreement.publicKey.bytes != key.id.publicKey)
    }
}
