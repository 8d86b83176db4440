// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension SignedMessage {
    /// The whole target: scheme, authority, path and query (RFC 9421, section 2.2.2).
    public var targetURI: String {
        "\(scheme)://\(authority)\(path)" + (query.map { "?\($0)" } ?? "")
    }

    /// The bytes that are signed: a line for each component, and one for the parameters (RFC 9421,
    /// section 2.5).
    ///
    /// - Throws: ``MessageSignatureError/missing(_:)`` for a field that is not there, and
    ///   ``MessageSignatureError/part(_:_:)`` for one that has other than ASCII.
    /// - Cost: one pass.
    package func signatureBase(
        _ parameters: SignatureParameters
    ) throws(MessageSignatureError) -> [UInt8] {
        var out: [UInt8] = []
        for name in parameters.components {
            out.append(contentsOf: "\"\(name)\": \(try value(of: name))\n".utf8)
        }
        out.append(contentsOf: "\"@signature-params\": \(parameters.text)".utf8)
        return out
    }

    /// The value of a component that can be covered.
    private func value(of name: String) throws(MessageSignatureError) -> String {
        switch name {
        case "@method": return method
        case "@target-uri": return targetURI
        case "@authority": return authority
        case "@path": return path
        case "@query": return "?" + (query ?? "")
        default:
            guard let lines = fields[name] else { throw .missing(name) }
            let text = lines.joined(separator: ", ")
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .part(name, "only ASCII can be signed")
            }
            return text
        }
    }

    /// A field that is a dictionary, all its lines together.
    func dictionary(
        _ name: String, in lines: [String]
    ) throws(MessageSignatureError) -> StructuredDictionary {
        do throws(FormatError) {
            return try StructuredDictionary(parsing: lines.joined(separator: ", "))
        } catch {
            throw .format(name, error)
        }
    }
}
