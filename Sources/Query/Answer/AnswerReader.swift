// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Privacy
internal import Study
internal import Vault

/// Reads aggregates and their margins off noised numbers. Everything here comes after the noise.
struct AnswerReader {
    /// A value and half the width of its 95 % interval.
    struct Reading {
        let value: Double
        let margin: Double
    }

    /// The 97.5 % point of the normal law: a value lies within so many standard errors in 95 of 100
    /// releases.
    static let ninetyFive = 1.959963984540054
    /// How far the part of one group that was cut off may be from the part of all groups, as it is
    /// put back in proportion, in 95 of 100 cases: a quarter. An assumption, not a guarantee.
    private static let unevenness = 0.25

    private let step: AggregateStep
    private let noised: NoisedAnswer
    private let lattice: Double
    /// The same of each statistic, and the least of them, which gives the largest error.
    private let lattices: [Double]
    private let least: Double

    init(_ study: StudyPlan<AggregateStep>, _ noised: NoisedAnswer) {
        step = study.step
        self.noised = noised
        lattice = Double(study.step.lattice)
        lattices = step.statistics.map { Double(study.step.lattice(of: $0)) }
        least = lattices.min() ?? lattice
    }

    private var peopleBlock: Int { step.statistics.isEmpty ? 0 : 1 }

    private var firstTree: Int { peopleBlock + (step.countsPeople ? 1 : 0) }

    /// The makeup and the noise of a block.
    private func scale(_ block: Int) -> (makeUp: Double, error: Double) {
        let makeUp = noised.blocks[block].clip?.makeUp ?? 1
        let isStatistics = block == 0 && !step.statistics.isEmpty
        return (makeUp, Double(noised.blocks[block].sigma) / (isStatistics ? least : lattice))
    }

    private func number(_ place: Int, _ group: Int) -> Double {
        Double(noised.blocks[0].values[group * step.statistics.count + place]) / lattices[place]
    }

    private func count(_ count: Content.Count, _ group: Int) -> (value: Double, error: Double) {
        let error = scale(0).error
        switch count {
        case .statistic(let place): return (max(0, number(place, group)), error)
        case .present(let all, let missing):
            let absent = max(0, number(missing, group))
            // Where none seem to be missing, their noise is cut off.
            return (
                max(0, number(all, group) - absent), absent > 0 ? error * 2.0.squareRoot() : error
            )
        }
    }

    /// What people who were not seen may have given besides, as a part of all that was given.
    private var unseen: Double {
        let unseen = noised.blocks[0].clip?.unseen ?? 0
        return unseen / (1 + unseen)
    }

    /// A total, made up for what was cut off.
    private func total(_ value: Double, _ error: Double, block: Int) -> Reading {
        let makeUp = scale(block).makeUp
        let whole = value * makeUp
        let noise = error * makeUp * AnswerReader.ninetyFive
        let spread = AnswerReader.unevenness * (1 - 1 / makeUp) * whole
        let doubt = (noised.blocks[block].clip?.uncertainty ?? 0) * whole
        let hidden = (noised.blocks[block].clip?.unseen ?? 0) * whole
        let squares = noise * noise + spread * spread + doubt * doubt + hidden * hidden
        return Reading(value: whole, margin: squares.squareRoot())
    }

    func read(_ content: Content, group: Int) -> Reading {
        let error = scale(step.statistics.isEmpty ? peopleBlock : 0).error
        switch content {
        case .count(let count):
            let (value, error) = self.count(count, group)
            return total(value, error, block: 0)
        case .people:
            let (_, error) = scale(peopleBlock)
            let value = Double(noised.blocks[peopleBlock].values[group]) / lattice
            return total(max(0, value), error, block: peopleBlock)
        case .sum(let place, let scale, let unit):
            let factor = Double(unit) / Double(powerOfTen(scale))
            return total(number(place, group) * factor, error * factor, block: 0)
        case .centredSum(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            let (rows, rowError) = self.count(count, group)
            let noise = (half * half * error * error + middle * middle * rowError * rowError)
            return total(
                number(sum, group) * half + middle * rows, noise.squareRoot(), block: 0)
        case .average(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            let (rows, rowError) = self.count(count, group)
            guard rows >= 2 * AnswerReader.ninetyFive * rowError else {
                // Next to nobody: all that can be said is what was known.
                return Reading(value: middle, margin: half)
            }
            let offset = min(max(number(sum, group) / max(1, rows), -1), 1)
            let margin = ratioMargin(offset, rows, error: error, rowError: rowError)
            return Reading(value: middle + offset * half, margin: margin * half)
        case .variance(let sum, let square, let count, let scale, let bounds, let isDeviation):
            return variance(
                number(sum, group), number(square, group), self.count(count, group),
                half: halfAndMiddle(bounds, scale).half, isDeviation)
        case .quantile(let tree, let level, _): return quantile(tree, level, group)
        }
    }

    /// How far a quotient of a sum and a count may be off, first-order.
    private func ratioMargin(
        _ ratio: Double, _ count: Double, error: Double, rowError: Double
    ) -> Double {
        let both = error * error + ratio * ratio * rowError * rowError
        let noise = AnswerReader.ninetyFive * both.squareRoot() / count
        // Whoever was not seen may have the value at the other end of the bounds.
        let hidden = unseen * (1 + abs(ratio))
        return min(2, (noise * noise + hidden * hidden).squareRoot())
    }

    /// The variance of the rows, in halves of the bounds: mean of squares less square of the mean.
    private func variance(
        _ sum: Double, _ square: Double, _ count: (value: Double, error: Double), half: Double,
        _ isDeviation: Bool
    ) -> Reading {
        let error = scale(0).error
        let rows = max(1, count.value)
        let mean = min(max(sum / rows, -1), 1)
        let meanSquare = min(max(square / rows, 0), 1)
        let value = max(0, meanSquare - mean * mean)
        let isSparse = count.value < 2 * AnswerReader.ninetyFive * count.error
        // By the count, the slope is −(mean square − 2 mean²) over the rows.
        let slope = meanSquare - 2 * mean * mean
        let noise =
            (error * error * (1 + 4 * mean * mean) + slope * slope * count.error * count.error)
            .squareRoot() / rows
        let reach = AnswerReader.ninetyFive * noise
        let margin = isSparse ? 1 : min(1, (reach * reach + unseen * unseen).squareRoot())
        guard isDeviation else {
            return Reading(value: value * half * half, margin: margin * half * half)
        }
        let root = value.squareRoot()
        // The interval of the root: as far as the variance's reaches on the wider side.
        let low = root - max(0, value - margin).squareRoot()
        let high = (value + margin).squareRoot() - root
        return Reading(value: root * half, margin: max(low, high) * half)
    }

    private func quantile(_ tree: Int, _ level: QuantileLevel, _ group: Int) -> Reading {
        let nodes = step.trees[tree].tree.nodes
        let block = noised.blocks[firstTree + tree]
        let counters = Array(block.values[group * nodes..<(group + 1) * nodes])
        let shape = step.trees[tree].tree
        let value = shape.quantile(level, of: counters)
        let range = shape.quantileInterval(level, of: counters, sigma: block.sigma)
        // What the leaves cannot tell apart counts too.
        let leaf = Double(shape.bounds.upperBound) - Double(shape.bounds.lowerBound)
        let reach = max(
            Double(value) - Double(range.lowerBound), Double(range.upperBound) - Double(value))
        return Reading(value: Double(value), margin: reach + leaf / Double(shape.leaves))
    }

    private func halfAndMiddle(
        _ bounds: ClosedRange<Int64>, _ scale: Int
    ) -> (half: Double, middle: Double) {
        let unit = Double(powerOfTen(scale))
        let (low, high) = (Double(bounds.lowerBound) / unit, Double(bounds.upperBound) / unit)
        return ((high - low) / 2, (high + low) / 2)
    }

    /// The margin as a part of the value; of averages, deviations and quantiles as a part of half
    /// their range.
    func relative(_ content: Content) -> Double {
        let reading = read(content, group: 0)
        switch content {
        case .count, .people: return reading.margin / max(1, reading.value)
        case .sum(_, let scale, let unit):
            let rows = reading.value / Double(unit) * Double(powerOfTen(scale))
            return reading.margin / max(1, rows) / Double(unit) * Double(powerOfTen(scale))
        case .centredSum(_, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            return reading.margin / max(1, self.count(count, 0).value * max(half, abs(middle)))
        case .average(_, _, let scale, let bounds):
            return reading.margin / halfAndMiddle(bounds, scale).half
        case .variance(_, _, _, let scale, let bounds, let isDeviation):
            let half = halfAndMiddle(bounds, scale).half
            return reading.margin / (isDeviation ? half : half * half)
        case .quantile(let tree, _, _):
            let bounds = step.trees[tree].tree.bounds
            return reading.margin
                / max(1, (Double(bounds.upperBound) - Double(bounds.lowerBound)) / 2)
        }
    }
}
