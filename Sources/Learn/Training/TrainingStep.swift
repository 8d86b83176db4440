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
        /// Rows, and each number and its square: see ``Moments``.
        case moments(FeatureCoding)
        /// Products of any two features, the upper triangle, and where a number is predicted its product with
        /// each: of norm 1, or √2, a row.
        case products(FeatureCoding, Standard)
        /// The slope of the logistic loss at some weights: a number for each feature, of norm 1 a row.
        case slope(WeightedSum)
        /// The penalised loss's own part at some weights, its slope, and its curvature, the upper triangle. Of no bounded norm:
        /// for rows that nobody is hidden in.
        case curvature(WeightedSum)
        /// The rows in every bin of every column, or the residuals in every leaf of some trees.
        case trees(TreeSums)
        /// What a network asks of each row.
        case network(NetworkSums)
        /// What a step of a stream asks of each row of those in some parts.
        case stream(StreamSums)
        /// What a recommender asks of all ratings of a contributor.
        case ratings(RatingSums)
        /// What each step of a person's series has to do with those before it.
        case series(SeriesSums)
        /// The rows of bins or cells, or where the rows of each cluster lie.
        case clusters(ClusterSums)
        /// How good the model is, on the rows that were held out: see ``Quality``.
        case quality(Model.Form)
    }

    let rows: RowSelection
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
    var width: Int {
        switch sums {
        case .moments(let coding): Moments.width(numbers: coding.numbers.count)
        case .products(let coding, _):
            SymmetricMatrix.triangle(of: coding.width) + (goal.isNumber ? coding.width : 0)
        case .slope(let form): form.coding.width
        case .curvature(let form): NewtonRegression.width(form.coding)
        case .trees(let trees): trees.width
        case .network(let network): network.width(goal)
        case .stream(let stream): stream.width
        case .ratings(let ratings): ratings.width
        case .series(let series): series.width
        case .clusters(let clusters): clusters.width
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

    /// Room for the features of a row, or for its codes, for the hidden units, and for what they add up to.
    package struct Scratch {
        let scan: RowScan
        var row: FeatureRow
        var codes: [UInt8]
        var units: [Double]
        var totals: [Double]
        /// Sums that are whole from the start.
        var wholes: [Int64]
    }

    package func makeScratch() -> Scratch {
        let zeros = [Double](repeating: 0, count: width)
        var scratch = Scratch(
            scan: rows.makeScan(), row: FeatureRow(sums.coding), codes: [], units: [],
            totals: zeros, wholes: [])
        if case .trees(let trees) = sums {
            scratch.codes = [UInt8](repeating: 0, count: trees.bins.columns.count)
            scratch.wholes = [Int64](repeating: 0, count: width)
        }
        if case .network(let network) = sums {
            scratch.units = [Double](repeating: 0, count: network.units)
        }
        return scratch
    }

    package func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Scratch
    ) {
        if case .trees(let trees) = sums {
            return contribute(trees, of: tables, to: &contribution, using: &scratch)
        }
        if case .products(let coding, let standard) = sums, hasFewProducts {
            return contribute(coding, standard, of: tables, to: &contribution, using: &scratch)
        }
        for place in scratch.totals.indices { scratch.totals[place] = 0 }
        if let items = sums.items {
            add(
                ratings(of: tables, items: items, contribution.mark, scratch.scan),
                to: &scratch.totals)
        } else if let series = sums.ofSeries {
            let own = self.series(of: tables, by: series.coding.step, scratch.scan)
            series.add(own, holdsOut: holdsOut, to: &scratch.totals)
        } else if case .network(let network) = sums {
            forEachRow(of: tables, contribution.mark, scratch.scan) { values, wanted in
                network.add(
                    values, wanted, goal, &scratch.row, &scratch.units, to: &scratch.totals)
            }
        } else if case .stream(let stream) = sums {
            if let weights = stream.weights(of: contribution.mark) {
                forEachRow(of: tables, contribution.mark, scratch.scan) { values, wanted in
                    stream.add(
                        values, wanted, at: weights, &scratch.row, to: &scratch.totals)
                }
            }
        } else {
            forEachRow(of: tables, contribution.mark, scratch.scan) { values, wanted in
                add(values, wanted, &scratch.row, &scratch.totals)
            }
        }
        contribution.blocks[0].withUnsafeMutableBufferPointer { numbers in
            scratch.totals.withUnsafeBufferPointer { totals in
                for place in 0..<numbers.count {
                    numbers[place] = TrainingStep.lattice(totals[place] * unit)
                }
            }
        }
    }

    /// Adds up what trees want. Residuals become whole row by row, rounded towards zero as their sums are, so that no
    /// norm grows.
    private func contribute(
        _ trees: TreeSums, of tables: [Rows], to contribution: inout Contribution,
        using scratch: inout Scratch
    ) {
        for place in scratch.wholes.indices { scratch.wholes[place] = 0 }
        forEachRow(of: tables, contribution.mark, scratch.scan) { values, wanted in
            let label = goal.isNumber ? (wanted + 1) / 2 : wanted
            trees.add(values, label: label, &scratch.codes, to: &scratch.wholes)
        }
        for place in scratch.wholes.indices {
            contribution.blocks[0][place] = scratch.wholes[place] / trees.coarseness
        }
    }

    /// Calls with each row that counts in this round, and the value that is to be predicted.
    func forEachRow(
        of tables: [Rows], _ mark: UInt64, _ scan: RowScan,
        _ body: (_ values: UnsafeBufferPointer<Int64>, _ wanted: Double) -> Void
    ) {
        let target = rows.columns.count - 1
        var place: UInt64 = 0
        scan.forEachRow(of: tables, most: mostRows) { values in
            place += 1
            guard let wanted = goal.value(of: values[target]),
                !holdsOut || TrainingStep.isHeldOut(values, place, of: mark) == isMeasuring
            else { return }
            body(values, wanted)
        }
    }

    private var isMeasuring: Bool { if case .quality = sums { true } else { false } }

    /// Whether a row is one of those that the model is measured on: one in ten, by whose it is, which of hers, and what it
    /// holds. By what it holds alone, where few columns are read, all equal rows would be on one side, and what is
    /// measured would not be what is.
    static func isHeldOut(
        _ values: UnsafeBufferPointer<Int64>, _ place: UInt64, of mark: UInt64
    ) -> Bool {
        var hash = RowHash()
        hash.add(mark)
        hash.add(place)
        for value in values { hash.add(UInt64(bitPattern: value)) }
        return hash.value % 10 == 0
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
        case .moments(let coding):
            totals[0] += 1
            for place in coding.numbers.indices {
                let unit = coding.unit(values, of: place) ?? 0.5
                Moments.add(unit, to: &totals, at: 1 + 2 * place)
            }
        case .products(let coding, let standard):
            row.read(values, coding, standard)
            row.addProducts(to: &totals, width: coding.width)
            if goal.isNumber {
                let first = SymmetricMatrix.triangle(of: coding.width)
                row.add(times: wanted, to: &totals, from: first)
            }
        case .slope(let form):
            row.read(values, form.coding, form.standard)
            let chance = Sigmoid.value(row.dot(form.weights))
            row.add(times: chance - wanted, to: &totals, from: 0)
        case .curvature(let form): NewtonRegression.add(values, wanted, form, &row, &totals)
        case .trees, .network, .stream, .ratings, .series, .quality(.factors), .quality(.series):
            break
        case .clusters(let clusters): clusters.add(values, to: &totals)
        case .quality(.clusters(let set)): Quality.add(values, set, to: &totals)
        case .quality(.weights(let form)):
            row.read(values, form.coding, form.standard)
            Quality.add(row.dot(form.weights), wanted, goal, to: &totals)
        case .quality(.curves(let form)):
            Quality.add(form.score(values), wanted, goal, to: &totals)
        case .quality(.network(let form)):
            Quality.add(form.score(values), wanted, goal, to: &totals)
        }
    }
}
