// SPDX-License-Identifier: Apache-2.0

/// An amount of privacy set aside for one release, nothing read for it yet.
///
/// One spend may be reserved on any number of budgets: that of every contributor in the release. It
/// can be cancelled until reading begins. ``beginReading()`` consumes it, so that a program that
/// gives privacy back after reading does not compile.
public struct UnreadSpend: ~Copyable, Sendable {
    /// The amount.
    public let amount: Rho

    /// Plans to spend the amount.
    public init(_ amount: Rho) {
        self.amount = amount
    }

    /// From here on the amount is spent: data may be read, and there is no way back.
    public consuming func beginReading() -> ReadSpend {
        ReadSpend(amount: amount)
    }
}

/// An amount of privacy for which data was read, or may have been; it can only be committed.
public struct ReadSpend: Hashable, Sendable {
    /// The amount.
    public let amount: Rho

    init(amount: Rho) {
        self.amount = amount
    }
}
