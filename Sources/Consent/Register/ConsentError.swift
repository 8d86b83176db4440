// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why the register did not take an entry. Nothing has changed when one is thrown.
public enum ConsentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The signature is not of the grant's party over exactly this.
    case badSignature
    /// It says that it was given or withdrawn after it arrived.
    case fromTheFuture(said: Timestamp, arrived: Timestamp)
    /// A grant or withdrawal of the same party for the same pool was given at that time or later.
    case notNewer(than: Timestamp)
    /// The grant had expired before it arrived.
    case expired(Timestamp)
    /// A passkey signed the grant in force, and did not sign this one.
    case otherPasskey
    /// No grant has this id.
    case unknownGrant(Digest)
    /// The grant is no longer in force; the one with this place took over.
    case superseded(by: Int)
    /// There is no contributor to read.
    case emptyCohort
    /// A member of the cohort no longer allows the study; find the cohort anew.
    case changed(grant: Int, Denial)
    /// No open reservation has this number.
    case unknownReservation(Int)
    /// Data was read under this reservation: nothing is given back.
    case alreadyRead(Int)
    /// The register holds as many grants as it can number.
    case full

    /// A stable word for machines.
    public var code: String {
        switch self {
        case .badSignature: "bad-signature"
        case .fromTheFuture: "from-the-future"
        case .notNewer: "not-newer"
        case .expired: "expired"
        case .otherPasskey: "other-passkey"
        case .unknownGrant: "unknown-grant"
        case .superseded: "superseded"
        case .emptyCohort: "empty-cohort"
        case .changed: "changed"
        case .unknownReservation: "unknown-reservation"
        case .alreadyRead: "already-read"
        case .full: "full"
        }
    }

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .badSignature: "the signature is not of the grant's party; sign again with its key"
        case .fromTheFuture(let said, let arrived):
            "it says \(said) but arrived at \(arrived); set the clock and sign again"
        case .notNewer(let time):
            "a grant or withdrawal of \(time) stands for this pool; sign a new grant given later"
        case .expired(let time): "the grant expired at \(time); sign one that ends later"
        case .otherPasskey:
            "the grant in force was confirmed with a passkey; confirm this one with the same, or "
                + "withdraw first"
        case .unknownGrant(let id): "no grant \(id) is known here"
        case .superseded(let index): "grant \(index) took its place; withdraw that one"
        case .emptyCohort: "no grant allows this study"
        case .changed(let grant, let denial):
            "grant \(grant) no longer allows it (\(denial.code)); find the cohort anew"
        case .unknownReservation(let number): "no reservation \(number) is open"
        case .alreadyRead(let number):
            "data was read under reservation \(number); it can only be committed"
        case .full: "the register is full"
        }
    }
}
