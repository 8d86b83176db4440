// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
internal import Market

/// Shares by given weights.
extension Exchange {
    /// How many shares one entry sets: its leaf then still fits a log tile.
    private static let sharesAnEntry = 400

    /// Sets the shares of contributors of a pool whose rule is `weights`, for a new epoch.
    ///
    /// - Parameter weights: the contributors' own keys and their shares, each at least 1. Who is
    ///   not named keeps the shares she has.
    /// - Returns: the number of the epoch.
    package func setShares(
        of pool: String, to weights: [(key: SigningKey, shares: UInt64)]
    ) throws -> UInt32 {
        guard let state = state.pools[pool] else { throw MarketError.noPool(pool) }
        guard state.offer.split == .weights else {
            throw ExchangeError.refused(
                "\(pool) shares by the rule '\(state.offer.split.rawValue)'; only a pool opened with "
                    + "--split weights takes weights")
        }
        let shares = weights.map {
            Change.Share(
                party: $0.key.pseudonym(for: Exchange.poolContext(pool)).id, shares: $0.shares)
        }
        let epoch = state.epoch + 1
        let parts = stride(from: 0, to: shares.count, by: Exchange.sharesAnEntry).map { start in
            Array(shares[start..<min(start + Exchange.sharesAnEntry, shares.count)])
        }
        try record(parts.map { .sharesSet(pool: pool, epoch: epoch, shares: $0) })
        return epoch
    }
}
