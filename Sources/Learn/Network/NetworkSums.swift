// SPDX-License-Identifier: Apache-2.0

/// What a round of a network adds up of each row.
enum NetworkSums: Hashable, Sendable {
    /// Rows, and each number and its square, and where a number is predicted it as well: see ``Moments``.
    case moments(FeatureCoding)
    /// The slope of the loss at some weights.
    case slope(NetworkSlope)

    /// How many numbers there are.
    func width(_ goal: Goal) -> Int {
        switch self {
        case .moments(let coding):
            Moments.width(numbers: coding.numbers.count + (goal.isNumber ? 1 : 0))
        case .slope(let slope): slope.width
        }
    }

    /// What rows are read as.
    var coding: FeatureCoding {
        switch self {
        case .moments(let coding): coding
        case .slope(let slope): slope.network.coding
        }
    }

    /// How many hidden units there are; none before the first slope.
    var units: Int { if case .slope(let slope) = self { slope.network.outputs.count } else { 0 } }

    /// Adds a row.
    ///
    /// - Parameter units: room for a number for each hidden unit.
    func add(
        _ values: UnsafeBufferPointer<Int64>, _ wanted: Double, _ goal: Goal,
        _ row: inout FeatureRow, _ units: inout [Double], to totals: inout [Double]
    ) {
        switch self {
        case .moments(let coding):
            totals[0] += 1
            var place = 1
            func count(_ unit: Double) {
                Moments.add(unit, to: &totals, at: place)
                place += 2
            }
            for number in coding.numbers {
                count(FeatureCoding.unit(values[number.column], of: number) ?? 0.5)
            }
            if goal.isNumber { count((wanted + 1) / 2) }
        case .slope(let slope):
            row.read(values, slope.network.coding, slope.network.standard)
            slope.add(row, wanted, goal, &units, to: &totals)
        }
    }

    /// One spelling for one meaning.
    var canonical: String {
        switch self {
        case .moments: "moments about the middle"
        case .slope(let slope): "slope \(slope.spread) \(slope.scale) \(slope.network.canonical)"
        }
    }
}

/// The slope of the loss of a network at its weights, found by backpropagation: of each weight of a feature in a unit, in the
/// order of ``NetworkSum/hidden``; of each unit's own; of the constant.
///
/// The loss is the logistic one, or half of the square of a miss in deviations of what is predicted. Units count
/// `spread · scale` each in the score, and the slopes along their weights are those in this unit.
struct NetworkSlope: Hashable, Sendable {
    let network: NetworkSum
    /// The deviation of what is predicted; 1 of two that are told apart.
    let spread: Double
    /// What a unit counts (``NetworkPlan/scale``).
    let scale: Double

    /// How many numbers there are.
    var width: Int { network.hidden.count + network.outputs.count + 1 }

    /// Adds the slope of a row.
    func add(
        _ row: FeatureRow, _ wanted: Double, _ goal: Goal, _ units: inout [Double],
        to totals: inout [Double]
    ) {
        let score = network.score(row, units: &units)
        let miss =
            goal.isNumber
            ? min(max((score - wanted) / spread, -Standard.reach), Standard.reach)
            : Sigmoid.value(score) - wanted
        totals.withUnsafeMutableBufferPointer { totals in
            units.withUnsafeMutableBufferPointer { units in
                let first = network.hidden.count
                for unit in 0..<units.count {
                    let (value, slope) = AlgebraicSigmoid.at(units[unit])
                    totals[first + unit] += miss * scale * value
                    units[unit] = miss * (network.outputs[unit] / spread) * slope
                }
                totals[first + units.count] += miss
                row.forEachFeature { place, feature in
                    let own = place * units.count
                    for unit in 0..<units.count { totals[own + unit] += feature * units[unit] }
                }
            }
        }
    }
}
