// SPDX-License-Identifier: Apache-2.0

/// Somebody who wants a model.
package struct Buyer: Sendable, Hashable {
    /// Her place among all buyers, from 0.
    package let place: Int
    /// When she comes.
    package let round: Int
    /// The ε that she wants.
    package let epsilon: String
    /// What a model without error is worth to her, in micro-units.
    package let stakeMicros: Int64

    /// What she pays at most for a model of which she expects that area under its curve: 2A − 1 of her stake, so
    /// nothing for a coin.
    package func willingMicros(expecting area: Double) -> Int64 {
        Int64((Double(stakeMicros) * min(max(2 * area - 1, 0), 1)).rounded(.down))
    }

    /// Draws the buyers of an experiment, in the order in which they come.
    package static func all(_ settings: Settings) -> [Buyer] {
        var dice = Dice(seed: settings.seed, stream: 5)
        let rounds = (0..<settings.buyers).map { _ in dice.below(settings.rounds) }.sorted()
        return rounds.enumerated().map { place, round in
            Buyer(
                place: place, round: round,
                epsilon: settings.epsilons[dice.below(settings.epsilons.count)],
                stakeMicros: settings.stakes.draw(&dice))
        }
    }
}
