// SPDX-License-Identifier: Apache-2.0
public import Canon

extension SignedMessage {
    /// Signs the message: the same with `Signature-Input` and `Signature`, and with `Content-Digest`
    /// when it has a body (RFC 9421, section 3.1).
    ///
    /// `@method`, `@target-uri` and `content-digest` are covered, and whatever fields are wanted.
    ///
    /// - Parameters:
    ///   - key: whose signature it is to be; named by its `did:key`.
    ///   - created: the time that the signature states, cut to whole seconds.
    ///   - expires: until when it is to hold, cut to whole seconds; nil to leave that open.
    ///   - nonce: ASCII that comes once, for the other side to know the message again.
    ///   - tag: ASCII that names the application.
    ///   - covering: fields of the message, in lower case.
    ///   - label: what the signature is called: lower-case letters, digits, `_`, `-`, `.` and `*`.
    /// - Throws: ``MessageSignatureError/alreadySigned``; ``MessageSignatureError/missing(_:)`` for a
    ///   field that is not there; ``MessageSignatureError/component(_:_:)``,
    ///   ``MessageSignatureError/parameter(_:_:)`` or ``MessageSignatureError/digest`` for what cannot
    ///   be signed.
    /// - Cost: one pass over the message and one signature.
    public func signed(
        by key: SigningKey, created: Timestamp, expires: Timestamp? = nil, nonce: String? = nil,
        tag: String? = nil, covering: [String] = [], label: String = "sig"
    ) throws(MessageSignatureError) -> SignedMessage {
        guard fields["signature"] == nil, fields["signature-input"] == nil else {
            throw .alreadySigned
        }
        var message = self
        if !body.isEmpty, fields["content-digest"] == nil {
            try message.add("content-digest", [SignedMessage.contentDigest(of: body)])
        }
        try message.checkDigest(of: message.body)
        var components = ["@method", "@target-uri"]
        if !body.isEmpty { components.append("content-digest") }
        components += covering.filter { body.isEmpty || $0 != "content-digest" }
        var parameters = [
            StructuredDictionary.Parameter(
                name: "created", value: .integer(created.milliseconds.flooredQuotient(1000)))
        ]
        if let expires {
            parameters.append(
                StructuredDictionary.Parameter(
                    name: "expires", value: .integer(expires.milliseconds.flooredQuotient(1000))))
        }
        let texts = [("keyid", key.id.did), ("alg", "ed25519"), ("nonce", nonce), ("tag", tag)]
        for (name, text) in texts {
            guard let text else { continue }
            guard text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw .parameter(name, "visible ASCII wanted")
            }
            parameters.append(StructuredDictionary.Parameter(name: name, value: .string(text)))
        }
        let statement = SignatureParameters(components: components, parameters: parameters)
        // What is written has to read back as the same.
        let input = "\(label)=\(statement.text)"
        let read = try dictionary("Signature-Input", in: [input])
        guard read.members.count == 1, let member = read[label],
            try SignatureParameters(member) == statement
        else { throw .parameter("label", "a name in lower case wanted") }
        let signature = key.sign(try message.signatureBase(statement))
        try message.add("signature-input", [input])
        try message.add("signature", ["\(label)=:\(Base64.encode(signature.bytes)):"])
        return message
    }
}
