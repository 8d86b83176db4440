// SPDX-License-Identifier: Apache-2.0
public import Fields

/// An account in the state tree: what it holds, hidden by a salt.
///
/// As sixteen elements: a tag, the balance in four limbs, four of salt, zeros. Its digest is one call of the
/// state hash with feed-forward, so that it cannot be inverted; the salt, new with every change, keeps
/// balances from being guessed. Whose an account is, its index says to those who know.
public struct BalanceLeaf: Hashable, Sendable {
    /// What tells a leaf's first element: nothing else in the tree is made from it.
    public static let tag = KoalaBear(reducing: 0x4c45_4146)
    /// How many elements the salt has: 124 bits.
    public static let saltWidth = 4

    /// An account that nothing happened to.
    public static let empty = BalanceLeaf(
        balance: 0, salt: [KoalaBear](repeating: .zero, count: saltWidth))

    /// What it holds, in micro-units.
    public var balance: UInt64
    /// What hides the balance.
    public var salt: [KoalaBear]

    /// Describes an account.
    ///
    /// - Requires: four elements of salt.
    public init(balance: UInt64, salt: [KoalaBear]) {
        precondition(salt.count == BalanceLeaf.saltWidth, "a salt has four elements")
        (self.balance, self.salt) = (balance, salt)
    }

    /// The sixteen elements.
    var elements: [KoalaBear] {
        [BalanceLeaf.tag] + Limbs.of(balance) + salt + [KoalaBear](repeating: .zero, count: 7)
    }
}
