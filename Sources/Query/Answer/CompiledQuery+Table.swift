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
        var rows: [[ResultTable.Cell]] = []
        for group in 0..<plan.step.groups {
            let numbers = Array(noised.values[group * statistics..<(group + 1) * statistics])
            rows.append(outputs.map { cell($0.content, group: group, numbers: numbers) })
        }
        if !orders.isEmpty {
            rows.sort { left, right in
                for order in orders {
                    let (a, b) = (left[order.output], right[order.output])
                    if a.order != b.order { return (a.order < b.order) != order.descending }
                }
                return false
            }
        }
        return ResultTable(
            columns: outputs.map(\.name), rows: limit.map { Array(rows.prefix($0)) } ?? rows)
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
            let cell = cell(output.content, group: 0, numbers: numbers)
            return cell.margin.map { (output.name, $0) }
        }
    }

    private func cell(
        _ content: Output.Content, group: Int, numbers: [Int64]
    ) -> ResultTable.Cell {
        let lattice = Double(plan.step.lattice)
        let error = Double(plan.mechanism.noise.sigma) / lattice
        func number(_ place: Int) -> Double { Double(numbers[place]) / lattice }
        switch content {
        case .group(let dimension):
            return label(dimension, group)
        case .count(let place):
            return shown(max(0, number(place)), error)
        case .sum(let place, let scale, let unit):
            let factor = Double(unit) / Double(powerOfTen(scale))
            return shown(number(place) * factor, error * factor)
        case .centredSum(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            return shown(
                number(sum) * half + middle * number(count),
                error * (half * half + middle * middle).squareRoot())
        case .average(let sum, let count, let scale, let bounds):
            let (half, middle) = halfAndMiddle(bounds, scale)
            let people = max(1, number(count))
            let offset = min(max(number(sum) / people, -1), 1)
            let relative = error / people * (1 + offset * offset).squareRoot()
            // Where the group may be empty the bounds are all that can be said.
            let margin =
                number(count) < 2 * CompiledQuery.ninetyFive * error
                ? 2 * half / CompiledQuery.ninetyFive : min(relative * half, 2 * half)
            return shown(middle + offset * half, margin)
        }
    }

    private func halfAndMiddle(_ bounds: ClosedRange<Int64>, _ scale: Int) -> (Double, Double) {
        let unit = Double(powerOfTen(scale))
        let (low, high) = (Double(bounds.lowerBound) / unit, Double(bounds.upperBound) / unit)
        return ((high - low) / 2, (high + low) / 2)
    }

    private func label(_ dimension: Int, _ group: Int) -> ResultTable.Cell {
        let after = plan.step.dimensions[(dimension + 1)...].reduce(1) { $0 * $1.codes }
        let code = group / after % plan.step.dimensions[dimension].codes
        let names = groupLabels[dimension]
        let text = code < names.count ? names[code] : "NULL"
        return ResultTable.Cell(text: text, margin: nil, order: Double(code))
    }

    /// A value and its margin, with as many digits as the margin makes meaningful.
    private func shown(_ value: Double, _ error: Double) -> ResultTable.Cell {
        let margin = error * CompiledQuery.ninetyFive
        let digits = margin > 0 ? max(0, min(9, 1 - Int(log10(margin).rounded(.down)))) : 0
        return ResultTable.Cell(
            text: String(format: "%.\(digits)f", value),
            margin: String(format: "%.\(digits)f", margin), order: value)
    }
}
