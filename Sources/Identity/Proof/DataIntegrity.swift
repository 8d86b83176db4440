// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Signed JSON documents: the cryptosuite eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0,
/// section 3.3), with keys named by did:key.
///
/// What is signed is SHA-256(JCS(proof without `proofValue`)) ‖ SHA-256(JCS(document without
/// `proof`)), where the proof repeats the document's `@context`, if it has one.
public enum DataIntegrity {
    /// The name of the suite.
    public static let cryptosuite = "eddsa-jcs-2022"

    /// What a proof that holds says.
    public struct Statement: Hashable, Sendable {
        /// Who signed.
        public let party: PartyID
        /// When, as the signer says; nil when the proof is silent.
        public let created: Timestamp?
        /// Until when the proof holds, as the signer says; the caller compares it with its clock.
        public let expires: Timestamp?
        /// For what, such as `assertionMethod`.
        public let purpose: String
    }

    /// Signs a document: the same with a member `proof`.
    ///
    /// - Parameters:
    ///   - document: an object without `proof` and without fractions.
    ///   - key: whose signature it is to be.
    ///   - created: the time that the proof states, cut to whole seconds.
    ///   - purpose: what the signature is for (`assertionMethod`, `authentication`, ...).
    /// - Throws: ``DataIntegrityError`` for a document that cannot be signed.
    /// - Cost: two canonical forms and one signature.
    public static func sign(
        _ document: JSON, by key: SigningKey, created: Timestamp,
        purpose: String = "assertionMethod"
    ) throws(DataIntegrityError) -> JSON {
        guard case .object(var members) = document else { throw .notAnObject }
        guard members["proof"] == nil else { throw .alreadySigned }
        let fragment = key.id.did.dropFirst("did:key:".count)
        let whole = created.milliseconds.flooredQuotient(1000) * 1000
        var proof: [String: JSON] = [
            "type": "DataIntegrityProof", "cryptosuite": .string(cryptosuite),
            "created": .string(Timestamp(milliseconds: whole).description),
            "verificationMethod": .string("\(key.id.did)#\(fragment)"),
            "proofPurpose": .string(purpose),
        ]
        proof["@context"] = members["@context"]
        let signature = key.sign(try signedBytes(members, proof, JSON.signable))
        proof["proofValue"] = .string(Multibase.encode(signature.bytes, as: .base58))
        members["proof"] = .object(proof)
        return .object(members)
    }

    /// Checks the one proof of a document and returns what it states.
    ///
    /// - Parameters:
    ///   - document: an object with one `proof`.
    ///   - purpose: the only purpose that is accepted.
    /// - Throws: ``DataIntegrityError`` that names the member that is wrong.
    /// - Cost: two canonical forms and one signature check.
    public static func verify(
        _ document: JSON, purpose: String = "assertionMethod"
    ) throws(DataIntegrityError) -> Statement {
        guard case .object(var members) = document else { throw .notAnObject }
        guard case .object(var proof)? = members.removeValue(forKey: "proof") else {
            throw .member("proof", "one object wanted")
        }
        guard proof["type"] == "DataIntegrityProof" else {
            throw .member("proof.type", "DataIntegrityProof wanted")
        }
        guard proof["cryptosuite"] == .string(cryptosuite) else {
            throw .member("proof.cryptosuite", "\(cryptosuite) wanted")
        }
        guard proof["proofPurpose"] == .string(purpose) else {
            throw .member("proof.proofPurpose", "\(purpose) wanted")
        }
        let party = try self.party(proof["verificationMethod"])
        let created = try time("created", proof)
        let expires = try time("expires", proof)
        guard let text = proof.removeValue(forKey: "proofValue")?.string,
            text.utf8.first == UInt8(ascii: "z"), let raw = Multibase.decode(text),
            let signature = Signature(bytes: raw)
        else { throw .member("proof.proofValue", "\"z\" and 64 bytes in base 58 wanted") }
        if let context = proof["@context"] {
            guard starts(members["@context"], with: context) else {
                throw .member("@context", "the document must start with the proof's")
            }
            members["@context"] = context
        }
        let message = try signedBytes(members, proof, JSON.canonical)
        guard party.verify(signature, over: message) else { throw .wrongSignature(party) }
        return Statement(party: party, created: created, expires: expires, purpose: purpose)
    }

    private static func signedBytes(
        _ members: [String: JSON], _ proof: [String: JSON],
        _ form: (JSON) -> () throws(CanonicalError) -> [UInt8]
    ) throws(DataIntegrityError) -> [UInt8] {
        do throws(CanonicalError) {
            return Digest(of: try form(.object(proof))()).bytes
                + Digest(of: try form(.object(members))()).bytes
        } catch {
            throw .canonical(error)
        }
    }

    /// The party of `did:key:z…#z…`, where both parts name the same key.
    private static func party(_ method: JSON?) throws(DataIntegrityError) -> PartyID {
        let parts = (method?.string ?? "").split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let party = PartyID(did: parts[0]),
            "did:key:\(parts[1])".utf8.elementsEqual(parts[0].utf8)
        else {
            throw .member("proof.verificationMethod", "did:key:z…#z… of one Ed25519 key wanted")
        }
        return party
    }

    private static func time(
        _ name: String, _ proof: [String: JSON]
    ) throws(DataIntegrityError) -> Timestamp? {
        guard let value = proof[name] else { return nil }
        guard let text = value.string, let time = Timestamp(text) else {
            throw .member("proof.\(name)", "a time such as 2026-01-31T12:00:00Z wanted")
        }
        return time
    }

    /// Whether a context has all values of another first, in the same order.
    private static func starts(_ context: JSON?, with first: JSON) -> Bool {
        guard let context else { return false }
        let values = context.array ?? [context]
        // By their bytes: texts that only look alike are not the same.
        return values.starts(with: first.array ?? [first]) {
            (try? $0.canonical()) == (try? $1.canonical())
        }
    }
}

/// Why a document is not signed as it says, or cannot be.
public enum DataIntegrityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The document is not an object.
    case notAnObject
    /// The document has a proof; only one is made.
    case alreadySigned
    /// A member is missing or wrong.
    case member(String, String)
    /// A value has no canonical form.
    case canonical(CanonicalError)
    /// The signature is not by this party over this document.
    case wrongSignature(PartyID)

    /// What is wrong and where.
    public var description: String {
        switch self {
        case .notAnObject: "a signed document is a JSON object"
        case .alreadySigned: "the document has a proof; sign it without"
        case .member(let name, let wanted): "\(name): \(wanted)"
        case .canonical(let error): "\(error)"
        case .wrongSignature(let party):
            "the document is not as \(party) signed it, or \(party) did not sign it"
        }
    }
}
