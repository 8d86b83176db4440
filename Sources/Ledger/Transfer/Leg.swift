// SPDX-License-Identifier: Apache-2.0

/// One movement: the amount leaves the debited account and reaches the credited one.
@frozen public struct Leg: Hashable, Sendable {
    /// The account the amount is taken from.
    public let debit: AccountID
    /// The account the amount is given to.
    public let credit: AccountID
    /// How much; zero is allowed and moves nothing.
    public let amount: Amount
    /// Why: the raw value of a ``Reason``, or a number of the caller's own.
    public let code: UInt16

    /// The most legs one transfer or hold may have: its command then still fits a journal leaf
    /// (65,535 bytes, C2SP tlog-tiles).
    public static let most = 1024

    /// Describes a movement.
    @inlinable public init(debit: AccountID, credit: AccountID, amount: Amount, code: UInt16 = 0) {
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.code = code
    }

    /// Describes a movement with its reason.
    public init(debit: AccountID, credit: AccountID, amount: Amount, reason: Reason) {
        self.init(debit: debit, credit: credit, amount: amount, code: reason.rawValue)
    }
}
