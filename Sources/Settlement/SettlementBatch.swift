// SPDX-License-Identifier: Apache-2.0
public import Fields

/// What is settled: from the revenue account to the fees' and the contributors'.
public struct SettlementBatch: Sendable {
    /// One payout.
    public struct Payout: Hashable, Sendable {
        /// The account's index.
        public let index: Int
        /// The micro-units.
        public let amount: UInt64
        /// The account's new salt.
        public let salt: [KoalaBear]

        /// Describes a payout.
        public init(index: Int, amount: UInt64, salt: [KoalaBear]) {
            (self.index, self.amount, self.salt) = (index, amount, salt)
        }
    }

    /// 32 bytes that name the batch.
    public let id: [UInt8]
    /// What the revenue account gives.
    public let revenue: Payout
    /// What the fees' account gets.
    public let fee: Payout
    /// What contributors get, each account once.
    public let payouts: [Payout]

    /// Puts a batch together.
    ///
    /// - Throws: ``SettlementError``.
    public init(
        id: [UInt8], revenue: Payout, fee: Payout, payouts: [Payout]
    ) throws(SettlementError) {
        guard id.count == 32 else { throw .id }
        var total = fee.amount
        for payout in payouts {
            let (sum, overflow) = total.addingReportingOverflow(payout.amount)
            guard !overflow else { throw .total }
            total = sum
        }
        guard total == revenue.amount else { throw .total }
        let indices = [revenue.index, fee.index] + payouts.map(\.index)
        guard Set(indices).count == indices.count else { throw .twice }
        (self.id, self.revenue, self.fee, self.payouts) = (id, revenue, fee, payouts)
    }

    /// Every change, that of the revenue account first, the fees' second.
    var changes: [Payout] { [revenue, fee] + payouts }
}

/// Why a batch cannot be settled.
public enum SettlementError: Error, Hashable, Sendable, CustomStringConvertible {
    case id
    case total
    case twice
    case account(Int)
    case funds
    case balance(Int)
    case tooMany(most: Int)

    /// What is wrong.
    public var description: String {
        switch self {
        case .id: "a batch's id has 32 bytes"
        case .total: "fee and payouts are not the revenue"
        case .twice: "an account stands in the batch twice; add its payouts up"
        case .account(let index): "there is no account \(index)"
        case .funds: "the revenue account has less than the revenue"
        case .balance(let index): "account \(index) would have more than 64 bits hold"
        case .tooMany(let most): "a batch of this class has at most \(most) payouts"
        }
    }
}

/// What everybody knows of a settlement.
public struct SettlementStatement: Hashable, Sendable {
    /// The root of the state before.
    public let oldRoot: StateDigest
    /// The root of the state after.
    public let newRoot: StateDigest
    /// What the revenue account gives, in micro-units.
    public let revenue: UInt64
    /// What of it the fees' account gets.
    public let fee: UInt64
    /// The revenue account.
    public let revenueIndex: Int
    /// The fees' account.
    public let feeIndex: Int
    /// The levels of the state's tree.
    public let depth: Int
    /// 32 bytes that name the batch.
    public let batch: [UInt8]

    /// The public inputs of the circuit.
    public var inputs: [KoalaBear] {
        let names = stride(from: 0, to: 32, by: 2).map {
            KoalaBear(reducing: UInt64(batch[$0]) | UInt64(batch[$0 + 1]) << 8)
        }
        return oldRoot.elements + newRoot.elements + Limbs.of(revenue) + Limbs.of(fee)
            + [revenueIndex, feeIndex, depth].map { KoalaBear(reducing: UInt64($0)) } + names
    }
}
