// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why a passkey's registration or assertion is not accepted: the check that failed.
///
/// The text repeats nothing that the other side sent.
public enum PasskeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A part, by its name in WebAuthn, is not of its format.
    case format(String, FormatError)
    /// A member of a JSON object is missing or wrong: its path and what is wanted.
    case member(String, String)
    /// The challenge that the caller expects has too few bytes to be one.
    case shortChallenge(Int)
    /// The client data is of another ceremony than this one.
    case type(wanted: String)
    /// The client data answers another challenge.
    case challenge
    /// The browser was at another origin than this one.
    case origin(wanted: String)
    /// The ceremony ran in a frame of another site.
    case crossOrigin
    /// The authenticator answered for another relying party than this one.
    case relyingParty(wanted: String)
    /// The flag UP is not set.
    case userNotPresent
    /// The flag UV is not set, and the caller requires it.
    case userNotVerified
    /// The flag BS is set without BE.
    case backupState
    /// The flag BE is not as it was at the registration.
    case backupEligibility
    /// There is no attested credential data in a registration.
    case credentialMissing
    /// There is attested credential data in an assertion.
    case credentialNotWanted
    /// The credential's public key is not taken: why.
    case key(String)
    /// The attestation is not taken: why.
    case attestation(String)
    /// The signature is not by the credential over these bytes.
    case signature
    /// The counter did not grow: there may be a copy of the authenticator.
    case signCount(stored: UInt32, got: UInt32)

    /// Which check failed and how to mend it.
    public var description: String {
        switch self {
        case .format(let part, let error): "\(part): \(error)"
        case .member(let name, let wanted): "\(name): \(wanted)"
        case .shortChallenge(let count):
            "a challenge of \(count) bytes; draw at least \(ClientData.shortestChallenge)"
        case .type(let wanted): "clientDataJSON.type: \(wanted) wanted"
        case .challenge: "clientDataJSON.challenge: not the one that was asked; ask anew"
        case .origin(let wanted): "clientDataJSON.origin: \(wanted) wanted; open that page"
        case .crossOrigin:
            "clientDataJSON.crossOrigin: asked in a frame of another site; open the page itself"
        case .relyingParty(let wanted): "authenticatorData.rpIdHash: that of \(wanted) wanted"
        case .userNotPresent:
            "authenticatorData.flags: nobody touched the authenticator (UP); ask anew"
        case .userNotVerified:
            "authenticatorData.flags: the user was not verified (UV); "
                + "ask for userVerification \"required\""
        case .backupState: "authenticatorData.flags: backed up (BS) but not eligible for it (BE)"
        case .backupEligibility:
            "authenticatorData.flags: BE is not as it was when the passkey was registered"
        case .credentialMissing:
            "authenticatorData: a registration has attested credential data (AT)"
        case .credentialNotWanted:
            "authenticatorData: an assertion has no attested credential data (AT)"
        case .key(let reason): "credentialPublicKey: \(reason)"
        case .attestation(let reason): "attestationObject: \(reason)"
        case .signature: "the signature is not by this passkey over these bytes"
        case .signCount(let stored, let got):
            "authenticatorData.signCount: \(got) after \(stored); there may be a copy of the "
                + "authenticator: register a new passkey"
        }
    }
}
