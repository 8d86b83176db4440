// SPDX-License-Identifier: Apache-2.0
import Canon

@testable import Simulation

/// Markets small enough for a test.
enum Fixture {
    /// Few people, few rows, few orders.
    static func small(people: Int = 40, buyers: Int = 8, fraud: Int = 20, seed: UInt64 = 3)
        -> Settings
    {
        var settings = Settings()
        settings.people = people
        settings.buyers = buyers
        settings.fraudPercent = fraud
        settings.seed = seed
        settings.rounds = 8
        settings.window = 3
        settings.rowsPerPerson = 8
        settings.valuingRows = 60
        settings.measuringRows = 100
        // Of so few people no model is good: what is paid for is not its quality here.
        settings.firstExpectedArea = 0.9
        settings.stakes = LogNormal(medianMicros: 400_000_000, sigma: 0.2)
        return settings
    }

    /// A trial over made-up rows.
    static func trial(_ settings: Settings, threads: Int = 2) async throws -> Trial {
        try await Trial(
            RowTable.made(settings.rowsNeeded, seed: settings.seed), settings, threads: threads)
    }
}
