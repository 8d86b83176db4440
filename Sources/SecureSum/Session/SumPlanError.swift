// SPDX-License-Identifier: Apache-2.0
public import Identity
public import Privacy

/// Why a session cannot be held as planned. Nothing of it depends on anybody's numbers.
public enum SumPlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer than 2 parties, or more than ``SumSession/mostParties``.
    case parties(Int)
    /// The same party is registered twice.
    case repeated(PartyID)
    /// Vectors have 1 to ``SumSession/longest`` numbers.
    case length(Int)
    /// The bound on one party's numbers is 1 to 2^52.
    case bound(UInt64)
    /// A threshold at or below two thirds of the parties, or above all of them.
    case threshold(Int, parties: Int)
    /// With so many corrupt parties two quorums of this threshold need not share an honest one.
    case corrupt(Int, threshold: Int, parties: Int)
    /// The neighbours were worked out for other numbers of parties or fewer corrupt ones.
    case degree(SumDegree)
    /// The sum of all numbers and their noise might not fit 64 bits.
    case tooLarge
    /// The noise counts on more honest survivors than there must be.
    case counted(Int, honest: Int)
    /// The noise was planned for a smaller bound than the session's.
    case sensitivity(UInt64, bound: UInt64)
    /// The amount of privacy, the sensitivity and the survivors give no noise.
    case noise(NoiseError)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .parties(let count):
            "a session has 2 to \(SumSession.mostParties) parties, not \(count)"
        case .repeated(let party): "\(party) is registered twice; list every party once"
        case .length(let length):
            "a vector has 1 to \(SumSession.longest) numbers, not \(length)"
        case .bound(let bound): "the bound on one party's numbers is 1 to 2^52, not \(bound)"
        case .threshold(let threshold, let parties):
            "a threshold of \(threshold) among \(parties) parties cannot hold off a server that "
                + "cheats; give more than two thirds and at most all"
        case .corrupt(let corrupt, let threshold, let parties):
            "with \(corrupt) corrupt parties among \(parties) a threshold of \(threshold) lets two "
                + "lists of survivors be signed; twice the threshold must exceed \(parties + corrupt)"
        case .degree(let degree):
            "the neighbours are for \(degree.parties) parties with \(degree.corrupt) corrupt ones; "
                + "work them out for this session"
        case .tooLarge: "the sum might not fit 64 bits; lower the bound or the noise"
        case .counted(let counted, let honest):
            "the noise counts on \(counted) honest survivors, and only \(honest) are certain"
        case .sensitivity(let sensitivity, let bound):
            "the noise hides \(sensitivity) units and a party may give \(bound)"
        case .noise(let error): error.description
        }
    }
}
