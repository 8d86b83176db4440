// SPDX-License-Identifier: Apache-2.0

/// What one test record makes of the distances to all training records.
protocol Scorer: Sendable {
    /// Whether the records have to be in order of distance.
    var needsOrder: Bool { get }
    /// Fills the value of each training record for one test record.
    ///
    /// - Parameter order: The rows in order of distance where it is needed, else anything.
    func score(
        _ test: Int, _ distances: UnsafePointer<Double>, _ order: borrowing DistanceOrder,
        into slots: UnsafeMutablePointer<Double>)
}

/// The scorer of each ``NeighbourUtility``.
struct NeighbourScorer: Scorer {
    private enum Kind {
        case ordered(NeighbourRule, DistanceKernel?)
        case ball(radiusSquared: Double, baseline: Double, harmonic: [Double])
    }

    private let kind: Kind
    private let labels: [Int32]
    private let wanted: [Int32]

    init(_ utility: NeighbourUtility, training: LabelledRows, test: LabelledRows) {
        let rows = training.count
        kind =
            switch utility {
            case .nearest(let k):
                .ordered(.additive(rows: rows, k: k, averagesTies: true), nil)
            case .nearestByPlace(let k):
                .ordered(.additive(rows: rows, k: k, averagesTies: false), nil)
            case .weighted(let k, let kernel):
                .ordered(.additive(rows: rows, k: k, averagesTies: true), kernel)
            case .softLabel(let k):
                .ordered(.softLabel(rows: rows, k: k, classes: training.classes), nil)
            case .threshold(let radius):
                .ball(
                    radiusSquared: radius, baseline: 1 / Double(training.classes),
                    harmonic: Harmonic.numbers(upTo: rows))
            }
        (labels, wanted) = (training.labels, test.labels)
    }

    var needsOrder: Bool {
        if case .ordered = kind { true } else { false }
    }

    func score(
        _ test: Int, _ distances: UnsafePointer<Double>, _ order: borrowing DistanceOrder,
        into slots: UnsafeMutablePointer<Double>
    ) {
        let label = wanted[test]
        labels.withUnsafeBufferPointer { labels in
            guard let labels = labels.baseAddress else { return }
            let rows = self.labels.count
            switch kind {
            case .ordered(let rule, let kernel):
                var row = 0
                while row < rows {
                    slots[row] = labels[row] == label ? 1 : 0
                    row &+= 1
                }
                if let kernel {
                    for row in 0..<rows where slots[row] == 1 {
                        slots[row] = kernel.weight(distances[row])
                    }
                }
                rule.apply(order, distances, to: slots)
            case .ball(let radius, let baseline, let harmonic):
                Self.fill(slots, rows, distances, labels, label, radius, baseline, harmonic)
            }
        }
    }

    /// The closed form of the threshold game: two counts, two values.
    private static func fill(
        _ slots: UnsafeMutablePointer<Double>, _ rows: Int, _ distances: UnsafePointer<Double>,
        _ labels: UnsafePointer<Int32>, _ label: Int32, _ radius: Double, _ baseline: Double,
        _ harmonic: [Double]
    ) {
        var (inside, matching, row) = (0, 0, 0)
        while row < rows {
            let isInside = distances[row] <= radius ? 1 : 0
            inside &+= isInside
            matching &+= labels[row] == label ? isInside : 0
            row &+= 1
        }
        let (m, p) = (Double(inside), Double(matching))
        let more = harmonic[inside] - 1
        func value(_ y: Double) -> Double {
            let others = inside > 1 ? (p - y) / (m - 1) : 0
            return (y - baseline + (y - others) * more) / m
        }
        let (hit, miss) = inside > 0 ? (value(1), value(0)) : (0, 0)
        row = 0
        while row < rows {
            let own = labels[row] == label ? hit : miss
            slots[row] = distances[row] <= radius ? own : 0
            row &+= 1
        }
    }
}

/// The scorer of ``RegressionShapley``.
struct RegressionScorer: Scorer {
    let rule: NeighbourRule
    let targets: [Double]
    let wanted: [Double]
    let scale: Double

    var needsOrder: Bool { true }

    func score(
        _ test: Int, _ distances: UnsafePointer<Double>, _ order: borrowing DistanceOrder,
        into slots: UnsafeMutablePointer<Double>
    ) {
        for row in targets.indices {
            slots[row] = max(0, 1 - (targets[row] - wanted[test]).magnitude / scale)
        }
        rule.apply(order, distances, to: slots)
    }
}
