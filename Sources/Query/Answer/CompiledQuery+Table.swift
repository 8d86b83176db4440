// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Privacy
package import Study

/// From noised numbers to a table. All of this comes after the noise, so nothing here can leak:
/// fractions are allowed again.
extension CompiledQuery {
    /// The 97.5 % point of the normal law: the value lies within so many standard errors in 95 of
    /// 100 releases.
    static let ninetyFive = 1.959963984540054

    /// The answer as a table.
    package func table(from noised: NoisedVector) -> ResultTable {
        let statistics = plan.step.statistics.count
        var lines = (0..<plan.step.groups).map { group in
            let numbers = Array(noised.values[group * statistics..<(group + 1) * statistics])
            return outputs.map { value($0.content, group: group, numbers: numbers) }
        }
        if !orders.isEmpty {
            let places = lines.indices.sorted { left, right in
                for order in orders {
                    let (a, b) = (lines[left][order.output].key, lines[right][order.output].key)
                    if a != b { return (a < b) != order.descending }
                }
                return left < right
            }
            lines = places.map { lines[$0] }
        }
        return ResultTable(
            columns: outputs.map(\.name),
            rows: lines.prefix(limit ?? lines.count).map { $0.map(\.cell) })
    }

    /// What to expect before anything is read: the margin of every column, for a group of `people`
    /// contributors with one row each.
    package func expectedMargins(people: Int) -> [(name: String, margin: String)] {
        let lattice = Double(plan.step.lattice)
        let numbers = plan.step.statistics.map { statistic -> Int64 in
            if case .centredSum = statistic { return 0 }
            return Int64(Double(people) * lattice)
        }
        return outputs.compactMap { output in
            let cell = value(output.content, group: 0, numbers: numbers).cell
            return cell.margin.map { (output.name, $0) }
        }
    }

    /// What a cell shows, and the number that it is ordered by.
    private struct Value {
        let cell: ResultTable.Cell
        let key: Double
    }

    private func value(_ content: Output.Content, group: Int, numbers: [Int64]) -> Value {
        let lattice = Double(plan.step.lattice)
        let error = Double(plan.mechanism.noise.sigma) / lattice
        func number(_ place: Int) -> Double { Double(numbers[place]) / lattice }
        switch content {
        case .group(let dimension):
            return label(dimension, group)
        case .count(let place):
            return shown(max(0, number(place)), error * CompiledQuery.ninetyFive)
        case .sum(let place, let scale, let unit):
            let factor = Double(unit) / Double(powerOfTen(scale))
            return shown(number(place) * factor, error * factor * CompiledQuery.ninetyFive)
        case .centredSum(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            return shown(
                number(sum) * half + middle * number(count),
                error * (half * half + middle * middle).squareRoot() * CompiledQuery.ninetyFive)
        case .average(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            let offset = min(max(number(sum) / max(1, number(count)), -1), 1)
            let margin = offsetMargin(offset, count: number(count), error: error)
            return shown(middle + offset * half, margin * half)
        }
    }

    /// How far an average may be off, in halves of its bounds: sum and count each have the same
    /// error, and the average is their quotient (first-order propagation). Where the group may be
    /// nearly empty, the bounds are all that can be said: 2 halves.
    private func offsetMargin(_ offset: Double, count: Double, error: Double) -> Double {
        let margin = error * CompiledQuery.ninetyFive
        guard count >= 2 * margin else { return 2 }
        return min(2, margin / count * (1 + offset * offset).squareRoot())
    }

    private func halfAndMiddle(_ bounds: ClosedRange<Int64>, _ scale: Int) -> (Double, Double) {
        let unit = Double(powerOfTen(scale))
        let (low, high) = (Double(bounds.lowerBound) / unit, Double(bounds.upperBound) / unit)
        return ((high - low) / 2, (high + low) / 2)
    }

    private func label(_ dimension: Int, _ group: Int) -> Value {
        let after = plan.step.dimensions[(dimension + 1)...].reduce(1) { $0 * $1.codes }
        let code = group / after % plan.step.dimensions[dimension].codes
        let names = groupLabels[dimension]
        let text = code < names.count ? names[code] : "NULL"
        return Value(cell: ResultTable.Cell(text: text, margin: nil), key: Double(code))
    }

    /// A value and its margin, with as many digits as the margin makes meaningful: two. The margin
    /// is rounded up, so that rounding never makes it claim too much.
    private func shown(_ value: Double, _ margin: Double) -> Value {
        let digits = margin > 0 ? max(0, min(9, 1 - Int(log10(margin).rounded(.down)))) : 9
        let unit = pow(10, Double(digits))
        let rounded = (value * unit).rounded() / unit
        let cell = ResultTable.Cell(
            // Minus zero is zero.
            text: String(format: "%.\(digits)f", rounded == 0 ? 0 : rounded),
            margin: String(format: "%.\(digits)f", (margin * unit).rounded(.up) / unit))
        return Value(cell: cell, key: value)
    }
}
