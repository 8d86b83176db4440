// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
package import Identity
internal import Market
package import Privacy
internal import Storage
internal import Study
internal import Vault

/// Shares of a pool's dividends: by given weights, or by days of data.
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
        try require(.weights, of: pool, "weights")
        let shares = weights.map {
            Change.Share(
                party: $0.key.pseudonym(for: Exchange.poolContext(pool)).id, shares: $0.shares)
        }
        return try set(shares, of: pool, charging: 0)
    }

    /// Draws the shares of all contributors of a pool whose rule is `days`, for a new epoch: one to
    /// four by how many days of data each gave, with noise (``BandRelease``). Charges each of them.
    ///
    /// Whoever's grant leaves too little privacy, or was given before the notice spoke of this, keeps
    /// the shares she has, and is not read.
    ///
    /// - Returns: the number of the epoch, how many contributors' shares were drawn, and what each
    ///   of them was charged, in units of ρ.
    package func drawShares(
        of pool: String, epsilon: ExactDecimal
    ) throws -> (epoch: UInt32, people: Int, rho: UInt64) {
        try require(.days, of: pool, "days")
        let rho = try Exchange.response(among: DayCount.count, epsilon: epsilon).charge.units
        let offered = state.pools[pool]?.offer.tables ?? []
        var parties: [[String]: [PartyID]] = [:]
        for place in state.consent.chargeable(in: pool, rho: rho, at: now) {
            guard let grant = state.consent.grant(at: place), grant.notice == Exchange.noticeDigest
            else { continue }
            parties[grant.tables, default: []].append(grant.party)
        }
        var shares: [Change.Share] = []
        var generator = surroundings.generator
        var source = ByteSource(seededBy: &generator)
        let (owners, packs) = (try store.owners(), try vault.map())
        for (granted, people) in parties.sorted(by: { $0.key.joined() < $1.key.joined() }) {
            let wanted = offered.compactMap { schema -> TableColumns? in
                guard granted.contains(schema.table) else { return nil }
                return schema.dateColumn.map {
                    TableColumns(schema: schema, columns: [$0])
                }
            }
            guard !wanted.isEmpty else { continue }
            let reader = try VaultReader(
                cohort: people, owners: owners, tables: wanted.map(\.schema), store: store,
                packs: packs, keys: vaultKeys)
            let bands = try BandRelease(DayCount(reading: wanted), epsilon: epsilon)
            let drawn = try bands.draw(over: reader, from: &source)
            shares += zip(people, drawn).map { Change.Share(party: $0, shares: UInt64($1) + 1) }
        }
        guard !shares.isEmpty else {
            throw ExchangeError.refused(
                "nobody's grant leaves the privacy that this costs; lower --epsilon")
        }
        return (try set(shares, of: pool, charging: rho), shares.count, rho)
    }

    /// The mechanism by which bands are drawn.
    static func response(among bands: Int, epsilon: ExactDecimal) throws -> RandomizedResponse {
        do { return try RandomizedResponse(options: bands, epsilon: epsilon) } catch {
            throw ExchangeError.refused(error.description)
        }
    }

    func require(
        _ rule: PoolOffer.SplitRule, of pool: String, _ what: String
    ) throws {
        guard let offer = state.pools[pool]?.offer else { throw MarketError.noPool(pool) }
        guard offer.split == rule else {
            throw ExchangeError.refused(
                "\(pool) shares by the rule '\(offer.split.rawValue)'; only a pool opened with "
                    + "--split \(rule.rawValue) takes \(what)")
        }
    }

    private func set(
        _ shares: [Change.Share], of pool: String, charging rho: UInt64
    ) throws -> UInt32 {
        let epoch = (state.pools[pool]?.epoch ?? 0) + 1
        try record(Exchange.entries(setting: shares, of: pool, epoch: epoch, charging: rho))
        return epoch
    }

    /// The entries that set shares.
    static func entries(
        setting shares: [Change.Share], of pool: String, epoch: UInt32, charging rho: UInt64
    ) -> [Change] {
        stride(from: 0, to: shares.count, by: sharesAnEntry).map { start in
            let part = Array(shares[start..<min(start + sharesAnEntry, shares.count)])
            return .sharesSet(pool: pool, epoch: epoch, rho: rho, shares: part)
        }
    }
}
