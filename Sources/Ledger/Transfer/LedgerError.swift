// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Why the books refused a command; nothing changed.
public enum LedgerError: Error, Hashable, Sendable {
    /// An account with this id is open and is not the same.
    case accountExists(AccountID)
    /// No account has this id.
    case accountUnknown(AccountID)
    /// The account takes no new transfers.
    case accountClosed(AccountID)
    /// The rules have bits that mean nothing.
    case rulesUnknown(UInt16)
    /// The account stands outside the limit that the new rules would give it.
    case outsideNewLimit(AccountID, available: Int64)
    /// The id was used for another request.
    case idDiffers(TransferID)
    /// A transfer needs at least one leg and at most ``Leg/most``.
    case legCount(Int)
    /// A leg takes from the account it gives to.
    case sameAccount(leg: Int)
    /// A leg joins accounts of different assets.
    case assetsDiffer(leg: Int, debit: UInt32, credit: UInt32)
    /// A leg would debit an account that may only be credited.
    case mayOnlyBeCredited(AccountID, leg: Int)
    /// A leg would credit an account that may only be debited.
    case mayOnlyBeDebited(AccountID, leg: Int)
    /// The account would fall below its floor; all legs together need this much more.
    case insufficient(AccountID, available: Int64, missing: Amount)
    /// The account would be credited with more than it was ever debited with.
    case aboveZero(AccountID, missing: Amount)
    /// A running total of the account would exceed 2^62 micro-units.
    case totalTooLarge(AccountID)
    /// No hold has this id.
    case holdUnknown(TransferID)
    /// The hold ended before.
    case holdEnded(TransferID, Hold.State)
    /// The hold's time is over; it can only expire.
    case holdOverdue(TransferID, expired: Timestamp)
    /// The time a hold ends must lie ahead.
    case expiryNotAhead(Timestamp)
    /// A partial post names one amount for each leg of the hold.
    case amountCount(expected: Int, got: Int)
    /// A post may not move more than was held.
    case postExceedsHold(leg: Int, held: Amount, asked: Amount)
}

extension LedgerError: CustomStringConvertible {
    /// A stable word for machines.
    public var code: String {
        switch self {
        case .accountExists: "account_exists"
        case .accountUnknown: "account_unknown"
        case .accountClosed: "account_closed"
        case .rulesUnknown: "rules_unknown"
        case .outsideNewLimit: "outside_new_limit"
        case .idDiffers: "id_differs"
        case .legCount: "leg_count"
        case .sameAccount: "same_account"
        case .assetsDiffer: "assets_differ"
        case .mayOnlyBeCredited: "may_only_be_credited"
        case .mayOnlyBeDebited: "may_only_be_debited"
        case .insufficient: "insufficient_funds"
        case .aboveZero: "above_zero"
        case .totalTooLarge: "total_too_large"
        case .holdUnknown: "hold_unknown"
        case .holdEnded: "hold_ended"
        case .holdOverdue: "hold_overdue"
        case .expiryNotAhead: "expiry_not_ahead"
        case .amountCount: "amount_count"
        case .postExceedsHold: "post_exceeds_hold"
        }
    }

    /// What is wrong, where, and how to mend it.
    public var description: String {
        switch self {
        case .accountExists(let id):
            "account \(id) is open already, and not the same; take a new id"
        case .accountUnknown(let id): "there is no account \(id); open it first"
        case .accountClosed(let id): "account \(id) is closed; choose another or reopen it"
        case .rulesUnknown(let bits):
            "the rules \(bits) have bits that mean nothing; leave them out"
        case .outsideNewLimit(let id, let available):
            "account \(id) has \(Amount.text(available)), which is outside its new limit; settle it first"
        case .idDiffers(let id):
            "the id \(id) was used for another request; take a new id for a new request"
        case .legCount(let count): "\(count) legs; a transfer has 1 to \(Leg.most)"
        case .sameAccount(let leg): "leg \(leg) takes from the account it gives to"
        case .assetsDiffer(let leg, let debit, let credit):
            "leg \(leg) goes from asset \(debit) to asset \(credit); use one leg for each asset"
        case .mayOnlyBeCredited(let id, let leg):
            "leg \(leg) debits account \(id), which may only be credited"
        case .mayOnlyBeDebited(let id, let leg):
            "leg \(leg) credits account \(id), which may only be debited"
        case .insufficient(let id, let available, let missing):
            "account \(id) can spend \(Amount.text(available)); \(missing) are missing"
        case .aboveZero(let id, let missing):
            "account \(id) may not go above zero; the credit is \(missing) too large"
        case .totalTooLarge(let id):
            "a total of account \(id) would exceed \(Amount.max); move on to a new account"
        case .holdUnknown(let id): "there is no hold \(id)"
        case .holdEnded(let id, let state): "the hold \(id) has ended: it was \(state)"
        case .holdOverdue(let id, let expired): "the hold \(id) ended at \(expired)"
        case .expiryNotAhead(let time): "a hold cannot end at \(time), which is over"
        case .amountCount(let expected, let got):
            "\(got) amounts for a hold of \(expected) legs; name one for each leg"
        case .postExceedsHold(let leg, let held, let asked):
            "leg \(leg) holds \(held), so \(asked) cannot be posted"
        }
    }
}
