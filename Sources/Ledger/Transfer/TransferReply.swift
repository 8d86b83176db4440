// SPDX-License-Identifier: Apache-2.0

/// An account and its totals at one point of the journal.
public struct AccountBalance: Hashable, Sendable {
    /// The account.
    public let account: AccountID
    /// Its totals.
    public let balance: Balance

    /// Pairs the two.
    public init(account: AccountID, balance: Balance) {
        self.account = account
        self.balance = balance
    }
}

/// What a transfer, a hold, or the end of a hold did.
public struct TransferReply: Hashable, Sendable {
    /// What was done.
    public enum Kind: UInt8, Hashable, Sendable {
        /// Money moved at once.
        case transfer = 1
        /// Money was reserved.
        case hold = 2
        /// A hold ended by moving its money, in full or in part.
        case post = 3
        /// A hold ended by giving its money back.
        case void = 4
        /// A hold ended by its time running out.
        case expiry = 5
    }

    /// What was done.
    public let kind: Kind
    /// The id of the request; for an expiry, that of the hold.
    public let id: TransferID
    /// The hold that ended, for a post, a void or an expiry.
    public let hold: TransferID?
    /// The journal index at which it was done, as the caller gave it: the index at which
    /// ``balances`` hold. A reply to a repeated request names the index of the first.
    public let index: UInt64
    /// The legs that moved money.
    public let moved: [Leg]
    /// The legs that were reserved.
    public let held: [Leg]
    /// The legs whose reservation ended, in full, before anything moved.
    public let released: [Leg]
    /// Each touched account after it, in the order in which the legs first name them.
    public let balances: [AccountBalance]

    /// An account's totals after it; nil when it was not touched.
    public func balance(of account: AccountID) -> Balance? {
        balances.first { $0.account == account }?.balance
    }
}
