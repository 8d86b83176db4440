// SPDX-License-Identifier: Apache-2.0

/// A limit of privacy and what of it is used: reserve, then commit.
///
/// The order is fixed: an amount is reserved, and that made durable, before anything is read; once
/// reading begins it is spent, whatever happens (``UnreadSpend/beginReading()``). So no crash, error
/// or retry gives privacy back that was used. It is a filter in the sense of Whitehouse et al.
/// (arXiv:2203.05481): amounts may be chosen adaptively, their sum never passes the limit.
public struct PrivacyBudget: Hashable, Sendable {
    /// The most that may ever be spent.
    public private(set) var limit: Rho
    /// What is spent for good.
    public private(set) var spent: Rho
    /// What is set aside for releases under way.
    public private(set) var reserved: Rho

    /// Starts a budget with nothing spent.
    public init(limit: Rho) {
        self.limit = limit
        spent = .zero
        reserved = .zero
    }

    /// Restores a budget from its three amounts. Spent and reserved may exceed the limit, which
    /// happens when a limit is lowered; then nothing is left.
    ///
    /// - Throws: ``BudgetError/notABudget`` when spent and reserved together overflow.
    public init(limit: Rho, spent: Rho, reserved: Rho) throws(BudgetError) {
        guard (try? spent.adding(reserved)) != nil else { throw .notABudget }
        self.limit = limit
        self.spent = spent
        self.reserved = reserved
    }

    /// What can still be reserved. Itself private: it tells which releases a contributor was in.
    public var remaining: Rho {
        limit.subtracting(spent).flatMap { $0.subtracting(reserved) } ?? .zero
    }

    /// Whether so much can be reserved.
    public func covers(_ amount: Rho) -> Bool { amount <= remaining }

    /// Sets the limit; what is spent and reserved stays.
    public mutating func setLimit(_ limit: Rho) { self.limit = limit }

    /// Sets an amount aside, before anything is read.
    ///
    /// - Throws: ``BudgetError/exhausted`` when it does not fit; the budget is unchanged.
    public mutating func reserve(_ spend: borrowing UnreadSpend) throws(BudgetError) {
        guard spend.amount <= remaining else { throw .exhausted }
        // Cannot overflow: the sum with what is spent is at most the limit.
        reserved = Rho(units: reserved.units &+ spend.amount.units)
    }

    /// Gives back what was set aside and never read for.
    ///
    /// - Throws: ``BudgetError/notReserved`` when less is reserved; the budget is unchanged.
    public mutating func cancel(_ spend: borrowing UnreadSpend) throws(BudgetError) {
        guard let left = reserved.subtracting(spend.amount) else { throw .notReserved }
        reserved = left
    }

    /// Turns what was set aside into spent.
    ///
    /// - Throws: ``BudgetError/notReserved`` when less is reserved; the budget is unchanged.
    public mutating func commit(_ spend: ReadSpend) throws(BudgetError) {
        guard let left = reserved.subtracting(spend.amount) else { throw .notReserved }
        reserved = left
        // Cannot overflow: spent and reserved together never did.
        spent = Rho(units: spent.units &+ spend.amount.units)
    }

    /// Counts everything set aside as spent: after a crash nobody knows what was read.
    public mutating func settle() {
        spent = Rho(units: spent.units &+ reserved.units)
        reserved = .zero
    }
}

/// Why a budget refused. No case carries an amount: what is left is private.
public enum BudgetError: Error, Hashable, Sendable {
    /// The amount does not fit into what is left.
    case exhausted
    /// The amount was not set aside before.
    case notReserved
    /// The amounts to restore from do not make a budget.
    case notABudget
}

extension BudgetError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .exhausted: "the privacy budget does not cover this; ask for less, or raise the limit"
        case .notReserved: "this amount was never reserved here; reserve before reading"
        case .notABudget: "spent and reserved overflow; the stored budget is damaged"
        }
    }
}
