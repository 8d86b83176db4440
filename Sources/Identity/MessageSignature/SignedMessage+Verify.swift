// SPDX-License-Identifier: Apache-2.0
public import Canon

extension SignedMessage {
    /// What a signature that holds says.
    public struct Statement: Hashable, Sendable {
        /// Who signed.
        public let party: PartyID
        /// When, as the signer says.
        public let created: Timestamp
        /// Until when the signature holds, as the signer says; it has not passed.
        public let expires: Timestamp?
        /// What the signer drew for this signature; the caller looks that it comes once.
        public let nonce: String?
        /// For what application, as the signer says.
        public let tag: String?
        /// The names of the covered components, in order.
        public let components: [String]
        /// Names who signed and what: the same however the fields of the signature were written.
        public let digest: Digest
    }

    /// Checks a signature by Ed25519 over the message (RFC 9421, section 3.2).
    ///
    /// It has to cover `@method`; `@target-uri`, or `@authority`, `@path` and `@query`; and
    /// `content-digest` when there is a body. `keyid` is a `did:key`, `alg` is `ed25519` or absent.
    /// Whether the message comes a second time is for the caller to find out, by the nonce.
    ///
    /// - Parameters:
    ///   - label: which signature; nil when there has to be only one.
    ///   - tag: the only tag that is accepted; nil for any or none.
    ///   - now: the time to compare `created` and `expires` with.
    ///   - past: how long ago the signature may have been made, in milliseconds.
    ///   - future: how far the signer's clock may be ahead, in milliseconds.
    /// - Throws: the ``MessageSignatureError`` of the first check that fails.
    /// - Cost: one pass over the message and one signature check.
    public func verify(
        label: String? = nil, tag: String? = nil, now: Timestamp, past: Int64, future: Int64
    ) throws(MessageSignatureError) -> Statement {
        try checked(
            label: label, tag: tag, now: now, past: past, future: future, hasBody: !body.isEmpty
        ) { () throws(MessageSignatureError) in try checkDigest(of: body) }
    }

    /// Checks a signature as ``verify(label:tag:now:past:future:)`` does before the body is there, so that
    /// nobody waits for the body of a message that nobody signed. When it is there,
    /// ``checkDigest(of:)`` says whether it is the one that was signed.
    ///
    /// - Parameters:
    ///   - hasBody: whether a body follows; `content-digest` has to be covered then.
    public func verifyHead(
        hasBody: Bool, now: Timestamp, past: Int64, future: Int64
    ) throws(MessageSignatureError) -> Statement {
        try checked(
            label: nil, tag: nil, now: now, past: past, future: future, hasBody: hasBody
        ) { () throws(MessageSignatureError) in }
    }

    private func checked(
        label: String?, tag: String?, now: Timestamp, past: Int64, future: Int64, hasBody: Bool,
        _ checkBody: () throws(MessageSignatureError) -> Void
    ) throws(MessageSignatureError) -> Statement {
        precondition(past >= 0 && future >= 0, "a window of time has no negative side")
        let (parameters, signature) = try signature(label: label)
        try checkCoverage(parameters.components, hasBody: hasBody)
        guard parameters.string("alg") ?? "ed25519" == "ed25519" else {
            throw .parameter("alg", "ed25519 wanted")
        }
        guard let did = parameters.string("keyid"), let party = PartyID(did: did) else {
            throw .parameter("keyid", "did:key:z6Mk… of an Ed25519 key wanted")
        }
        let found = parameters.string("tag")
        if let tag {
            guard found == tag else { throw .parameter("tag", "\"\(tag)\" wanted") }
        }
        guard let created = parameters.time("created") else {
            throw .parameter("created", "a whole number of seconds wanted")
        }
        guard created >= now.adding(milliseconds: -past) else { throw .tooOld }
        guard created <= now.adding(milliseconds: future) else { throw .tooEarly }
        let expires = parameters.time("expires")
        if let expires {
            guard expires >= created else { throw .parameter("expires", "not before created") }
            guard now < expires else { throw .expired }
        }
        try checkBody()
        let base = try signatureBase(parameters)
        guard party.verify(signature, over: base) else { throw .wrongSignature(party) }
        return Statement(
            party: party, created: created, expires: expires, nonce: parameters.string("nonce"),
            tag: found, components: parameters.components,
            digest: Digest(of: party.publicKey, base))
    }

    /// The one signature that is wanted, and what it says of itself.
    private func signature(
        label: String?
    ) throws(MessageSignatureError) -> (SignatureParameters, Signature) {
        guard let inputs = fields["signature-input"] else { throw .missing("Signature-Input") }
        guard let values = fields["signature"] else { throw .missing("Signature") }
        let input = try dictionary("Signature-Input", in: inputs)
        let output = try dictionary("Signature", in: values)
        guard Set(input.members.map(\.name)) == Set(output.members.map(\.name)) else {
            throw .labels
        }
        guard label != nil || input.members.count == 1 else {
            throw .signatures(input.members.count)
        }
        let wanted = label ?? input.members.first?.name ?? ""
        guard let member = input[wanted], let value = output[wanted] else { throw .noSuchLabel }
        guard case .item(.bytes(let bytes)) = value.value, value.parameters.isEmpty,
            let signature = Signature(bytes: bytes)
        else { throw .part("Signature", "64 bytes between colons wanted") }
        return (try SignatureParameters(member), signature)
    }

    private func checkCoverage(
        _ components: [String], hasBody: Bool
    ) throws(MessageSignatureError) {
        guard components.contains("@method") else { throw .notCovered("@method") }
        if !components.contains("@target-uri") {
            for name in ["@authority", "@path", "@query"] where !components.contains(name) {
                throw .notCovered(
                    "@target-uri, or each of @authority, @path and @query,")
            }
        }
        guard !hasBody || components.contains("content-digest") else {
            throw .notCovered("content-digest")
        }
    }
}
