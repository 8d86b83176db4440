// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// The next state, given the noised sums of all people.
    ///
    /// - Parameters:
    ///   - sums: For each number of the release the sum over people, with noise, in lattice units.
    ///   - noise: The standard deviation of the noise, in lattice units; 0 where there is none.
    ///     It is public, and tells how far counts can be trusted.
    /// - Guarantees: reads nothing else; any numbers are taken, and no output stops being finite.
    /// - Cost: some microseconds for a hundred bins.
    /// - Throws: ``TreesError`` where the length is not ``releaseLength``, the noise is not a
    ///   width, or no release is left.
    public func updated(with sums: [Int64], noise: Double) throws(TreesError) -> AdditiveTrees {
        guard !isFinished else { throw .finished }
        guard sums.count == releaseLength else {
            throw .release(expected: releaseLength, got: sums.count)
        }
        guard noise >= 0, noise < 0x1p62 else { throw .setting(.noise) }
        let unit = Double(AdditiveTrees.unit)
        let values = sums.map { Double($0) / unit }
        var next = self
        if released == 0 {
            next.take(counts: values, noise: noise / unit)
        } else {
            next.take(residuals: values)
        }
        next.released += 1
        next.drawTrees()
        return next
    }

    private mutating func take(counts values: [Double], noise: Double) {
        countNoise = noise
        var first = 0
        var (weighted, weights) = (0.0, 0.0)
        for (feature, bins) in plan.bins.enumerated() {
            counts[feature] = Array(values[first..<first + bins.codes])
            first += bins.codes
            // Every feature counts all rows; with fewer bins, with less noise.
            let weight = 1 / Double(bins.codes)
            weighted += weight * counts[feature].reduce(0, +)
            weights += weight
        }
        people = max(1, weighted / weights)
        // The share of ones, or the mean, of which the label sum is twice that less one.
        let mean = min(max((values[first] / people + 1) / 2, 0.02), 0.98)
        start = plan.objective == .logLoss ? Elementary.logarithm(mean / (1 - mean)) : mean
    }

    private mutating func take(residuals values: [Double]) {
        for (place, feature) in moving.enumerated() {
            let tree = trees[place]
            let rows = leafRows(feature, tree)
            for code in tree.indices {
                let leaf = Int(tree[code])
                let step = plan.stepSize * values[place * plan.leaves + leaf] / rows[leaf]
                moves[feature][code] = plan.momentum * moves[feature][code] + step
                curves[feature][code] += moves[feature][code]
            }
        }
        // Of so many steps the last half, rounded up.
        guard 2 * released > releases - 1 else { return }
        tailSteps += 1
        for feature in curves.indices {
            for code in curves[feature].indices { tail[feature][code] += curves[feature][code] }
        }
    }

    /// How many rows each leaf is taken to have: its noised count and an even share of all people,
    /// weighted by how far either can be trusted, and never less than a fifth of that share.
    private func leafRows(_ feature: Int, _ tree: [UInt8]) -> [Double] {
        var rows = [Double](repeating: 0, count: plan.leaves)
        var bins = rows
        for code in tree.indices {
            rows[Int(tree[code])] += counts[feature][code]
            bins[Int(tree[code])] += 1
        }
        let share = people / Double(plan.leaves)
        let trust = share * share / 4
        return rows.indices.map { leaf in
            let doubt = bins[leaf] * countNoise * countNoise
            let mean = (rows[leaf] * trust + share * doubt) / (trust + doubt)
            return max(mean, share / 5)
        }
    }
}
