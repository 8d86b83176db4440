// SPDX-License-Identifier: Apache-2.0

/// One experiment: the same people and buyers under each split rule.
package struct Trial: Sendable {
    /// What was assumed.
    package let settings: Settings
    /// Everybody who could contribute.
    package let population: Population
    /// What became of the market under each rule, in the order of ``SplitRule``.
    package let outcomes: [Outcome]
    /// For each person the earlier one whom she was found to copy; nil for most.
    package let copied: [Int?]

    /// Runs a market under each rule.
    ///
    /// People, buyers and the noise of each order are the same under each; from the first sale on, who stays may not
    /// be. The same table, settings and seed give the same bytes, whatever the number of threads.
    ///
    /// - Parameter progress: is told how many of all buyers of all rules were served.
    /// - Throws: ``SimulationError`` for settings out of bounds, too few rows, columns that make no model.
    package init(
        _ table: RowTable, _ settings: Settings, threads: Int = 2,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws {
        let population = try Population(table, settings)
        let buyers = Buyer.all(settings)
        let worth = try Worth(population, rowsPerPerson: settings.rowsPerPerson)
        let sale = PrivateSale(population, settings)
        var models: [TrainedBy: ModelQuality] = [:]
        var outcomes: [Outcome] = []
        for (number, rule) in SplitRule.allCases.enumerated() {
            var market = MarketRun(
                rule: rule, population, settings, sale: sale, worth: worth, threads: threads)
            let done = number * buyers.count
            try await market.run(buyers, sharing: &models) { buyer in
                progress(done + buyer + 1, SplitRule.allCases.count * buyers.count)
            }
            outcomes.append(market.outcome)
        }
        self.settings = settings
        self.population = population
        self.outcomes = outcomes
        copied = worth.copied
    }
}
