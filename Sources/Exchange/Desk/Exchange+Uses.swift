// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
internal import Market
internal import Privacy

/// What a study did with one contributor's grant.
package struct GrantUse: Sendable {
    /// The study's order.
    package let order: Digest
    /// The pool.
    package let pool: String
    /// What it was for.
    package let purpose: Purpose
    /// When it was asked.
    package let time: Timestamp
    /// What it costs each contributor it reads, in units of 2^-40 of ρ.
    package let rho: UInt64
    /// Why she was not read; nil when she was.
    package let denial: Denial?
}

extension Exchange {
    /// Every study over a contributor's pools since she gave a grant: whether it read her, and if
    /// not, why. In the order of the studies.
    ///
    /// - Cost: one look at each grant and at each study.
    package func uses(of key: SigningKey) -> [GrantUse] {
        var places: [PartyID: [Int]] = [:]
        for place in 0..<state.consent.count {
            places[state.consent.party(at: place), default: []].append(place)
        }
        var pseudonyms: [String: [Int]] = [:]
        for pool in state.pools.keys {
            pseudonyms[pool] = places[key.pseudonym(for: Exchange.poolContext(pool)).id]
        }
        return state.orders.all.compactMap { id, study in
            let quote = study.order.quote.quote
            guard let mine = pseudonyms[quote.pool], study.reservation != nil else { return nil }
            var denial = study.denied.first { _, denied in mine.contains { denied.contains($0) } }?
                .key
            let isRead = mine.contains { study.cohort.contains($0) }
            if denial == nil, !isRead {
                // Neither read nor refused: none of her grants was in force, because she withdrew; or one was, and she was read
                // for what the model was before.
                let first = mine.compactMap { state.consent.grant(at: $0)?.given }.min()
                guard let first, first <= quote.issued else { return nil }
                let hasWithdrawn = mine.contains { place in
                    state.consent.usage(of: place).withdrawn.map { $0 <= quote.issued } ?? false
                }
                denial = !hasWithdrawn && wasRead(mine, for: study) ? .readBefore : .withdrawn
            }
            return GrantUse(
                order: id, pool: quote.pool, purpose: quote.purpose, time: quote.issued,
                rho: quote.rho, denial: denial)
        }
    }

    /// Whether somebody with these grants was read in one of the trainings that a model rests on.
    ///
    /// - Cost: a look into each training's cohort.
    private func wasRead(_ grants: [Int], for study: MarketState.OrderState) -> Bool {
        study.order.quote.quote.continues != nil
            && state.trainings(of: study).contains { grants.contains(where: $0.cohort.contains) }
    }
}

extension GrantUse {
    /// What the study costs her, at 1e-7.
    package var epsilon: String {
        ExactDecimal("1e-7").map { Rho(units: rho).epsilon(at: $0).description } ?? "-"
    }

    /// The machine-readable form.
    package var json: JSON {
        [
            "order": .string(order.hex), "pool": .string(pool), "purpose": .string(purpose.id),
            "time": .string(time.description), "epsilon": .string(epsilon), "delta": "1e-7",
            "read": .bool(denial == nil), "why_not": denial.map { .string($0.code) } ?? .null,
        ]
    }
}
