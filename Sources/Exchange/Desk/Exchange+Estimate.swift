// SPDX-License-Identifier: Apache-2.0
package import Consent
package import Ledger
internal import Market
internal import Privacy
internal import Query
package import Study
internal import Vault

/// What a question would cost and give, reckoned as a quote is, without giving one.
package struct Estimate: Sendable {
    /// The privacy that it costs each contributor.
    package let epsilon: String
    /// What every study costs, and what this one costs on top.
    package let base, premium: Amount
    /// How many people's grants leave room for it now.
    package let band: CohortBand
    /// For each number the half of its expected 95 % interval.
    package let margins: [(name: String, margin: String)]

    /// Both parts of the price; nil beyond every amount.
    package var price: Amount? { base.adding(premium) }
}

extension Exchange {
    /// Reckons what a question would cost. Nothing is read, kept or promised.
    ///
    /// - Cost: that of a quote.
    /// - Throws: what a quote would throw.
    package nonisolated func estimate(
        _ sql: String, pool name: String, purpose: Purpose, bringing brought: BroughtModels = .none
    ) async throws -> Estimate {
        let (query, _, offer) = try await compiled(
            sql, pool: name, purpose: purpose, bringing: brought)
        let rho = query.cost.units
        guard let price = offer.price(rho: rho), let total = price.base.adding(price.premium) else {
            throw ExchangeError.refused("the price would be beyond every amount; lower epsilon")
        }
        let request = Request(
            pool: name, tables: query.tables.map(\.table), purpose: purpose,
            price: total.microunits, rho: rho, time: await now)
        return Estimate(
            epsilon: query.target.epsilon.description, base: price.base, premium: price.premium,
            band: try await band(for: request, continuing: nil),
            margins: query.expectedMargins)
    }
}
