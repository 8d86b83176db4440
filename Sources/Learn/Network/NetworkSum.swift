// SPDX-License-Identifier: Apache-2.0

/// The form of a network with one hidden layer: each hidden unit adds up the features of a row, each times a weight, and
/// bends the sum (``AlgebraicSigmoid``); a score is a constant and the sum of what the units give, each times a weight.
struct NetworkSum: Hashable, Sendable {
    /// How a row becomes features.
    let coding: FeatureCoding
    /// Where the middle of each number lies, and how far its values spread.
    let standard: Standard
    /// Of each feature its weight in every unit, feature after feature.
    let hidden: [Double]
    /// Of each unit its weight in the score.
    let outputs: [Double]
    /// The score where no unit gives anything.
    let constant: Double

    /// How many hidden units a network may have.
    static let possible = 2...64
    /// How many there are where nobody says.
    static let usual = 16

    /// - Requires: a weight for each feature in every unit.
    init(
        coding: FeatureCoding, standard: Standard, hidden: [Double], outputs: [Double],
        constant: Double
    ) {
        precondition(hidden.count == coding.width * outputs.count, "a weight for each feature")
        (self.coding, self.standard) = (coding, standard)
        (self.hidden, self.outputs, self.constant) = (hidden, outputs, constant)
    }

    /// The names of the columns of a row, in their order.
    var order: [String] { coding.order }

    /// The score of a row: the same bits on every machine.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        var row = FeatureRow(coding)
        row.read(values, coding, standard)
        var units = [Double](repeating: 0, count: outputs.count)
        return score(row, units: &units)
    }

    /// The score of a row that was read.
    ///
    /// - Parameter units: room for a number for each unit; it then holds their sums.
    func score(_ row: FeatureRow, units: inout [Double]) -> Double {
        units.withUnsafeMutableBufferPointer { units in
            hidden.withUnsafeBufferPointer { hidden in
                for unit in units.indices { units[unit] = 0 }
                row.forEachFeature { place, value in
                    let first = place * units.count
                    for unit in 0..<units.count { units[unit] += value * hidden[first + unit] }
                }
                var score = constant
                for unit in 0..<units.count {
                    score += outputs[unit] * AlgebraicSigmoid.at(units[unit]).value
                }
                return score
            }
        }
    }

    /// How much each feature matters: the root of the sum of the squares of its weights in the units, each times the
    /// unit's own weight. That is how steep a row in the middle of everything the score is along it, were the units
    /// independent.
    var importances: [Double] {
        (0..<coding.width).map { feature in
            var square = 0.0
            for (unit, output) in outputs.enumerated() {
                let part = hidden[feature * outputs.count + unit] * output
                square += part * part
            }
            return square.squareRoot()
        }
    }

    /// One spelling for one meaning, given the columns.
    var canonical: String { "\(standard.canonical) \(hidden) \(outputs) \(constant)" }
}
