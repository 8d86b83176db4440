// SPDX-License-Identifier: Apache-2.0
public import Fields

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
    /// The digest of the ``Record``.
    public let record: StateDigest
    /// All weights of the record together.
    public let weights: UInt64
    /// 32 bytes that name the batch.
    public let batch: [UInt8]

    /// Puts a statement together; whether it can hold, its verifier says.
    public init(
        oldRoot: StateDigest, newRoot: StateDigest, revenue: UInt64, fee: UInt64,
        revenueIndex: Int, feeIndex: Int, depth: Int, record: StateDigest, weights: UInt64,
        batch: [UInt8]
    ) {
        (self.oldRoot, self.newRoot, self.revenue, self.fee) = (oldRoot, newRoot, revenue, fee)
        (self.revenueIndex, self.feeIndex, self.depth) = (revenueIndex, feeIndex, depth)
        (self.record, self.weights, self.batch) = (record, weights, batch)
    }

    /// Whether it can be one of a tree of its depth.
    var isPossible: Bool {
        batch.count == 32 && fee <= revenue
            && [revenueIndex, feeIndex].allSatisfy((0..<1 << depth).contains)
    }

    /// The public inputs of the circuit.
    var inputs: [KoalaBear] {
        let names = stride(from: 0, to: 32, by: 2).map {
            KoalaBear(reducing: UInt64(batch[$0]) | UInt64(batch[$0 + 1]) << 8)
        }
        let places = [revenueIndex, feeIndex, depth].map { KoalaBear(reducing: UInt64($0)) }
        return oldRoot.elements + newRoot.elements + Limbs.of(revenue) + Limbs.of(fee) + places
            + record.elements + Limbs.bytes(of: revenue - fee) + Limbs.bytes(of: weights) + names
    }
}
