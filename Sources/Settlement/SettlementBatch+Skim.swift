// SPDX-License-Identifier: Apache-2.0

extension SettlementBatch {
    /// The batch as a cheating node would settle it: a part of one holder's share goes to another. The sum stays
    /// right; no proof of it is taken, which demonstrations and tests show.
    ///
    /// - Parameters:
    ///   - amount: at most the share of the first.
    ///   - from: the place of the holder who gets less.
    ///   - to: the place of the holder who gets more.
    package func skimmed(_ amount: UInt64, from: Int, to: Int) -> SettlementBatch {
        var shares = shares
        shares[from] -= amount
        shares[to] += amount
        return SettlementBatch(
            id: id, revenue: revenue, fee: fee, holders: holders, shares: shares)
    }

    private init(
        id: [UInt8], revenue: Change, fee: Change, holders: [Holder], shares: [UInt64]
    ) {
        (self.id, self.revenue, self.fee) = (id, revenue, fee)
        (self.holders, self.shares) = (holders, shares)
    }
}
