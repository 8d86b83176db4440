// SPDX-License-Identifier: Apache-2.0

/// What trees are to come near to.
public enum Objective: Hashable, Sendable {
    /// Labels 0 and 1; the model gives log-odds. Loss: -log of the probability of the label.
    case logLoss
    /// Any finite labels; the model gives the value. Loss: half the squared difference.
    case squaredError

    /// What a model's raw output means: a probability, or the value as it is.
    public func prediction(_ raw: Double) -> Double {
        self == .logLoss ? Elementary.logistic(raw) : raw
    }

    /// Checks the labels of a number of rows.
    func check(_ labels: [Double], rows: Int) throws(TreesError) {
        guard labels.count == rows else { throw .rows(expected: rows, got: labels.count) }
        for (row, label) in labels.enumerated() {
            // Squares of sums of differences, too, stay finite then.
            let isRight = self == .logLoss ? label == 0 || label == 1 : abs(label) < 0x1p400
            guard isRight else { throw .label(row: row) }
        }
    }

    /// The constant of least loss: where boosting starts. The log-odds of labels that are all the
    /// same are cut at ±27.6, a probability of 10^-12.
    func start(_ labels: [Double]) -> Double {
        let mean = Objective.mean(labels)
        guard self == .logLoss else { return mean }
        let share = min(max(mean, 1e-12), 1 - 1e-12)
        return Elementary.logarithm(share / (1 - share))
    }

    /// Added in the order of the rows, relative to the first, so that a constant is met exactly.
    private static func mean(_ labels: [Double]) -> Double {
        guard let first = labels.first else { return 0 }
        var sum = 0.0
        for label in labels { sum += label - first }
        return first + sum / Double(labels.count)
    }
}
