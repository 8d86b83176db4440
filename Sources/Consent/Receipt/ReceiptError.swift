// SPDX-License-Identifier: Apache-2.0
public import Identity

/// Why a consent receipt is not to be believed.
public enum ReceiptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not a receipt: a member is missing, unknown or malformed.
    case malformed(MemberError)
    /// The node's proof does not hold.
    case proof(DataIntegrityError)
    /// Another node signed it than the one expected, or than the one it names.
    case otherNode(expected: PartyID, got: PartyID)
    /// The contributor did not sign the grant in it.
    case grantNotSigned(PartyID)
    /// The member of that path does not say what the grant says.
    case disagrees(member: String)

    /// What is wrong and where.
    public var description: String {
        switch self {
        case .malformed(let error): "\(error)"
        case .proof(let error): "\(error)"
        case .otherNode(let expected, let got): "signed by \(got), expected \(expected)"
        case .grantNotSigned(let party):
            "the grant in it is not as \(party) signed it, or \(party) did not sign it"
        case .disagrees(let member): "\(member) does not agree with the grant"
        }
    }
}
