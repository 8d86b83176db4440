// SPDX-License-Identifier: Apache-2.0
import Privacy
import Vault

@testable import Query
@testable import Study

/// An answer without noise: only tests can see one, by looking inside of partials.
extension CompiledQuery {
    /// The exact sums in lattice units, block by block: what no release shows.
    func sums(of people: [Rows]) -> [Int64] { sums(ofAll: people.map { [$0] }) }

    /// The same of people with several tables.
    func sums(ofAll people: [[Rows]]) -> [Int64] { plan.partial(ofAll: people.map(read)).sums }

    /// Those of a contributor's tables that the question reads, in its order.
    func read(_ tables: [Rows]) -> [Rows] {
        plan.step.reads.compactMap { read in tables.first { $0.schema == read.schema } }
    }

    /// What a release would be if its noise were zero and nobody were above the highest radius.
    func noiseless(_ people: [[Rows]]) -> NoisedAnswer {
        let partial = plan.partial(ofAll: people.map(read))
        let found = partial.places.sorted { $0.key < $1.key }
        let blocks = partial.blocks.map { block -> NoisedBlock in
            let sums = block.highest
            guard plan.step.found != nil else { return NoisedBlock(values: sums, sigma: 0) }
            let values = found.flatMap {
                sums[$0.value * block.width..<($0.value + 1) * block.width]
            }
            return NoisedBlock(values: values, sigma: 0)
        }
        return NoisedAnswer(
            keys: plan.step.found == nil ? nil : found.map(\.key), blocks: blocks)
    }

    /// The answer of exact sums, without noise: sums to the unit of the column, averages, variances
    /// and whatever is reckoned with several to four digits, "-" for what has no value. In the order
    /// of the groups, without HAVING, ORDER BY and LIMIT.
    func exact(of people: [Rows]) -> [[String]] { exact(ofAll: people.map { [$0] }) }

    /// The same of people with several tables.
    func exact(ofAll people: [[Rows]]) -> [[String]] {
        values(ofAll: people).map { $0.map(\.text) }
    }

    /// One exact value of a result.
    enum Exact {
        case name(String)
        case number(Double, digits: Int)
        case none

        var text: String {
            switch self {
            case .name(let text): text
            case .number(let value, let digits): Exact.shown(value, digits: digits)
            case .none: "-"
            }
        }

        /// A number with so many digits behind the point, without trailing zeros.
        private static func shown(_ value: Double, digits places: Int) -> String {
            let units = Int64((value * Double(powerOfTen(places))).rounded())
            var digits = String(units.magnitude)
            while digits.count <= places { digits = "0" + digits }
            var text = digits.dropLast(places) + "." + digits.suffix(places)
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
            return (units < 0 ? "-" : "") + text
        }
    }

    /// The same as values.
    func values(ofAll people: [[Rows]]) -> [[Exact]] { values(of: noiseless(people)) }

    /// The same with nothing cut off, however much a contributor gives.
    func unclippedValues(of people: [[Rows]]) -> [[Exact]] { values(of: unclipped(people)) }

    /// What a release would be without noise and without clipping.
    private func unclipped(_ people: [[Rows]]) -> NoisedAnswer {
        let step = plan.step
        var scratch = step.makeScratch()
        var sums: [GroupKey: [[Int64]]] = [:]
        let everybody = GroupKey([])
        for person in people {
            var contribution = Contribution(groups: step.groups, blocks: step.blocks)
            step.contribute(read(person), to: &contribution, using: &scratch)
            let keys = step.found == nil ? [everybody] : contribution.keys
            for (group, key) in keys.enumerated() {
                for (block, numbers) in contribution.blocks.enumerated() {
                    let width = step.found == nil ? numbers.count : step.blocks[block].width
                    let own = Array(numbers[group * width..<(group + 1) * width])
                    var all = sums[key] ?? []
                    if all.count <= block { all.append([Int64](repeating: 0, count: width)) }
                    all[block] = zip(all[block], own).map { $0 + $1 }
                    sums[key] = all
                }
            }
        }
        let keys = sums.keys.sorted()
        let blocks = step.blocks.indices.map { block in
            NoisedBlock(values: keys.flatMap { sums[$0]?[block] ?? [] }, sigma: 0)
        }
        return NoisedAnswer(keys: step.found == nil ? nil : keys, blocks: blocks)
    }

    private func values(of noiseless: NoisedAnswer) -> [[Exact]] {
        let labels = table(from: noiseless).columns.isEmpty ? [] : dimensionTexts(noiseless)
        return (0..<(noiseless.keys?.count ?? plan.step.listedGroups)).map { group in
            outputs.map { exact($0.value, group, noiseless, labels) }
        }
    }

    private func exact(
        _ value: PostValue, _ group: Int, _ answer: NoisedAnswer, _ labels: [[String]]
    ) -> Exact {
        switch value {
        case .group(let place): return .name(labels[group][place])
        case .text(let text): return .name(text)
        case .aggregate(let place):
            guard let number = number(contents[place], group, answer) else { return .none }
            if case .quantile(_, _, let meaning) = contents[place] {
                let scale = meanings[meaning].scale
                return .number(number / Double(powerOfTen(scale)), digits: max(4, scale))
            }
            return .number(number, digits: digits(contents[place]))
        default:
            let result = worked(value, group, answer)
            return result.isNull ? .none : .number(result.number, digits: 4)
        }
    }

    private func worked(_ value: PostValue, _ group: Int, _ answer: NoisedAnswer) -> PostResult {
        switch value {
        case .aggregate(let place):
            number(contents[place], group, answer).map { .number($0) } ?? .null
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .group, .null: .null
        case .operation(let sign, let parts):
            PostValue.worked(sign, parts.map { worked($0, group, answer) })
        }
    }

    private func digits(_ content: Content) -> Int {
        switch content {
        case .count, .people: 0
        case .sum(_, let scale, _), .centredSum(_, _, let scale, _): scale
        case .average(_, _, let scale, _), .variance(_, _, _, let scale, _, _): max(4, scale)
        case .quantile: 4
        }
    }

    /// An aggregate read off exact sums, apart from how answers are read.
    private func number(_ content: Content, _ group: Int, _ answer: NoisedAnswer) -> Double? {
        let lattice = Double(plan.step.lattice)
        func statistic(_ place: Int) -> Double {
            Double(answer.blocks[0].values[group * plan.step.statistics.count + place]) / lattice
        }
        func count(_ count: Content.Count) -> Double {
            switch count {
            case .statistic(let place): statistic(place)
            case .present(let all, let missing): statistic(all) - statistic(missing)
            }
        }
        switch content {
        case .count(let rows): return count(rows)
        case .people:
            return Double(answer.blocks[plan.step.statistics.isEmpty ? 0 : 1].values[group])
                / lattice
        case .sum(let place, let scale, let unit):
            return statistic(place) * Double(unit) / Double(powerOfTen(scale))
        case .centredSum(let sum, let rows, let scale, let bounds):
            let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
            let value = statistic(sum) * (high - low) / 2 + count(rows) * (high + low) / 2
            return value / Double(powerOfTen(scale))
        case .average(let sum, let rows, let scale, let bounds):
            guard count(rows) > 0 else { return nil }
            let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
            let value = (high + low) / 2 + statistic(sum) / count(rows) * (high - low) / 2
            return value / Double(powerOfTen(scale))
        case .variance(let sum, let square, let rows, let scale, let bounds, let isDeviation):
            guard count(rows) > 0 else { return nil }
            let half = (Double(bounds.upperBound) - Double(bounds.lowerBound)) / 2
            let mean = statistic(sum) / count(rows)
            let variance = max(0, statistic(square) / count(rows) - mean * mean)
            let unit = half / Double(powerOfTen(scale))
            return isDeviation ? variance.squareRoot() * unit : variance * unit * unit
        case .quantile(let place, let level, _):
            let tree = plan.step.trees[place].tree
            let first = (plan.step.statistics.isEmpty ? 0 : 1) + (plan.step.countsPeople ? 1 : 0)
            let counters = answer.blocks[first + place].values
            let own = Array(counters[group * tree.nodes..<(group + 1) * tree.nodes])
            guard own.contains(where: { $0 > 0 }) else { return nil }
            return Double(tree.quantile(level, of: own))
        }
    }

    /// The names of each group, one for each dimension.
    private func dimensionTexts(_ answer: NoisedAnswer) -> [[String]] {
        let shown = CompiledQuery(
            plan: plan, target: target, bound: bound, contents: contents, meanings: meanings,
            outputs: dimensions.indices.map { .init(name: "g", value: .group($0)) },
            dimensions: dimensions, having: nil, orders: [], limit: nil, pool: pool,
            accuracy: nil, proven: nil)
        return shown.table(from: answer).rows.map { $0.map(\.text) }
    }
}
