// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Privacy

extension Report {
    /// All of it for programs; money in whole micro-units.
    package var json: JSON {
        [
            "type": "DividendMarketExperiment", "version": "1", "rows": .string(source),
            "seeds": .array(trials.map { .string(String($0.settings.seed)) }),
            "assumed": assumed, "commoner_answer_accuracy": .number(commoner),
            "rules": .array(SplitRule.allCases.map(json)),
            "people_of_first_seed": .array(trials[0].population.contributors.map(person)),
            "not_shown": .array(Report.limits.map { .string($0) }),
        ]
    }

    private var assumed: JSON {
        let settings = settings
        func whole(_ value: Int) -> JSON { .integer(Int64(value)) }
        return [
            "people": whole(settings.people), "fraud_percent": whole(settings.fraudPercent),
            "buyers": whole(settings.buyers), "rounds": whole(settings.rounds),
            "window_rounds": whole(settings.window),
            "early_percent": whole(settings.earlyPercent),
            "rows_per_person": whole(settings.rowsPerPerson),
            "valuing_rows": whole(settings.valuingRows),
            "measuring_rows": whole(settings.measuringRows),
            "first_offer_micros": .integer(settings.firstOfferMicros),
            "privacy_limits_epsilon": .array(settings.limits.map { .string($0) }),
            "orders_epsilon": .array(settings.epsilons.map { .string($0) }),
            "delta": .string(settings.delta),
            "stake_median_micros": .integer(settings.stakes.medianMicros),
            "stake_sigma": .number(settings.stakes.sigma),
            "first_expected_area": .number(settings.firstExpectedArea),
            "base_price_micros": .integer(settings.price.baseMicros),
            "premium_micros_per_thousandth_rho": .integer(settings.price.premiumMicros),
            "fee_basis_points": .integer(settings.price.feeBasisPoints),
            "minimum_cohort": whole(settings.minimumCohort),
            "value_caution": .number(settings.valueCaution),
            "epoch_rounds": whole(settings.epoch),
            "band_model_epsilon": .string(settings.bandModelEpsilon),
            "band_epsilon": .string(settings.bandEpsilon),
            "willingness": .array(
                Willingness.published.map {
                    [
                        "bonus_micros": .integer($0.bonusMicros), "asked": whole($0.asked),
                        "shared": whole($0.shared),
                    ]
                }),
            "ask_above_one_median_micros": .integer(settings.willingness.tail.medianMicros),
            "ask_above_one_sigma": .number(settings.willingness.tail.sigma),
        ]
    }

    private func json(_ rule: SplitRule) -> JSON {
        var measures: [String: JSON] = [:]
        for measure in Measure.allCases {
            let values = values(measure, rule)
            let estimate = estimate(measure, rule)
            func value(_ number: Double) -> JSON {
                guard number.isFinite else { return .null }
                return measure.unit == .micros
                    ? .integer(Int64(number.rounded())) : .number(number)
            }
            measures[measure.key] = [
                "mean": value(estimate.mean), "margin": estimate.margin.map(value) ?? .null,
                "values": .array(values.map(value)),
            ]
        }
        return [
            "split": .string(rule.rawValue), "measures": .object(measures),
            "sales": .array(
                trials.flatMap { trial in
                    trial.outcomes.filter { $0.rule == rule }.flatMap(\.sales).map {
                        json($0, seed: trial.settings.seed)
                    }
                }),
        ]
    }

    private func json(_ sale: Sale, seed: UInt64) -> JSON {
        [
            "seed": .string(String(seed)), "round": .integer(Int64(sale.round)),
            "epsilon": .string(sale.epsilon), "price_micros": .integer(sale.priceMicros),
            "fee_micros": .integer(sale.feeMicros), "paid_micros": .integer(sale.paidMicros),
            "returned_micros": .integer(sale.returnedMicros),
            "rho_units": .string(String(sale.cost.units)), "cohort": .integer(Int64(sale.cohort)),
            "area": .number(sale.quality.area), "accuracy": .number(sale.quality.accuracy),
        ]
    }

    private func person(_ person: Contributor) -> JSON {
        let trial = trials[0]
        var ask: JSON = .null
        if case .atLeast(let micros) = person.ask { ask = .integer(micros) }
        var (earned, rho): ([String: JSON], [String: JSON]) = ([:], [:])
        for outcome in trial.outcomes {
            earned[outcome.rule.rawValue] = .integer(outcome.earnedMicros[person.place])
            rho[outcome.rule.rawValue] = .string(String(outcome.spent[person.place].units))
        }
        return [
            "kind": .string(person.kind.rawValue), "rows": .integer(Int64(person.rows.count)),
            "ask_micros": ask, "limit_rho_units": .string(String(person.limit.units)),
            "arrival_round": .integer(Int64(person.arrival)),
            "found_copying": trial.copied[person.place].map { .integer(Int64($0)) } ?? .null,
            "earned_micros": .object(earned), "spent_rho_units": .object(rho),
        ]
    }
}

extension Measure {
    /// What programs call it: lower case, words apart, the unit of money last.
    var key: String {
        let words = rawValue.flatMap { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }
        return String(words) + (unit == .micros ? "_micros" : "")
    }
}
