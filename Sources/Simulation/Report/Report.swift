// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What one or several trials of the same market showed.
package struct Report: Sendable {
    /// The trials, by rising seed, at least one.
    package let trials: [Trial]
    /// Where the rows are from, in words.
    package let source: String

    /// Takes trials that differ in their seeds alone.
    package init(_ trials: [Trial], source: String) {
        precondition(!trials.isEmpty, "at least one trial")
        self.trials = trials
        self.source = source
    }

    /// What was assumed; the seed is that of the first trial.
    package var settings: Settings { trials[0].settings }

    /// A measure under a rule, over all trials.
    package func estimate(_ measure: Measure, _ rule: SplitRule) -> Estimate {
        Estimate(values(measure, rule).filter(\.isFinite))
    }

    /// A measure under a rule in each trial.
    func values(_ measure: Measure, _ rule: SplitRule) -> [Double] {
        trials.flatMap { trial in
            trial.outcomes.filter { $0.rule == rule }.map { measure.value(of: $0, in: trial) }
        }
    }

    /// The sales of an ε under a rule, over all trials.
    func sales(_ rule: SplitRule, epsilon: String) -> [Sale] {
        trials.flatMap(\.outcomes).filter { $0.rule == rule }.flatMap(\.sales)
            .filter { $0.epsilon == epsilon }
    }

    /// The accuracy of always saying what is commoner among the rows that models are measured on.
    var commoner: Double {
        Estimate(
            trials.map { trial in
                let positive = trial.population.measuring.count {
                    $0[trial.population.table.target] == 1
                }
                let part = Double(positive) / Double(trial.population.measuring.count)
                return max(part, 1 - part)
            }
        ).mean
    }

    /// What the numbers do not show.
    package static let limits = [
        "Prices, privacy limits and what buyers want are assumed, not measured. Only willingness to share "
            + "is, by US Amazon customers who were asked once, for one payment.",
        "The rows are dealt out at random: people differ in how many rows they give and by chance, not in "
            + "how they live. Between real people values differ more.",
        "By value is worked out without noise, which no pool may do: it would tell about the rows. By bands is "
            + "what a pool does instead, for privacy that it takes from everybody.",
        "Values share out whatever pot there is: where nobody is honest it goes to the cheats who are least "
            + "wrong.",
        "Cheats do what three known frauds do, and do not adapt to the rule.",
        "A range says how far chance moves a number under these assumptions, not how far the assumptions "
            + "are off.",
    ]
}
