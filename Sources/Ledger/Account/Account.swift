// SPDX-License-Identifier: Apache-2.0

/// What an account may not do.
public struct AccountRules: OptionSet, Hashable, Sendable {
    /// The bits, as they stand in commands and snapshots.
    public let rawValue: UInt16

    /// Takes the bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// May not spend more than it has (or than its credit limit allows): credits posted − debits
    /// posted − debits pending stays at zero or above. For what is owed to someone.
    public static let mayNotGoBelowZero = AccountRules(rawValue: 1)
    /// The mirror image: debits posted − credits posted − credits pending stays at zero or above.
    /// For what someone owes, such as the money that came in from outside.
    public static let mayNotGoAboveZero = AccountRules(rawValue: 2)
    /// No leg may debit it.
    public static let mayOnlyBeCredited = AccountRules(rawValue: 4)
    /// No leg may credit it.
    public static let mayOnlyBeDebited = AccountRules(rawValue: 8)
    /// No new transfer or hold may touch it; holds that it is part of can still end.
    public static let closed = AccountRules(rawValue: 16)

    /// Every rule there is.
    static let all: AccountRules = [
        .mayNotGoBelowZero, .mayNotGoAboveZero, .mayOnlyBeCredited, .mayOnlyBeDebited, .closed,
    ]
}

/// The four running totals of an account.
///
/// Totals only ever grow, but for the pending ones, which go down when a hold ends. Posted and
/// pending of one side never exceed 2^62 together.
@frozen public struct Balance: Hashable, Sendable {
    /// All that was ever taken from the account.
    public var debitsPosted: Amount
    /// What live holds will take.
    public var debitsPending: Amount
    /// All that was ever given to the account.
    public var creditsPosted: Amount
    /// What live holds will give.
    public var creditsPending: Amount

    /// Nothing moved yet.
    public static let zero = Balance(
        debitsPosted: .zero, debitsPending: .zero, creditsPosted: .zero, creditsPending: .zero)

    /// What the account has: credits − debits posted, in micro-units of either sign.
    @inlinable public var posted: Int64 { creditsPosted.microunits - debitsPosted.microunits }

    /// What the account can spend: ``posted`` less the debits pending, in micro-units.
    ///
    /// Never wraps: both sides are at most 2^62.
    @inlinable public var available: Int64 { posted - debitsPending.microunits }
}

/// An account of one asset.
public struct Account: Hashable, Sendable {
    /// Its id.
    public let id: AccountID
    /// The asset it holds; legs join accounts of one asset.
    public let asset: UInt32
    /// What kind of account it is; free for the caller's use.
    public let code: UInt16
    /// What it may not do.
    public var rules: AccountRules
    /// How far below zero it may go; a limit alone implies ``AccountRules/mayNotGoBelowZero``.
    public var creditLimit: Amount?
    /// Its totals.
    public internal(set) var balance: Balance

    /// Describes a new account with nothing in it.
    public init(
        id: AccountID, asset: UInt32, code: UInt16 = 0, rules: AccountRules = [],
        creditLimit: Amount? = nil
    ) {
        self.id = id
        self.asset = asset
        self.code = code
        self.rules = rules
        self.creditLimit = creditLimit
        balance = .zero
    }

    /// The least ``Balance/available`` it may come down to, in micro-units; nil for no bound.
    public var floor: Int64? {
        if let creditLimit { return -creditLimit.microunits }
        return rules.contains(.mayNotGoBelowZero) ? 0 : nil
    }
}
