// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
package import Identity
internal import Learn
internal import Ledger
package import Market
package import Privacy
internal import Query
internal import Storage
internal import Study
internal import Vault

/// What a contributor's rows are worth, as she is told.
package struct OwnWorth: Sendable {
    /// Whether studies of the pool read and pay her, or why not.
    package enum Standing: String, Sendable {
        /// The last valuation read her, and so do studies that her grant allows.
        case read
        /// The operator keeps her rows out.
        case suspended
        /// No grant of hers is in force.
        case noGrant = "no-grant"
        /// She waits for the next valuation, and nothing is lacking for one that costs as much.
        case waits
        /// Her grant lacks a table that the last valuation asked.
        case lacksTables = "lacks-tables"
        /// Her grant was given with an older notice.
        case olderNotice = "older-notice"
        /// Her grant does not allow, or no longer leaves, what the model alone cost.
        case lacksPrivacy = "lacks-privacy"
    }

    /// Bits, and their deviation as far as her rows show it, with one digit behind the point.
    package let bits, deviation: String
    /// How many of her rows differ.
    package let rows: Int
    /// The shares, 1 to 4, that this would be without noise.
    package let band: Int
    /// The shares that she has, drawn with noise if a valuation read her; 0 for whoever never had a grant in the pool.
    package let shares: UInt64
    /// Whether she is read.
    package let standing: Standing
    /// Why she is suspended, if so.
    package let suspension: Suspension?
    /// What the model of the last valuation cost each whom it read.
    package let cost: Rho

    fileprivate init(
        _ worth: Information.Worth, shares: UInt64, _ standing: Standing,
        _ suspension: Suspension?, cost: Rho
    ) {
        (bits, deviation) = worth.words
        (rows, band, self.shares) = (worth.rows, worth.band + 1, shares)
        (self.standing, self.suspension, self.cost) = (standing, suspension, cost)
    }

    /// The machine-readable form.
    package var json: JSON {
        [
            "bits": .string(bits), "deviation": .string(deviation),
            "rows": .integer(Int64(rows)), "band": .integer(Int64(band)),
            "shares": .integer(Int64(clamping: shares)), "standing": .string(standing.rawValue),
            "suspended": suspension.map { .string($0.code.rawValue) } ?? .null,
            "reason": suspension?.reason.map { .string($0) } ?? .null,
        ]
    }
}

/// What a contributor can know of her own worth.
extension Exchange {
    /// What her rows are worth by the model that the shares of a pool are measured by, worked out anew; nil for a
    /// pool that was never valued.
    package func worth(of key: SigningKey, in pool: String) throws -> OwnWorth? {
        guard let state = state.pools[pool] else { throw MarketError.noPool(pool) }
        guard let valued = state.valued, let leaf = try store.leaf(at: valued.index),
            case .valued(let valuation) = try Exchange.change(of: leaf)
        else { return nil }
        let (schema, _) = try queryPool(pool)
        let question = try CompiledModel(valuation.question, pool: schema).question
        guard let information = Information(question, by: try Model(json: valuation.model)) else {
            throw ExchangeError.refused("the model of the valuation is damaged")
        }
        let pseudonym = key.pseudonym(for: Exchange.poolContext(pool)).id
        let tables = question.rows.reads.map(\.schema)
        let own = try reader(of: [pseudonym], tables: tables)
        guard let worth = try information.worths(over: own).first else {
            throw ExchangeError.refused("there are no rows")
        }
        let suspension = state.suspensions[pseudonym]
        return OwnWorth(
            worth, shares: state.register.shares(of: Accounts.party(pseudonym)),
            suspension == nil
                ? standing(of: pseudonym, in: pool, for: valuation, tables.map(\.table))
                : .suspended,
            suspension, cost: Rho(units: valuation.rho))
    }

    /// Whether studies read somebody who is not suspended, and if not what the last valuation would have wanted.
    private func standing(
        of party: PartyID, in pool: String, for valuation: Valuation, _ tables: [String]
    ) -> OwnWorth.Standing {
        let consent = state.consent
        let place = consent.standing(in: pool, at: now).last { consent.party(at: $0) == party }
        guard let place, let grant = consent.grant(at: place) else { return .noGrant }
        guard consent.awaitsValuation(party, in: pool) else { return .read }
        guard tables.allSatisfy(grant.tables.contains) else { return .lacksTables }
        guard grant.notice == Exchange.noticeDigest else { return .olderNotice }
        // The bands cost something too.
        let allows = consent.chargeable(in: pool, rho: valuation.rho + 1, at: now)
        return allows.contains(place) ? .waits : .lacksPrivacy
    }

    private static func change(of leaf: [UInt8]) throws -> Change {
        let entry = try Entry(leaf: leaf)
        return try Change(kind: entry.kind, body: entry.body)
    }
}
