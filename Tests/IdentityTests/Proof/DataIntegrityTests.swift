// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct DataIntegrityTests {
    /// github.com/w3c/vc-di-eddsa, TestVectors/eddsa-jcs-2022.
    private let key = SigningKey(
        seed: Hex.decode("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")!)!
    private let name = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    private let value =
        "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
    private let created = Timestamp("2023-02-24T23:36:38Z")!
    private let document: JSON = [
        "@context": [
            "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"], "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678", "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": ["id": "did:example:abcdefgh", "alumniOf": "The School of Examples"],
    ]

    private func with(_ document: JSON, _ change: (inout [String: JSON]) -> Void) -> JSON {
        var members = document.object ?? [:]
        change(&members)
        return .object(members)
    }

    private func withProof(_ signed: JSON, _ name: String, _ value: JSON?) -> JSON {
        with(signed) { members in
            var proof = members["proof"]?.object ?? [:]
            proof[name] = value
            members["proof"] = .object(proof)
        }
    }

    @Test func `the document of the standard has the digest of the standard`() throws {
        #expect(
            Digest(of: try document.canonical()).hex
                == "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19")
        let proof: JSON = [
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
            "created": "2023-02-24T23:36:38Z", "proofPurpose": "assertionMethod",
            "verificationMethod": .string(name + "#" + name.dropFirst(8)),
            "@context": document["@context"]!,
        ]
        #expect(
            Digest(of: try proof.canonical()).hex
                == "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db")
    }

    @Test func `the proof of the standard is made and holds`() throws {
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        let statement = try DataIntegrity.verify(signed)
        #expect(statement.party.did == name)
        #expect(statement.created == created)
        #expect(statement.expires == nil)
        #expect(statement.purpose == "assertionMethod")
        // The standard's own value, and (Ed25519 being deterministic here) ours.
        _ = try DataIntegrity.verify(withProof(signed, "proofValue", .string(value)))
        #expect(signed["proof"]?["proofValue"] == .string(value))
    }

    @Test func `a document without a context is signed without one`() throws {
        let plain: JSON = ["amount": 5, "name": "Zoë"]
        let signed = try DataIntegrity.sign(
            plain, by: key, created: Timestamp(milliseconds: -1), purpose: "authentication")
        #expect(signed["proof"]?["@context"] == nil)
        #expect(signed["proof"]?["created"] == "1969-12-31T23:59:59Z")
        #expect(try DataIntegrity.verify(signed, purpose: "authentication").party == key.id)
        #expect(throws: DataIntegrityError.member("proof.proofPurpose", "assertionMethod wanted")) {
            try DataIntegrity.verify(signed)
        }
    }

    @Test func `a changed document or proof is refused`() throws {
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        for name in document.object!.keys {
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(with(signed) { $0[name] = nil })
            }
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(with(signed) { $0[name] = "other" })
            }
        }
        #expect(throws: DataIntegrityError.self) {
            try DataIntegrity.verify(with(signed) { $0["more"] = 1 })
        }
        for name in signed["proof"]!.object!.keys {
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(withProof(signed, name, nil))
            }
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(withProof(signed, name, "other"))
            }
        }
        #expect(throws: DataIntegrityError.self) {
            try DataIntegrity.verify(withProof(signed, "expires", "2030-01-01T00:00:00Z"))
        }
        #expect(throws: DataIntegrityError.self) { try DataIntegrity.verify(document) }
        #expect(throws: DataIntegrityError.notAnObject) { try DataIntegrity.verify([1]) }
        #expect(throws: DataIntegrityError.self) {
            try DataIntegrity.verify(with(signed) { $0["proof"] = [signed["proof"]!] })
        }
    }

    @Test func `another party cannot take the place of the signer`() throws {
        var random = Seeded(1)
        let other = SigningKey(using: &random)
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        let fragment = other.id.did.dropFirst(8)
        #expect(throws: DataIntegrityError.wrongSignature(other.id)) {
            try DataIntegrity.verify(
                withProof(signed, "verificationMethod", .string("\(other.id.did)#\(fragment)")))
        }
        for method in [
            name, name + "#", "\(name)#\(fragment)", "\(name)#x#y", "https://a.example/k#1",
        ] {
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(withProof(signed, "verificationMethod", .string(method)))
            }
        }
    }

    @Test func `the document may have more context than the proof, behind it`() throws {
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        let first = document["@context"]!.array!
        _ = try DataIntegrity.verify(with(signed) { $0["@context"] = .array(first + ["more"]) })
        for context: JSON in [.array(["more"] + first), .array(first.reversed()), first[0], []] {
            #expect(throws: DataIntegrityError.self) {
                try DataIntegrity.verify(with(signed) { $0["@context"] = context })
            }
        }
    }

    @Test func `what cannot be signed is refused`() throws {
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        #expect(throws: DataIntegrityError.alreadySigned) {
            try DataIntegrity.sign(signed, by: key, created: created)
        }
        #expect(throws: DataIntegrityError.notAnObject) {
            try DataIntegrity.sign("text", by: key, created: created)
        }
        #expect(throws: DataIntegrityError.canonical(.fraction(0.5))) {
            try DataIntegrity.sign(["a": .number(0.5)], by: key, created: created)
        }
    }

    @Test func `no mutation of the text passes for another document`() throws {
        let signed = try DataIntegrity.sign(document, by: key, created: created)
        let text = try signed.canonical()
        var random = Seeded(2)
        for _ in 0..<1500 {
            guard let changed = try? JSON(parsing: random.mutate(text)),
                (try? DataIntegrity.verify(changed)) != nil
            else { continue }
            #expect(try changed.canonical() == text)
        }
    }
}
