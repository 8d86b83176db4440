// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Privacy
package import Study
internal import Vault

/// From noised numbers to a table. All of this comes after the noise, so nothing here can leak:
/// fractions are allowed again.
extension CompiledQuery {
    /// The answer as a table.
    package func table(from noised: NoisedAnswer) -> ResultTable {
        let reader = AnswerReader(plan, noised)
        let count = noised.keys?.count ?? plan.step.listedGroups
        var lines = (0..<count).map { group in
            Line(
                readings: contents.map { reader.read($0, group: group) },
                labels: dimensions.indices.map { label($0, group, noised.keys) })
        }
        if let having { lines = lines.filter { result(having, $0).truth == true } }
        lines = CompiledQuery.sorted(lines, by: orders, result)
        return ResultTable(
            columns: outputs.map(\.name),
            rows: lines.prefix(limit ?? lines.count).map { line in
                outputs.map { cell($0.value, line) }
            })
    }

    /// What to expect before anything is read: the margin of every column that has one.
    package var expectedMargins: [(name: String, margin: String)] {
        let expected = ExpectedError(
            plan, bound: bound, people: pool.people, target: target)
        let reader = AnswerReader(plan, expected.noised)
        let line = Line(
            readings: contents.map { reader.read($0, group: 0) },
            labels: dimensions.map { _ in Label(text: "", key: .null) })
        return outputs.compactMap { output in
            cell(output.value, line).margin.map { (output.name, $0) }
        }
    }

    /// A group: what was read for it, and what it is called.
    struct Line {
        let readings: [AnswerReader.Reading]
        let labels: [Label]
    }

    // MARK: Values

    func result(_ value: PostValue, _ line: Line) -> PostResult {
        value.result(
            aggregate: { .number(line.readings[$0].value) }, group: { line.labels[$0].key })
    }

    private func cell(_ value: PostValue, _ line: Line) -> ResultTable.Cell {
        switch value {
        case .group(let place):
            return ResultTable.Cell(text: line.labels[place].text, margin: nil)
        case .text(let text): return ResultTable.Cell(text: text, margin: nil)
        case .aggregate(let place):
            let reading = line.readings[place]
            return shown(contents[place], reading.value, reading.margin)
        default:
            guard case .number(let number) = result(value, line) else {
                return ResultTable.Cell(text: "NULL", margin: nil)
            }
            return shown(number, margin(of: value, line))
        }
    }

    /// How far a value reckoned with several may be off, each moved by its own margin in turn.
    private func margin(of value: PostValue, _ line: Line) -> Double {
        let middle = result(value, line).number
        let squares = line.readings.indices.map { place -> Double in
            let moved = [-1.0, 1.0].map { sign -> Double in
                var readings = line.readings
                let reading = readings[place]
                readings[place] = .init(
                    value: reading.value + sign * reading.margin, margin: reading.margin)
                let other = result(value, Line(readings: readings, labels: line.labels))
                return other.isNull ? .infinity : abs(other.number - middle)
            }
            let most = max(moved[0], moved[1])
            return most * most
        }
        return squares.reduce(0, +).squareRoot()
    }

    private func shown(_ content: Content, _ value: Double, _ margin: Double) -> ResultTable.Cell {
        guard case .quantile(_, _, let place) = content else { return shown(value, margin) }
        switch meanings[place] {
        case .number(let scale):
            let unit = Double(powerOfTen(scale))
            return shown(value / unit, margin / unit)
        case .date:
            return ResultTable.Cell(
                text: CalendarDay(number: Int64(value)).description,
                margin: "\(Int64(margin.rounded(.up))) days")
        case .timestamp:
            return ResultTable.Cell(
                text: Timestamp(milliseconds: Int64(value / 1000)).description,
                margin: "\(Int64((margin / 1_000_000).rounded(.up))) s")
        }
    }

    /// A value and its margin, with as many digits as the margin makes meaningful: two. The margin
    /// is rounded up, so that rounding never makes it claim too much.
    private func shown(_ value: Double, _ margin: Double) -> ResultTable.Cell {
        guard margin.isFinite, margin < 1e15 else {
            return ResultTable.Cell(text: "NULL", margin: nil)
        }
        let digits = margin > 0 ? max(0, min(9, 1 - Int(log10(margin).rounded(.down)))) : 9
        let unit = pow(10, Double(digits))
        let rounded = (value * unit).rounded() / unit
        return ResultTable.Cell(
            // Minus zero is zero.
            text: String(format: "%.\(digits)f", rounded == 0 ? 0 : rounded),
            margin: String(format: "%.\(digits)f", (margin * unit).rounded(.up) / unit))
    }

    // MARK: Labels

    private func label(_ dimension: Int, _ group: Int, _ keys: [GroupKey]?) -> Label {
        guard let keys else {
            let after = dimensions[(dimension + 1)...].reduce(1) { $0 * ($1.codes ?? 1) }
            let code = group / after % (dimensions[dimension].codes ?? 1)
            return dimensions[dimension].label.named(Int64(code))
        }
        let part = keys[group].parts[dimension]
        let kind = dimensions[dimension].found.label
        switch part {
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            return Label(text: text, key: .text(text))
        case .number(let value): return kind.named(value)
        }
    }
}
