// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// Why a party or the server does not go on with a message. Parties are named by their number in the
/// session.
public enum SumError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a message of this kind.
    case format(FormatError)
    /// The message belongs to another session, or to another list of keys of this one.
    case anotherSession
    /// The party is not registered in the session.
    case notInSession(PartyID)
    /// The message speaks for another party than the one that sent it.
    case notTheSender(claimed: Int)
    /// There is a message of this party already, or two entries where one belongs.
    case repeated(Int)
    /// The party has not taken part in the rounds before.
    case notTakingPart(Int)
    /// The party did not sign this.
    case signature(of: Int)
    /// The same key occurs twice in the list of keys.
    case repeatedKey(of: Int)
    /// The list of keys does not have this party's own keys as it sent them.
    case ownKeys
    /// Fewer parties than the session, or fewer shares than a secret, needs.
    case tooFew(have: Int, need: Int)
    /// Entries for others than exactly the party's neighbours.
    case neighbours(of: Int)
    /// The sealed shares of this party were changed, or made for somebody or something else.
    case sealedShares(of: Int)
    /// The party is called a survivor, but none of its shares were delivered.
    case survivorWithoutShares(Int)
    /// The list of survivors lacks the party that it was sent to.
    case notAmongSurvivors
    /// The signatures are for another list of survivors than the one that this party signed.
    case otherSurvivors
    /// The vector has another number of numbers than the session's.
    case length(Int, wanted: Int)
    /// The shares rebuild something else than the secret that this party committed to.
    case wrongSecret(of: Int)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .format(let error): "not a message of this kind: \(error)"
        case .anotherSession: "the message belongs to another session or list of keys"
        case .notInSession(let party): "\(party) is not registered in this session"
        case .notTheSender(let claimed):
            "the message speaks for party \(claimed), who did not send it"
        case .repeated(let party): "party \(party) occurs twice"
        case .notTakingPart(let party): "party \(party) took no part in the rounds before"
        case .signature(let party): "the signature of party \(party) does not fit"
        case .repeatedKey(let party): "a key of party \(party) occurs twice; every key must be new"
        case .ownKeys: "the list of keys has other keys for this party than it sent"
        case .tooFew(let have, let need): "\(have) are left where \(need) are needed; start anew"
        case .neighbours(let party): "party \(party) has entries for others than its neighbours"
        case .sealedShares(let party): "the sealed shares of party \(party) do not open"
        case .survivorWithoutShares(let party):
            "party \(party) is called a survivor but its shares were never delivered"
        case .notAmongSurvivors: "the list of survivors lacks this party, which therefore stops"
        case .otherSurvivors: "the signatures are for another list of survivors"
        case .length(let count, let wanted): "the vector has \(count) numbers, not \(wanted)"
        case .wrongSecret(let party): "the shares do not rebuild the secret of party \(party)"
        }
    }
}
