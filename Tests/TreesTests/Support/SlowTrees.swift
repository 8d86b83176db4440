// SPDX-License-Identifier: Apache-2.0
import Glibc
import Trees

/// Boosted trees written down as they are defined: for every leaf, feature, edge and side of what
/// is missing, all rows are looked at, and sums are of doubles. Knows no codes and no histograms.
struct SlowTrees {
    let settings: GradientBoosting
    let bins: [FeatureBins]
    let columns: [[Double]]
    let labels: [Double]

    private struct Choice {
        var gain: Double
        var feature: Int
        var threshold: Double
        var missingLeft: Bool
        var left: [Int]
        var right: [Int]
    }

    /// The outputs for the rows themselves.
    func outputs() -> [Double] {
        let mean = labels.reduce(0, +) / Double(labels.count)
        let start = settings.objective == .logLoss ? log(mean / (1 - mean)) : mean
        var scores = [Double](repeating: start, count: labels.count)
        for _ in 0..<settings.trees {
            var gradients: [Double] = []
            var curvatures: [Double] = []
            for (score, label) in zip(scores, labels) {
                let p = settings.objective == .logLoss ? 1 / (1 + exp(-score)) : score
                gradients.append(p - label)
                curvatures.append(settings.objective == .logLoss ? p * (1 - p) : 1)
            }
            var leaves = [Array(labels.indices)]
            while leaves.count < settings.leaves {
                let choices = leaves.map { best($0, gradients, curvatures) }
                guard
                    let place = choices.indices.filter({ choices[$0] != nil })
                        .max(by: { choices[$0]!.gain < choices[$1]!.gain })
                else { break }
                leaves[place] = choices[place]!.left
                leaves.append(choices[place]!.right)
            }
            if leaves.count == 1 { break }
            for leaf in leaves {
                let g = leaf.reduce(0) { $0 + gradients[$1] }
                let h = leaf.reduce(0) { $0 + curvatures[$1] }
                for row in leaf {
                    scores[row] -= settings.learningRate * g / (h + settings.penalty)
                }
            }
        }
        return scores
    }

    private func best(_ rows: [Int], _ g: [Double], _ h: [Double]) -> Choice? {
        func score(_ rows: [Int]) -> Double {
            let sum = rows.reduce(0) { $0 + g[$1] }
            return sum * sum / (rows.reduce(0) { $0 + h[$1] } + settings.penalty)
        }
        let whole = score(rows)
        var best: Choice?
        for feature in columns.indices {
            for missingLeft in [false, true] {
                for threshold in bins[feature].edges + [.infinity] {
                    let isLeft = { (row: Int) -> Bool in
                        let value = columns[feature][row]
                        return value.isNaN ? missingLeft : value <= threshold
                    }
                    let left = rows.filter(isLeft)
                    let right = rows.filter { !isLeft($0) }
                    guard min(left.count, right.count) >= settings.leastRows else { continue }
                    let curvatures = [left, right].map { $0.reduce(0) { $0 + h[$1] } }
                    guard curvatures.min()! >= settings.leastCurvature else { continue }
                    let gain = score(left) + score(right) - whole
                    if gain > (best?.gain ?? settings.leastGain) + 1e-9 {
                        best = Choice(
                            gain: gain, feature: feature, threshold: threshold,
                            missingLeft: missingLeft, left: left, right: right)
                    }
                }
            }
        }
        return best
    }
}
