// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
internal import Ledger
internal import Market
internal import Privacy
internal import Storage

/// A grant and what it is worth now.
package struct GrantStanding: Sendable {
    /// What was granted.
    package let grant: Grant
    /// What became of it.
    package let usage: Usage
    /// Why no study at all can use it now; nil when it is in force.
    package let denial: Denial?
}

/// Grants as a contributor looks at them, and grants for many people in custody.
extension Exchange {
    /// Every grant of a party and whether it is in force: whether the one decision function allows
    /// the cheapest study of the granted kind that pays best.
    package func standings(of key: SigningKey) -> [GrantStanding] {
        grants(of: key).map { grant, usage in
            let request = Request(
                pool: grant.pool, tables: grant.tables,
                purpose: grant.purposes.first?.id ?? "", price: .max, rho: 1, time: now)
            let decision = decide(grant, usage: usage, request: request)
            let denial: Denial? = if case .denied(let denial) = decision { denial } else { nil }
            return GrantStanding(grant: grant, usage: usage, denial: denial)
        }
    }

    /// Gives a grant for everybody in custody under a prefix who has rows in the tables and has not withdrawn from the pool:
    /// whoever did is asked by herself.
    ///
    /// - Returns: for how many it was given, how many have no such rows, and how many have withdrawn.
    package func grantAll(
        _ terms: GrantTerms, pool: String, custody prefix: String,
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> (people: Int, without: Int, withdrawn: Int) {
        let labels = try custodyLabels(prefix: prefix)
        guard !labels.isEmpty else {
            throw ExchangeError.unknown(
                what: "custody prefix", name: prefix,
                hint: "`dividend import FILE --custody \(prefix)` gives it people")
        }
        guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
        let owners = try self.owners(of: terms.tables, in: pool)
        var random = surroundings.generator
        // In no order, so that the parts tell nothing about who stands next to whom in the file.
        let all = custodyKeys(prefix: prefix, labels: labels).filter { owners.contains($0.id) }
            .shuffled(using: &random)
        guard !all.isEmpty else { throw MarketError.grant("nobody has rows in the pool's tables") }
        let keys = all.filter { key in
            !grants(of: key).contains { $0.grant.pool == pool && $0.usage.withdrawn != nil }
        }
        guard !keys.isEmpty else {
            throw MarketError.grant(
                "everybody who has rows in the pool's tables has withdrawn; grant for one alone who wants to return"
            )
        }
        for start in stride(from: 0, to: keys.count, by: Exchange.grantsAtOnce) {
            let part = Array(keys[start..<min(start + Exchange.grantsAtOnce, keys.count)])
            try grant(terms, pool: pool, by: part)
            progress?(start + part.count, keys.count)
        }
        return (keys.count, labels.count - all.count, all.count - keys.count)
    }

    /// How many grants are given between two steps of the progress bar.
    private static let grantsAtOnce = 4_096

    /// Whether a party holds shares of a pool: whether her grant counts there.
    package func holdsShares(_ key: SigningKey, in pool: String) -> Bool {
        let account = Accounts.party(key.pseudonym(for: Exchange.poolContext(pool)).id)
        return state.pools[pool].map { $0.register.shares(of: account) > 0 } ?? false
    }
}

extension GrantStanding {
    /// ε at 1e-7 of an amount of privacy.
    package func epsilon(_ units: UInt64) throws -> String {
        guard let delta = ExactDecimal("1e-7") else { return "?" }
        return Rho(units: units).epsilon(at: delta).description
    }

    private var used: UInt64 {
        let (sum, overflow) = usage.spent.addingReportingOverflow(usage.reserved)
        return overflow ? .max : sum
    }

    /// What it was charged and what is set aside, as ε at 1e-7.
    package var spent: String { get throws { try epsilon(used) } }

    /// What is left of its limit, as ε at 1e-7.
    package var left: String {
        get throws {
            try epsilon(used > grant.privacyLimit ? 0 : grant.privacyLimit - used)
        }
    }

    /// The machine-readable form.
    package var json: JSON {
        get throws {
            [
                "pool": .string(grant.pool), "id": .string(grant.id.hex),
                "tables": .array(grant.tables.map { .string($0) }),
                "purposes": .array(grant.purposes.map(\.id).sorted().map { .string($0) }),
                "floor": .string(String(grant.priceFloor)), "delta": "1e-7",
                "epsilon": .string(try epsilon(grant.privacyLimit)),
                "per_study": .string(try epsilon(grant.privacyPerStudy)),
                "spent": .string(try spent), "left": .string(try left),
                "studies": .integer(Int64(usage.studies)), "uses": .integer(Int64(grant.uses)),
                "given": .string(grant.given.description),
                "expires": .string(grant.expires.description), "in_force": .bool(denial == nil),
                "why_not": denial.map { .string($0.code) } ?? .null,
            ]
        }
    }
}
