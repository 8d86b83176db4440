// SPDX-License-Identifier: Apache-2.0
public import Fields

/// An account in the state tree: whose it is and what it holds, hidden by a salt.
///
/// As sixteen elements: a tag, the balance in four limbs, seven for the owner, four of salt. Its digest is one
/// call of the state hash with feed-forward, so that it cannot be inverted; the salt, new with every change,
/// keeps balances from being guessed.
public struct BalanceLeaf: Hashable, Sendable {
    /// What tells a leaf's first element: nothing else in the tree is made from it.
    public static let tag = KoalaBear(reducing: 0x4c45_4146)
    /// How many elements stand for the owner.
    public static let ownerWidth = 7
    /// How many elements the salt has: 124 bits.
    public static let saltWidth = 4

    /// What it holds, in micro-units.
    public var balance: UInt64
    /// Whose it is: a digest of the owner's key, in seven elements.
    public let owner: [KoalaBear]
    /// What hides the balance.
    public var salt: [KoalaBear]

    /// Describes an account.
    ///
    /// - Requires: seven elements of owner, four of salt.
    public init(balance: UInt64, owner: [KoalaBear], salt: [KoalaBear]) {
        precondition(
            owner.count == BalanceLeaf.ownerWidth && salt.count == BalanceLeaf.saltWidth,
            "an owner has seven elements and a salt four")
        (self.balance, self.owner, self.salt) = (balance, owner, salt)
    }

    /// The sixteen elements.
    var elements: [KoalaBear] { [BalanceLeaf.tag] + Limbs.of(balance) + owner + salt }
}
