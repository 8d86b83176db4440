// SPDX-License-Identifier: Apache-2.0
internal import Query
internal import Vault

/// What a round of a forecast adds up of one contributor's series.
struct SeriesSums: Hashable, Sendable {
    /// What is wanted of a series.
    enum Task: Hashable, Sendable {
        /// The mean over her steps of the products of any two features, the upper triangle, and of each with
        /// the step itself.
        case products
        /// How far a forecast is off in the last steps: see ``Quality``.
        case errors(weights: Autoregression)
    }

    let coding: SeriesCoding
    let task: Task

    init(_ coding: SeriesCoding, _ task: Task) { (self.coding, self.task) = (coding, task) }

    /// A mean over fewer steps than these counts for as much less.
    static let fullSteps = 14.0

    /// How many numbers there are.
    var width: Int {
        switch task {
        case .products: SymmetricMatrix.triangle(of: coding.width) + coding.width
        case .errors: Quality.forecastWidth
        }
    }

    /// Adds a series of numbers from −1 to 1.
    ///
    /// - Parameter holdsOut: whether the last steps, as many as are forecast, are kept to measure with.
    func add(_ series: Series, holdsOut: Bool, to totals: inout [Double]) {
        switch task {
        case .products:
            let known = holdsOut ? series.values.dropLast(coding.horizon) : series.values[...]
            addProducts(known, to: &totals)
        case .errors(let model):
            if let errors = ForecastErrors(of: model, series) {
                Quality.add(errors, to: &totals)
            }
        }
    }

    private func addProducts(_ values: ArraySlice<Double?>, to totals: inout [Double]) {
        var walk = SeriesWalk(season: coding.season)
        let (width, root) = (coding.width, 2.0.squareRoot())
        var features = [Double](repeating: 0, count: width)
        var steps = 0.0
        for value in values {
            if let value, walk.isReady {
                steps += 1
                coding.read(walk, into: &features)
                let wanted = walk.standing(of: value)
                var place = 0
                for row in 0..<width {
                    totals[place] += features[row] * features[row]
                    place += 1
                    for column in row + 1..<max(width, row + 1) {
                        totals[place] += root * features[row] * features[column]
                        place += 1
                    }
                }
                for row in 0..<width { totals[place + row] += features[row] * wanted }
            }
            walk.append(value)
        }
        let share = 1 / max(steps, SeriesSums.fullSteps)
        for place in totals.indices { totals[place] *= share }
    }

    /// One spelling for one meaning.
    var canonical: String {
        switch task {
        case .products: "series of the newest \(coding.canonical)"
        case .errors(let model): "errors \(model.canonical)"
        }
    }
}

extension TrainingStep {
    /// The series of one contributor: rows without a day or a value do not count, and of more than count the newest do, since
    /// what comes next hangs on them. How much of her is let out at most does not depend on which those are.
    func series(
        of tables: [Rows], by step: SeriesStep, _ scan: RowScan
    ) -> Series {
        var points: [Series.Point] = []
        scan.forEachRow(of: tables, most: .max) { values in
            guard values[0] != Schema.null, abs(values[0]) <= SeriesSums.lastDay,
                let value = goal.value(of: values[1])
            else { return }
            points.append(.init(place: step.place(of: values[0]), value: value))
        }
        guard points.count > mostRows else { return Series(points) }
        // Of one step the last rows are taken for the newest.
        let newest = points.indices
            .sorted { (points[$0].place, $0) < (points[$1].place, $1) }.suffix(mostRows)
        return Series(newest.map { points[$0] })
    }
}

extension SeriesSums {
    /// Days beyond so many from 1970 are no days.
    fileprivate static let lastDay: Int64 = 10_000_000
}
