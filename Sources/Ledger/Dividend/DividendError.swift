// SPDX-License-Identifier: Apache-2.0

/// Why a register refused a step; nothing changed.
public enum DividendError: Error, Hashable, Sendable {
    /// Nobody who is not excluded holds a share: give the money back.
    case nobodyHoldsShares
    /// The holder has shares; change their number instead.
    case alreadyHolds(AccountID)
    /// The holder has no shares.
    case holdsNothing(AccountID)
    /// A holder needs at least one share; let it leave instead.
    case noShares(AccountID)
    /// All shares together must stay below 2^64.
    case tooManyShares
    /// All declarations together may not exceed 2^62 micro-units.
    case totalTooLarge
}

extension DividendError: CustomStringConvertible {
    /// A stable word for machines.
    public var code: String {
        switch self {
        case .nobodyHoldsShares: "nobody_holds_shares"
        case .alreadyHolds: "already_holds"
        case .holdsNothing: "holds_nothing"
        case .noShares: "no_shares"
        case .tooManyShares: "too_many_shares"
        case .totalTooLarge: "total_too_large"
        }
    }

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .nobodyHoldsShares: "nobody would receive the dividend; give the money back"
        case .alreadyHolds(let holder): "\(holder) holds shares already; reweigh them"
        case .holdsNothing(let holder): "\(holder) holds no shares; let it join first"
        case .noShares(let holder): "\(holder) needs at least one share; let it leave instead"
        case .tooManyShares: "all shares together would reach 2^64; use smaller weights"
        case .totalTooLarge:
            "all dividends together would exceed \(Amount.max); start a new register"
        }
    }
}
