// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Identity
internal import Ledger
internal import Vault

/// Grants and shares.
extension MarketState {
    mutating func admit(
        _ grant: SignedGrant, at time: Timestamp, index: UInt64, checked: Bool
    ) throws(MarketError) {
        let name = grant.grant.pool
        guard let pool = pools[name] else { throw .noPool(name) }
        for table in grant.grant.tables
        where !pool.offer.tables.contains(where: { $0.table == table }) {
            throw .grantOutsidePool("the table \(table)")
        }
        guard pool.register.totalShares < .max else { throw .shares(.tooManyShares) }
        let account = Accounts.party(grant.grant.party)
        do throws(ConsentError) {
            let admission =
                checked
                ? try consent.enter(
                    grant.grant, by: grant.passkey?.digest, at: time, index: index)
                : try consent.admit(grant, at: time, index: index)
            guard admission.isNew else { return }
        } catch {
            throw .grant(error.description)
        }
        try opening(account, .party)
        // A contributor who comes back takes up the shares she held; a new one starts with one.
        if pools[name]!.register.shares(of: account) == 0 {
            do throws(DividendError) {
                try pools[name]!.register.join(account, shares: 1)
            } catch {
                throw .shares(error)
            }
            if pool.valued != nil { consent.awaitValuation(of: grant.grant.party, in: name) }
        }
    }

    /// Ends a grant. Its party keeps her shares: a study that reads her now still pays her, and
    /// later ones pay their cohorts only.
    mutating func withdraw(_ withdrawal: Withdrawal, at time: Timestamp) throws(MarketError) {
        do throws(ConsentError) { try consent.withdraw(withdrawal, at: time) } catch {
            throw .grant(error.description)
        }
    }

    mutating func set(
        _ shares: [Change.Share], epoch: UInt32, charging rho: UInt64, of name: String,
        at time: Timestamp
    ) throws(MarketError) {
        guard let pool = pools[name] else { throw .noPool(name) }
        guard epoch >= pool.epoch, PoolOffer.allows(shares, rho: rho, by: pool.offer.split) else {
            throw .wrongSplit
        }
        // One epoch of shares that are drawn begins at one moment: a second draw right after the first
        // would charge everybody again, for nothing.
        let isSameDraw = epoch == pool.epoch && time == pool.epochBegan
        if rho > 0, !isSameDraw, let ends = pool.sharesEnd, time < ends {
            throw .sharesHold(until: ends)
        }
        // Shares that were drawn are not drawn again for the epoch that they are of.
        guard rho == 0 || epoch > pool.epoch || isSameDraw else { throw .wrongSplit }
        // What was measured by costs something too, and is charged here.
        if pool.offer.split == .value {
            guard let valued = pool.valued, valued.epoch == epoch, valued.rho < rho else {
                throw .wrongSplit
            }
        }
        var register = pool.register
        for share in shares {
            let account = Accounts.party(share.party)
            guard register.shares(of: account) > 0 else { throw .wrongSplit }
            do throws(DividendError) { try register.reweigh(account, shares: share.shares) } catch {
                throw .shares(error)
            }
        }
        if rho > 0 {
            do throws(ConsentError) {
                try consent.charge(shares.map(\.party), in: name, rho: rho, at: time)
            } catch {
                throw .grant(error.description)
            }
        }
        if pool.offer.split == .value { consent.value(shares.map(\.party), in: name) }
        pools[name]!.register = register
        if epoch > pool.epoch { pools[name]!.epochBegan = time }
        pools[name]!.epoch = epoch
    }
}

extension PoolOffer {
    /// Whether shares can be set so: by days or value one to four at a cost of privacy, by weights any
    /// number at none.
    fileprivate static func allows(
        _ shares: [Change.Share], rho: UInt64, by split: SplitRule
    ) -> Bool {
        switch split {
        case .equal: false
        case .weights: rho == 0 && shares.allSatisfy { $0.shares > 0 }
        case .days, .value:
            rho > 0 && shares.allSatisfy { (1...mostDrawnShares).contains($0.shares) }
        }
    }

    /// The most shares that days of data or value give.
    package static let mostDrawnShares: UInt64 = 4

    /// How long shares that were drawn hold at least, in milliseconds: four weeks.
    package static let drawnEpoch: Int64 = 28 * 86_400_000
}
