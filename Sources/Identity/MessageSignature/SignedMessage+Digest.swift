// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension SignedMessage {
    /// `Content-Digest` of a body, with SHA-256 (RFC 9530, section 2).
    public static func contentDigest(of body: [UInt8]) -> String {
        "sha-256=:\(Base64.encode(Digest(of: body).bytes)):"
    }

    /// Checks `Content-Digest`, where there is one, against a body. It has the one digest sha-256;
    /// others cannot be checked and are refused.
    ///
    /// - Throws: ``MessageSignatureError/format(_:_:)``, ``MessageSignatureError/part(_:_:)`` or
    ///   ``MessageSignatureError/digest``.
    public func checkDigest(of body: [UInt8]) throws(MessageSignatureError) {
        guard let lines = fields["content-digest"] else { return }
        let field = try dictionary("Content-Digest", in: lines)
        guard field.members.count == 1, let member = field["sha-256"], member.parameters.isEmpty,
            case .item(.bytes(let bytes)) = member.value, let digest = Digest(bytes: bytes)
        else { throw .part("Content-Digest", "one sha-256 of 32 bytes wanted") }
        guard digest == Digest(of: body) else { throw .digest }
    }
}
