// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Query
package import Study
package import Vault

/// The local step of one round of training: one contributor's rows, reduced to numbers that are added up over
/// all, such as the slope of a loss.
///
/// What it adds up are doubles, the same on every machine, since only additions, multiplications, divisions
/// and roots make them. They become whole lattice units before the contributor's are clipped together; from
/// there on everything is exact.
package struct TrainingStep: LocalStep {
    /// What a round adds up.
    enum Sums: Hashable, Sendable {
        /// Rows, and each number and its square: 1 + 2n numbers, of norm √(1 + 2n) a row.
        case moments
        /// Products of any two features, the upper triangle, and where a number is predicted its product with
        /// each: of norm 1, or √2, a row.
        case products(Standard)
        /// The slope of the logistic loss at some weights: a number for each feature, of norm 1 a row.
        case slope(Standard, weights: [Double])
        /// How good the model is, on the rows that were held out: see ``Quality``.
        case quality(Standard, weights: [Double])
    }

    let rows: RowSelection
    let coding: FeatureCoding
    let goal: Goal
    let sums: Sums
    /// Whether some rows are held out, to measure the model on.
    let holdsOut: Bool
    /// How many rows of a contributor count.
    let mostRows: Int
    /// How far one contributor may move the numbers, in lattice units.
    let radius: UInt64
    /// Lattice units in 1.
    let unit: Double

    package var reads: [TableColumns] { rows.reads }
    package var groups: StudyGroups { .listed(1) }
    package var blocks: [StudyBlock] { [StudyBlock(width: width, bound: .fixed(radius))] }

    /// How many numbers it gives.
    var width: Int { TrainingStep.width(of: sums, coding, goal) }

    static func width(of sums: Sums, _ coding: FeatureCoding, _ goal: Goal) -> Int {
        switch sums {
        case .moments: 1 + 2 * coding.numbers.count
        case .products:
            SymmetricMatrix.triangle(of: coding.width) + (goal.isNumber ? coding.width : 0)
        case .slope: coding.width
        case .quality: Quality.width(goal)
        }
    }

    package var canonical: JSON {
        [
            "rows": rows.canonical, "goal": .string(goal.canonical),
            "sums": .string(sums.canonical),
            "most": .integer(Int64(mostRows)), "holds": .bool(holdsOut),
            "unit": .string(String(unit)),
        ]
    }

    /// Room for the features of a row, and for what they add up to.
    package struct Scratch {
        let scan: RowScan
        var row: FeatureRow
        var totals: [Double]
    }

    package func makeScratch() -> Scratch {
        Scratch(
            scan: rows.makeScan(), row: FeatureRow(coding),
            totals: [Double](repeating: 0, count: width))
    }

    package func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Scratch
    ) {
        for place in scratch.totals.indices { scratch.totals[place] = 0 }
        let target = rows.columns.count - 1
        scratch.scan.forEachRow(of: tables, most: mostRows) { values in
            guard let wanted = goal.value(of: values[target]),
                !holdsOut || TrainingStep.isHeldOut(values) == isMeasuring
            else { return }
            add(values, wanted, &scratch.row, &scratch.totals)
        }
        contribution.blocks[0].withUnsafeMutableBufferPointer { numbers in
            scratch.totals.withUnsafeBufferPointer { totals in
                for place in 0..<numbers.count {
                    numbers[place] = TrainingStep.lattice(totals[place] * unit)
                }
            }
        }
    }

    private var isMeasuring: Bool { if case .quality = sums { true } else { false } }

    /// Whether a row is one of those that the model is measured on: one in ten, by what it holds, so that equal
    /// rows, whoever gave them, are on one side.
    static func isHeldOut(_ values: UnsafeBufferPointer<Int64>) -> Bool {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in values {
            hash = (hash ^ UInt64(bitPattern: value)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return hash % 10 == 0
    }

    /// The nearest whole number; what is none counts as 0.
    static func lattice(_ value: Double) -> Int64 {
        guard value == value else { return 0 }
        // Below 2^51 the sum with 1.5·2^52 has no digits behind the point: it is rounded, to even at a half.
        let bounded = min(max(value, -0x1p50), 0x1p50)
        return Int64(bounded + 0x1.8p52 - 0x1.8p52)
    }

    private func add(
        _ values: UnsafeBufferPointer<Int64>, _ wanted: Double, _ row: inout FeatureRow,
        _ totals: inout [Double]
    ) {
        switch sums {
        case .moments:
            totals[0] += 1
            for (place, number) in coding.numbers.enumerated() {
                let unit = FeatureCoding.unit(values[number.column], of: number) ?? 0.5
                totals[1 + 2 * place] += unit
                totals[2 + 2 * place] += unit * unit
            }
        case .products(let standard):
            row.read(values, coding, standard)
            row.addProducts(to: &totals, width: coding.width)
            if goal.isNumber {
                let first = SymmetricMatrix.triangle(of: coding.width)
                row.add(times: wanted, to: &totals, from: first)
            }
        case .slope(let standard, let weights):
            row.read(values, coding, standard)
            row.add(times: Sigmoid.value(row.dot(weights)) - wanted, to: &totals, from: 0)
        case .quality(let standard, let weights):
            row.read(values, coding, standard)
            Quality.add(row.dot(weights), wanted, goal, to: &totals)
        }
    }
}

extension Standard {
    fileprivate var canonical: String { "\(means) \(deviations) \(norm)" }
}

extension TrainingStep.Sums {
    fileprivate var canonical: String {
        switch self {
        case .moments: "moments"
        case .products(let standard): "products \(standard.canonical)"
        case .slope(let standard, let weights):
            "slope \(standard.canonical) \(weights)"
        case .quality(let standard, let weights):
            "quality \(standard.canonical) \(weights)"
        }
    }
}

extension FeatureRow {
    /// Adds the features, times a factor.
    func add(times factor: Double, to totals: inout [Double], from first: Int) {
        for (place, number) in numbers.enumerated() { totals[first + place] += number * factor }
        for place in places { totals[first + place] += one * factor }
    }

    /// Adds the upper triangle of the products of any two features, those off the diagonal times √2.
    func addProducts(to totals: inout [Double], width: Int) {
        let root = 2.0.squareRoot()
        func at(_ row: Int, _ column: Int) -> Int {
            row * width - row * (row - 1) / 2 + column - row
        }
        for (i, x) in numbers.enumerated() {
            totals[at(i, i)] += x * x
            for j in i + 1..<max(numbers.count, i + 1) {
                totals[at(i, j)] += root * x * numbers[j]
            }
            for place in places { totals[at(i, place)] += root * x * one }
        }
        // Places ascend: each choice has its own range.
        for (i, place) in places.enumerated() {
            totals[at(place, place)] += one * one
            for other in places[(i + 1)...] { totals[at(place, other)] += root * one * one }
        }
    }
}
