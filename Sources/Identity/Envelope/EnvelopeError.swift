// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why an envelope cannot be sealed or opened.
public enum EnvelopeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are no recipients, or too many.
    case recipients(Int)
    /// There is more to seal than an envelope holds, in bytes.
    case tooLong(Int)
    /// These 32 bytes are not the public key of anybody.
    case noKey(AgreementPublicKey)
    /// The bytes are not an envelope.
    case format(FormatError)
    /// The envelope has no line for this key.
    case notForThisKey
    /// The envelope was changed, or was sealed for another context.
    case altered

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .recipients(let count):
            "an envelope has 1 to \(Envelope.mostRecipients) recipients, not \(count)"
        case .tooLong(let count):
            "an envelope holds \(Envelope.longest) bytes, not \(count); seal parts"
        case .noKey(let key): "\(key) is nobody's public key"
        case .format(let error): "not an envelope: \(error)"
        case .notForThisKey: "the envelope is not sealed to this key; open it with the recipient's"
        case .altered: "the envelope was changed, or was sealed for another context"
        }
    }
}
