// SPDX-License-Identifier: Apache-2.0
import Glibc
import Trees

/// People with one row each, and the caller's part of learning from them: adding up, and noise.
struct Cohort {
    let columns: BinnedColumns
    let labels: [Double]

    /// Learns a model with Gaussian privacy μ for one row; without noise where μ is infinite.
    ///
    /// - Parameter counts: The share of μ² for the counts.
    func learn(
        _ plan: AdditiveTrees.Plan, mu: Double, counts: Double = 0.1, seed: UInt64
    ) throws -> AdditiveTrees {
        var model = try AdditiveTrees(plan)
        var dice = Normal(seed)
        while !model.isFinished {
            // The rows of many people have no bound together; that of each one was tested
            // elsewhere.
            var sums = try model.contribution(of: columns, labels: labels)
            let norm = Double(model.largestNormSquared(release: model.released)).squareRoot()
            let steps = Double(model.releases - 1)
            let share = model.released == 0 ? counts : (1 - counts) / steps
            let noise = norm / (mu * share.squareRoot())
            for place in sums.indices { sums[place] += Int64((dice.next() * noise).rounded()) }
            model = try model.updated(with: sums, noise: noise)
        }
        return model
    }
}

/// Seeded normal numbers by Box and Muller: for experiments only.
struct Normal {
    private var dice: Dice

    init(_ seed: UInt64) { dice = Dice(seed) }

    mutating func next() -> Double {
        let radius = (-2 * log(1 - dice.unit())).squareRoot()
        return radius * cos(2 * .pi * dice.unit())
    }
}
