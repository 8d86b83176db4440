// SPDX-License-Identifier: Apache-2.0
public import Fields
internal import Ledger

/// What is settled: from the revenue account to the fees' and, by their shares, to the holders of a record.
public struct SettlementBatch: Sendable {
    /// A change of the account of revenue or fees.
    public struct Change: Hashable, Sendable {
        /// The account's index.
        public let index: Int
        /// The micro-units.
        public let amount: UInt64
        /// The account's new salt.
        public let salt: [KoalaBear]

        /// Describes a change.
        public init(index: Int, amount: UInt64, salt: [KoalaBear]) {
            (self.index, self.amount, self.salt) = (index, amount, salt)
        }
    }

    /// A holder of a share.
    public struct Holder: Hashable, Sendable {
        /// The index of the account she is paid to.
        public let index: Int
        /// What opens her link to it.
        public let linkSalt: [KoalaBear]
        /// Her weight.
        public let weight: UInt64
        /// The account's new salt.
        public let salt: [KoalaBear]

        /// Describes a holder.
        public init(index: Int, linkSalt: [KoalaBear], weight: UInt64, salt: [KoalaBear]) {
            (self.index, self.linkSalt) = (index, linkSalt)
            (self.weight, self.salt) = (weight, salt)
        }
    }

    /// 32 bytes that name the batch.
    public let id: [UInt8]
    /// What the revenue account gives.
    public let revenue: Change
    /// What the fees' account gets of it.
    public let fee: Change
    /// Who shares the rest, in the order of the record; each account once.
    public let holders: [Holder]
    /// What each holder gets.
    public let shares: [UInt64]

    /// Puts a batch together.
    ///
    /// - Throws: ``SettlementError``.
    public init(
        id: [UInt8], revenue: Change, fee: Change, holders: [Holder]
    ) throws(SettlementError) {
        guard id.count == 32 else { throw .id }
        guard fee.amount <= revenue.amount,
            let shared = Amount(microunits: Int64(clamping: revenue.amount - fee.amount)),
            UInt64(shared.microunits) == revenue.amount - fee.amount
        else { throw .total }
        let indices = [revenue.index, fee.index] + holders.map(\.index)
        guard Set(indices).count == indices.count else { throw .twice }
        if holders.isEmpty {
            guard shared == .zero else { throw .nobody }
            shares = []
        } else {
            do throws(SplitError) {
                shares = try Split.lines(of: shared, weights: holders.map(\.weight)).map {
                    UInt64($0.microunits)
                }
            } catch { throw .nobody }
        }
        (self.id, self.revenue, self.fee, self.holders) = (id, revenue, fee, holders)
    }
}

/// Why a batch cannot be settled.
public enum SettlementError: Error, Hashable, Sendable, CustomStringConvertible {
    case id
    case total
    case twice
    case nobody
    case weights
    case account(Int)
    case funds
    case balance(Int)
    case tooMany(most: Int)

    /// What is wrong.
    public var description: String {
        switch self {
        case .id: "a batch's id has 32 bytes"
        case .total: "the fee is more than the revenue, or what is shared is above 2^62"
        case .twice: "an account stands in the batch twice; add its weights up"
        case .nobody: "there is something to share, and nobody with a weight above zero"
        case .weights: "all weights together reach 2^64; use smaller ones"
        case .account(let index): "there is no account \(index)"
        case .funds: "the revenue account has less than the revenue"
        case .balance(let index): "account \(index) would have more than 64 bits hold"
        case .tooMany(let most): "a batch of this class has at most \(most) holders"
        }
    }
}
