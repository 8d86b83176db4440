// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct PartyIDTests {
    /// github.com/w3c-ccg/did-method-key, test-vectors/ed25519-x25519.json.
    @Test(arguments: [
        (
            "0000000000000000000000000000000000000000000000000000000000000000",
            "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000001",
            "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000002",
            "z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf"
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000003",
            "z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ"
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000004",
            "z6MkwW6aqMnjgrhJXFUko3NnZPGzVpkNzhYK7yEhnsibmLwL"
        ),
    ])
    func `names are those of the did:key method`(seed: String, name: String) throws {
        let key = try #require(SigningKey(seed: Hex.decode(seed)!))
        #expect(key.id.did == "did:key:" + name)
        #expect(PartyID(did: "did:key:" + name) == key.id)
        #expect(PartyID(publicKey: key.id.publicKey) == key.id)
        #expect(key.id.short == "…" + name.suffix(8))
    }

    /// RFC 8032, section 7.1.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ])
    func `the signatures of RFC 8032 hold`(seed: String, message: String, signature: String) throws
    {
        let key = try #require(SigningKey(seed: Hex.decode(seed)!))
        let bytes = Hex.decode(message)!
        #expect(key.id.verify(try #require(Signature(bytes: Hex.decode(signature)!)), over: bytes))
        #expect(key.id.verify(key.sign(bytes), over: bytes))
    }

    @Test func `a signature holds for one party and one message`() throws {
        var random = Seeded(1)
        let key = SigningKey(using: &random)
        let other = SigningKey(using: &random)
        let message = random.bytes(50)
        let signature = key.sign(message)
        #expect(key.id.verify(signature, over: message))
        #expect(!other.id.verify(signature, over: message))
        #expect(!key.id.verify(signature, over: message + [0]))
        #expect(!key.id.verify(signature, over: Array(message.dropLast())))
        for place in 0..<64 {
            var bytes = signature.bytes
            bytes[place] ^= 1
            #expect(!key.id.verify(try #require(Signature(bytes: bytes)), over: message))
        }
    }

    @Test func `a signature cannot be given a second form by adding the group order`() throws {
        let key = try #require(SigningKey(seed: Array(0..<32)))
        let message = Array("once".utf8)
        // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
        let order = Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!
        var bytes = key.sign(message).bytes
        var carry = 0
        for place in 0..<32 {
            carry += Int(bytes[32 + place]) + Int(order[place])
            bytes[32 + place] = UInt8(carry & 255)
            carry >>= 8
        }
        #expect(carry == 0)
        #expect(!key.id.verify(try #require(Signature(bytes: bytes)), over: message))
    }

    @Test(arguments: [
        "", "did:key:", "did:key:z", "did:web:example.com",
        "did:key:z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW",
        "did:key:z16MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#x",
        "DID:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "did:key:z\u{301}6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    ])
    func `other names are refused`(did: String) {
        #expect(PartyID(did: did) == nil)
    }

    @Test func `a name that reads is the name that is written`() {
        var random = Seeded(2)
        let did = SigningKey(using: &random).id.did
        for _ in 0..<3000 {
            let changed = String(decoding: random.mutate(Array(did.utf8)), as: UTF8.self)
            if let party = PartyID(did: changed) { #expect(party.did == changed) }
        }
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func `a key that anybody can sign for is nobody's`(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(PartyID(publicKey: bytes) == nil)
        #expect(PartyID(did: "did:key:z" + Base58.encode([0xed, 0x01] + bytes)) == nil)
    }

    @Test func `sizes are checked`() {
        #expect(SigningKey(seed: []) == nil)
        #expect(SigningKey(seed: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(PartyID(publicKey: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Signature(bytes: [UInt8](repeating: 0, count: 63)) == nil)
        #expect(Signature(bytes: [UInt8](repeating: 0, count: 65)) == nil)
    }

    @Test func `pseudonyms differ by context and by party and repeat`() throws {
        var random = Seeded(3)
        let key = SigningKey(using: &random)
        let other = SigningKey(using: &random)
        let ids = [
            key.id, key.pseudonym(for: "pool/1").id, key.pseudonym(for: "pool/2").id,
            key.pseudonym(for: "").id, other.pseudonym(for: "pool/1").id,
        ]
        #expect(Set(ids).count == 5)
        #expect(key.pseudonym(for: "pool/1").id == ids[1])
        #expect(
            ids.sorted().map(\.publicKey)
                == ids.map(\.publicKey).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test(arguments: [1, 2, 5])
    func `of many signatures the first wrong one is found`(threads: Int) throws {
        var random = Seeded(4)
        let keys = (0..<3).map { _ in SigningKey(using: &random) }
        let signed: [PartyID.Signed] = (0..<200).map { number in
            let key = keys[number % 3]
            let message = [UInt8(number)]
            return (key.id, key.sign(message), message)
        }
        #expect(PartyID.verifyAll([], threads: threads) == nil)
        #expect(PartyID.verifyAll(signed, threads: threads) == nil)
        for wrong in [[0], [199], [31, 32], [150, 40, 41]] {
            var changed = signed
            for index in wrong { changed[index].message.append(0) }
            #expect(PartyID.verifyAll(changed, threads: threads) == wrong.min())
        }
    }
}
