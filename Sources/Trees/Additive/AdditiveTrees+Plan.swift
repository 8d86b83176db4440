// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// What is fixed, and public, before anything of a person is read.
    public struct Plan: Hashable, Sendable {
        /// What the model is to come near to. Labels are 0 and 1; for squared errors, 0...1, so
        /// scale them by public bounds.
        public let objective: Objective
        /// The bins of each feature: from public bounds, public edges or categories.
        public let bins: [FeatureBins]
        /// E: how often each feature is visited, at least 1. More come nearer, fewer have less
        /// noise each.
        public var epochs = 8
        /// How many features move in one release, from the same residuals, at least 1; all of them
        /// where there are fewer. One at a time is cyclic boosting, with features × E rounds over
        /// the people in place of E, and no better for them.
        public var featuresPerStep = Int.max
        /// The most leaves of a tree, 2...16.
        public var leaves = 4
        /// How much of its best step a leaf moves, for a loss of the greatest curvature and
        /// features that say different things; above 0, at most 16.
        public var learningRate = 0.25
        /// How much of its last move a feature makes again, at least 0 and below 1.
        public var momentum = 0.6
        /// R: what a residual is clamped to, 0.001...1. Below 1/2 it makes less noise of
        /// the same budget, and counts outliers less.
        public var clip = 0.34
        /// What the random splits are drawn from. Public.
        public var seed: UInt64 = 0

        /// Takes objective and bins; all else has defaults for few people.
        public init(_ objective: Objective, bins: [FeatureBins]) {
            self.objective = objective
            self.bins = bins
        }

        /// Takes objective and bins, and chooses the rest for a number of people and a budget.
        ///
        /// The more signal there is above the noise, the more steps are worth their share of the
        /// budget, the longer and finer they may be, and the larger are the residuals that still
        /// count. Found on data of 455 and 26,000 people at ε from 0.5 to 8.
        ///
        /// - Parameters:
        ///   - people: About how many there are; publicly known.
        ///   - mu: The μ of Gaussian privacy of all releases together.
        public init(_ objective: Objective, bins: [FeatureBins], people: Int, mu: Double) {
            self.init(objective, bins: bins)
            let signal = 0.65 * max(Double(people) * mu, 0).squareRoot()
            epochs = signal > 8 ? Int(min(signal, 50).rounded()) : 8
            leaves = min(max(epochs / 5, 4), 10)
            learningRate = min(max(Double(epochs) / 40, 0.25), 1)
            clip = min(0.3 + Double(epochs) / 200, 0.5)
        }
    }
}

extension AdditiveTrees.Plan {
    /// How many features a step moves at most.
    var batch: Int { min(featuresPerStep, bins.count) }

    /// How many steps an epoch has.
    var batches: Int { (bins.count + batch - 1) / batch }

    /// R in lattice units, rounded down.
    var clipUnits: Int64 { Int64(clip * Double(AdditiveTrees.unit)) }

    /// How large a step is for the mean residual of a leaf: the inverse of the loss's greatest
    /// curvature, damped for features that move at once and may say the same.
    var stepSize: Double {
        let curvature = objective == .logLoss ? 0.25 : 1
        return learningRate / curvature / Double(batch).squareRoot()
    }

    /// What all else here takes for granted.
    func check() throws(TreesError) {
        guard !bins.isEmpty else { throw .noFeatures }
        guard epochs >= 1, epochs <= 100_000 else { throw .setting(.rounds) }
        guard featuresPerStep >= 1 else { throw .setting(.featuresPerStep) }
        guard (2...16).contains(leaves) else { throw .setting(.leaves) }
        guard learningRate > 0, learningRate <= 16 else { throw .setting(.learningRate) }
        guard momentum >= 0, momentum < 1 else { throw .setting(.momentum) }
        guard clip >= 1e-3, clip <= 1 else { throw .setting(.clip) }
    }
}
