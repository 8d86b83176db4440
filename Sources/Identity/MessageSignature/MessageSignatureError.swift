// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why a message cannot be signed, or is not signed as it has to be.
///
/// The text repeats nothing that the other side sent, but for the key that it named.
public enum MessageSignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A part of the message is not of its form: which, and what is wanted.
    case part(String, String)
    /// A structured field, by its name, does not parse.
    case format(String, FormatError)
    /// A field is not there.
    case missing(String)
    /// `Signature` and `Signature-Input` do not have the same labels.
    case labels
    /// There is not the one signature that is wanted, but so many.
    case signatures(Int)
    /// There is no signature with the label that is wanted.
    case noSuchLabel
    /// A covered component, counted from zero, is not taken: why.
    case component(Int, String)
    /// The signature leaves out a component that it has to cover.
    case notCovered(String)
    /// A parameter of the signature is missing or wrong.
    case parameter(String, String)
    /// The signature was made too long ago.
    case tooOld
    /// The signature was made in the future.
    case tooEarly
    /// The signature has passed its end.
    case expired
    /// The body is not the one that `Content-Digest` names.
    case digest
    /// The signature is not by this party over this message.
    case wrongSignature(PartyID)
    /// The message has a signature; only one is made.
    case alreadySigned

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .part(let part, let wanted): "\(part): \(wanted)"
        case .format(let name, let error): "\(name): \(error)"
        case .missing(let name): "\(name): the field is missing"
        case .labels: "Signature and Signature-Input: the same labels wanted in both"
        case .signatures(let count): "Signature-Input: one signature wanted, not \(count)"
        case .noSuchLabel: "Signature-Input: no signature with the label that is wanted"
        case .component(let place, let reason): "Signature-Input: component \(place): \(reason)"
        case .notCovered(let name): "Signature-Input: \(name) has to be covered"
        case .parameter(let name, let wanted): "Signature-Input: \(name): \(wanted)"
        case .tooOld: "Signature-Input: created: too long ago; sign anew"
        case .tooEarly: "Signature-Input: created: in the future; set the clock"
        case .expired: "Signature-Input: expires: passed; sign anew"
        case .digest: "Content-Digest: not that of the body"
        case .wrongSignature(let party):
            "the message is not as \(party) signed it, or \(party) did not sign it"
        case .alreadySigned: "the message has a signature; sign it without"
        }
    }
}
