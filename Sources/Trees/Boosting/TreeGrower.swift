// SPDX-License-Identifier: Apache-2.0

/// Grows one tree after the other on the same rows.
struct TreeGrower {
    let columns: BinnedColumns
    let settings: GradientBoosting
    let schedule: GradientBoosting.Schedule
    let groups: [CodeGroups.Group]
    /// The rows, those of a leaf side by side and ascending.
    var places: [UInt32]
    /// What each row adds, by row.
    var moments: [Moments]
    /// Room for what the rows of a leaf add, in its order.
    var ordered: [Moments]
    /// Room for the rows that go right.
    var aside: [UInt32]

    /// A leaf while the tree grows.
    struct Leaf {
        /// Its part of the places.
        let rows: Range<Int>
        let total: Moments
        /// For each group the sums by code; none where they are not needed any more.
        var sums: [[Moments]]
        var split: Split?
    }

    init(
        _ columns: BinnedColumns, settings: GradientBoosting, schedule: GradientBoosting.Schedule
    ) {
        self.columns = columns
        self.settings = settings
        self.schedule = schedule
        groups = CodeGroups(columns, threads: schedule.threads).groups
        places = [UInt32](repeating: 0, count: columns.rows)
        moments = [Moments](repeating: .zero, count: columns.rows)
        ordered = moments
        aside = places
    }

    /// Grows a tree for the scores there are, and moves them; nil where no split gains.
    mutating func grow(
        _ objective: Objective, labels: [Double], scores: inout [Double]
    ) -> DecisionTree? {
        let units = measure(objective, labels: labels, scores: scores)
        let search = SplitSearch(
            units: units, leastRows: settings.leastRows,
            leastCurvature: settings.leastCurvature, penalty: settings.penalty,
            leastGain: settings.leastGain)
        var leaves = [root(search)]
        var tree = TreeBuilder()
        while leaves.count < settings.leaves {
            var chosen: (leaf: Int, gain: Double)?
            for (place, leaf) in leaves.enumerated() {
                guard let split = leaf.split, split.gain > chosen?.gain ?? 0 else { continue }
                chosen = (place, split.gain)
            }
            guard let (place, _) = chosen, let split = leaves[place].split else { break }
            tree.split(leaf: place, by: split, of: columns.features[split.feature])
            let sums = leaves[place].sums
            leaves[place].sums = []
            let isLast = leaves.count + 1 == settings.leaves
            let (left, right) = divide(
                leaves[place], sums: sums, by: split, with: isLast ? nil : search)
            leaves[place] = left
            leaves.append(right)
        }
        guard leaves.count > 1 else { return nil }
        let values = leaves.map { leaf in
            let weight = units.curvature(leaf.total) + settings.penalty
            return weight > 0
                ? -settings.learningRate * units.gradient(leaf.total) / weight : 0
        }
        move(&scores, leaves: leaves, values: values)
        return tree.finish(values: values)
    }

    /// Works out what each row adds, and puts all rows in one leaf.
    private mutating func measure(
        _ objective: Objective, labels: [Double], scores: [Double]
    ) -> FixedPoint {
        let rows = columns.rows
        var largest = 1.0
        if objective == .squaredError {
            largest = 0
            for row in 0..<rows { largest = max(largest, abs(scores[row] - labels[row])) }
        }
        let units = FixedPoint(rows: rows, largestGradient: largest)
        let chunk = rows / min(schedule.threads, rows) + 1
        moments.withUnsafeMutableBufferPointer { moments in
            // Each thread writes rows of its own.
            nonisolated(unsafe) let moments = moments
            _ = concurrently((rows + chunk - 1) / chunk, threads: schedule.threads(for: rows)) {
                place in
                let part = place * chunk..<min((place + 1) * chunk, rows)
                switch objective {
                case .logLoss:
                    for row in part {
                        let probability = Elementary.logistic(scores[row])
                        moments[row] = units.moments(
                            gradient: probability - labels[row],
                            curvature: probability * (1 - probability))
                    }
                case .squaredError:
                    for row in part {
                        moments[row] = units.moments(
                            gradient: scores[row] - labels[row], curvature: 1)
                    }
                }
            }
        }
        for row in 0..<rows { places[row] = UInt32(truncatingIfNeeded: row) }
        return units
    }

    /// The leaf of all rows.
    private func root(_ search: SplitSearch) -> Leaf {
        let total = moments.withUnsafeBufferPointer { $0.reduce(into: Moments.zero) { $0 &+= $1 } }
        let rows = 0..<columns.rows
        let found = eachGroup(rows: rows.count) { group, part in
            moments.withUnsafeBufferPointer { moments in
                group.sums(
                    places: nil, first: part.lowerBound,
                    moments: UnsafeBufferPointer(rebasing: moments[part]))
            }
        } then: { place, sums in
            (sums: sums, split: search.best(groups[place], sums: sums, total: total))
        }
        return Leaf(
            rows: rows, total: total, sums: found.map(\.sums),
            split: TreeGrower.best(found.map(\.split)))
    }

    /// Parts a leaf. Sums are taken of the smaller side; those of the other are what is left.
    ///
    /// - Parameter search: nil where no more splits are wanted.
    private mutating func divide(
        _ leaf: Leaf, sums: [[Moments]], by split: Split, with search: SplitSearch?
    ) -> (left: Leaf, right: Leaf) {
        let middle = part(leaf.rows, by: split)
        let rows = (leaf.rows.lowerBound..<middle, middle..<leaf.rows.upperBound)
        let totals = (split.left, leaf.total &- split.left)
        var left = Leaf(rows: rows.0, total: totals.0, sums: [], split: nil)
        var right = Leaf(rows: rows.1, total: totals.1, sums: [], split: nil)
        guard let search else { return (left, right) }
        let leftIsSmall = rows.0.count <= rows.1.count
        let small = leftIsSmall ? left : right
        let large = leftIsSmall ? right : left
        gather(small.rows)
        let found = eachGroup(rows: small.rows.count) { group, part in
            gathered(small.rows, part, group)
        } then: { place, own in
            let group = groups[place]
            let rest = TreeGrower.difference(sums[place], own)
            let splits = (
                search.best(group, sums: own, total: small.total),
                search.best(group, sums: rest, total: large.total)
            )
            return leftIsSmall
                ? (left: (own, splits.0), right: (rest, splits.1))
                : (left: (rest, splits.1), right: (own, splits.0))
        }
        left.split = TreeGrower.best(found.map(\.left.1))
        right.split = TreeGrower.best(found.map(\.right.1))
        // Sums of a leaf that stays whole are not needed.
        if left.split != nil { left.sums = found.map(\.left.0) }
        if right.split != nil { right.sums = found.map(\.right.0) }
        return (left, right)
    }

    /// The first of the highest score.
    private static func best(_ splits: [Split?]) -> Split? {
        var best: Split?
        for case .some(let split) in splits where split.score > best?.score ?? -.infinity {
            best = split
        }
        return best
    }
}
