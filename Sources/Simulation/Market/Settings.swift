// SPDX-License-Identifier: Apache-2.0
package import Privacy

/// Everything that an experiment assumes, in one place: how many people, what they want, what buyers want, and the
/// pool's terms.
///
/// Only ``willingness`` is measured. All else is a choice, made so that some orders are refused and some people leave;
/// results say how the split rules differ under these choices, not what a market would bring.
package struct Settings: Sendable, Hashable {
    /// How many people could contribute.
    package var people = 600
    /// The part of them that cheats, in percent; the ways of cheating take turns.
    package var fraudPercent = 10
    /// How many buyers come.
    package var buyers = 60
    /// How many rounds there are, say weeks; each buyer and each late contributor comes in one drawn at random.
    package var rounds = 24
    /// Rounds after which somebody looks whether she got what she wants, and leaves if not.
    package var window = 6
    /// The part of people that is there from the first round, in percent; the others come within the first half.
    package var earlyPercent = 70
    /// Rows of one person that count at most. Honest people give from a quarter of it up, cheats all of it.
    package var rowsPerPerson = 40
    /// Rows on which contributions are valued. No person has any of them.
    package var valuingRows = 1_000
    /// Rows on which models are measured. No person has any of them, nor are people paid by them.
    package var measuringRows = 2_000

    /// What people share for.
    package var willingness = Willingness.berke
    /// What the pool promises for the first window, in micro-units; afterwards it tells what it paid on average.
    package var firstOfferMicros: Int64 = 500_000
    /// The (ε, δ) that people set as their limits, as likely each.
    package var limits = ["6", "12", "24"]
    /// The δ of every ε here.
    package var delta = "1e-7"

    /// The ε that buyers want, as likely each.
    package var epsilons = ["1.0", "2.0", "4.0"]
    /// What a model without error is worth to a buyer. One whose area under the curve is A is worth 2A − 1 of it.
    package var stakes = LogNormal(medianMicros: 120_000_000, sigma: 0.6)
    /// The area under the curve that buyers expect before any model of that ε was sold; afterwards the mean of those
    /// that were.
    package var firstExpectedArea = 0.7

    /// The pool's terms.
    package var price = PriceRule()
    /// Orders over fewer people are refused.
    package var minimumCohort = 10
    /// How many standard errors below its estimate a value is taken, where pay is by value.
    package var valueCaution = 0.0

    /// How many rounds drawn bands hold.
    package var epoch = 12
    /// The ε of the model that bands are measured by.
    package var bandModelEpsilon = "2.0"
    /// The ε of the draw itself, at δ = 0: what the exchange proposes.
    package var bandEpsilon = "0.5"

    /// What all draws follow from.
    package var seed: UInt64 = 1

    /// The choices above.
    package init() {}

    /// Rows that people and measuring need.
    package var rowsNeeded: Int { people * rowsPerPerson + valuingRows + measuringRows }

    /// Refuses what makes no sense.
    ///
    /// - Throws: ``SimulationError`` naming the number and its bounds.
    package func check() throws(SimulationError) {
        let wholes: [(name: String, value: Int, bounds: ClosedRange<Int>)] = [
            ("people", people, 1...5_000), ("buyers", buyers, 0...10_000),
            ("fraud", fraudPercent, 0...100), ("rounds", rounds, 1...1_000),
            ("window", window, 1...1_000), ("epoch", epoch, 1...1_000),
            ("early", earlyPercent, 0...100),
            ("rows a person", rowsPerPerson, 4...1_000),
            ("rows to value on", valuingRows, 20...100_000),
            ("rows to measure on", measuringRows, 20...100_000),
            ("minimum cohort", minimumCohort, 2...5_000),
        ]
        for (name, value, bounds) in wholes where !bounds.contains(value) {
            throw SimulationError(
                "\(name): \(value) is out of bounds",
                remedy: "take \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        guard !limits.isEmpty, !epsilons.isEmpty else {
            throw SimulationError("there is no epsilon", remedy: "name at least one")
        }
        for epsilon in limits + epsilons + [bandModelEpsilon] { _ = try target(epsilon) }
    }

    /// An ε with the one δ.
    func target(_ epsilon: String) throws(SimulationError) -> PrivacyTarget {
        do throws(PrivacyTargetError) {
            return try PrivacyTarget(epsilon: epsilon, delta: delta)
        } catch {
            throw SimulationError(
                "\(error)", remedy: "take an epsilon such as 1.0, a delta of 1e-7")
        }
    }

    /// The ε that so much ρ comes to, for showing.
    package func epsilon(of rho: Rho) -> Double {
        ExactDecimal(delta).map { rho.epsilon(at: $0).value } ?? .infinity
    }
}

/// What an order costs: as pools of the exchange price theirs.
package struct PriceRule: Sendable, Hashable {
    /// What every order costs, in micro-units.
    package var baseMicros: Int64 = 20_000_000
    /// What it costs on top for each 1/1000 of ρ that it takes from everybody, in micro-units.
    package var premiumMicros: Int64 = 250_000
    /// The operator's part of the base, in 1/10,000. The premium goes to contributors whole.
    package var feeBasisPoints: Int64 = 500

    /// The terms above.
    package init() {}

    /// The price of an order that costs everybody so much, rounded up, and the operator's part, rounded down.
    ///
    /// - Requires: ρ below 1,000, so that all fits.
    package func price(of rho: Rho) -> (micros: Int64, feeMicros: Int64) {
        let product = UInt128(premiumMicros) * UInt128(rho.units) * 1_000
        let one = UInt128(1) << UInt128(Rho.fractionBits)
        let premium = Int64((product + one - 1) / one)
        return (baseMicros + premium, baseMicros * feeBasisPoints / 10_000)
    }
}
