// SPDX-License-Identifier: Apache-2.0
package import Query
internal import Vault

extension OwnRows {
    /// Answers the question: exactly, and free.
    ///
    /// It means what the same question means to a pool, but for what only others' privacy makes necessary there: nothing is
    /// clipped or noised, and single rows may be shown. Rows come in the file's order, groups in that of their names.
    ///
    /// - Throws: ``Query/QueryError`` where the question asks for what the rows do not give, ``OwnRowsError`` where one person has
    ///   more rows than are put together.
    /// - Cost: a pass over the rows; of quantiles and variances memory for each value.
    package func answer() throws -> ResultTable {
        let question = try self.question()
        let parts = question.tellsPeople ? persons : blocks
        let most = OwnQuestion.mostRowsPerPerson
        if question.isPerPerson, let longest = parts.map(\.count).max(), longest > most {
            throw OwnRowsError(
                "\(path): \(longest) rows are one person's; at most \(most) are put together by a subquery"
            )
        }
        let scan = question.makeScan()
        var groups: [OwnQuestion.Group] = []
        var sums: [GroupSum] = []
        var places: [[Int64]: Int] = [:]
        // Without GROUP BY there is one line, also where no row is left.
        if question.keys == 0, !question.listsRows {
            sums.append(GroupSum([], question.aggregates))
            places[[]] = 0
        }
        for (person, part) in parts.enumerated() {
            scan.forEachRow(of: [part], most: .max) { values in
                let keys = Array(values.prefix(question.keys))
                guard !question.listsRows else {
                    return groups.append(OwnQuestion.Group(keys: keys, found: []))
                }
                let place = places[keys] ?? sums.count
                if place == sums.count {
                    places[keys] = place
                    sums.append(GroupSum(keys, question.aggregates))
                }
                sums[place].add(values.dropFirst(question.keys), of: person)
            }
        }
        groups += sums.map(\.group)
        return question.table(of: groups, texts: scan.texts)
    }
}

extension OwnRows {
    /// The question over these rows. Where a model does not take what they hold, the cell is named rather than the place in
    /// the statement.
    private func question() throws -> OwnQuestion {
        do throws(QueryError) {
            return try OwnQuestion(
                ofOwn: text, table: table, functions: functions, tellsPeople: owners != nil)
        } catch {
            guard error.isMisfit, let misfit else { throw error }
            throw misfit
        }
    }
}

/// What the rows of a group add up to.
private struct GroupSum {
    private let keys: [Int64]
    private let aggregates: [OwnQuestion.Aggregate]
    /// Of each aggregate: how many rows or people, the sum of their values, and the values where they are needed.
    private var counts: [Int64]
    private var sums: [Int128]
    private var values: [[Int64]]
    private var person = -1

    init(_ keys: [Int64], _ aggregates: [OwnQuestion.Aggregate]) {
        (self.keys, self.aggregates) = (keys, aggregates)
        counts = aggregates.map { _ in 0 }
        sums = aggregates.map { _ in 0 }
        values = aggregates.map { _ in [] }
    }

    /// Adds a row; those of one person come one after another.
    mutating func add(_ row: Slice<UnsafeBufferPointer<Int64>>, of person: Int) {
        func value(_ place: Int) -> Int64? {
            let value = row[row.startIndex + place]
            return value == Schema.null ? nil : value
        }
        for (place, aggregate) in aggregates.enumerated() {
            switch aggregate {
            case .rows: counts[place] += 1
            case .people: counts[place] += person == self.person ? 0 : 1
            case .values(let input): counts[place] += value(input) == nil ? 0 : 1
            case .sum(let input), .average(let input):
                guard let value = value(input) else { continue }
                counts[place] += 1
                sums[place] += Int128(value)
            case .variance(let input), .deviation(let input), .quantile(let input, _):
                guard let value = value(input) else { continue }
                counts[place] += 1
                sums[place] += Int128(value)
                values[place].append(value)
            }
        }
        self.person = person
    }

    var group: OwnQuestion.Group {
        OwnQuestion.Group(keys: keys, found: aggregates.indices.map(found))
    }

    private func found(_ place: Int) -> OwnQuestion.Found {
        let count = counts[place]
        switch aggregates[place] {
        case .rows, .people, .values: return .whole(Int128(count))
        case _ where count == 0: return .none
        case .sum: return .whole(sums[place])
        case .average: return .fraction(mean(place))
        case .variance: return .fraction(variance(place))
        case .deviation: return .fraction(variance(place).squareRoot())
        case .quantile(_, let level):
            let rank = OwnQuestion.rank(of: level, among: count)
            return .whole(Int128(values[place].sorted()[rank]))
        }
    }

    private func mean(_ place: Int) -> Double { Double(sums[place]) / Double(counts[place]) }

    private func variance(_ place: Int) -> Double {
        let mean = mean(place)
        let squares = values[place].reduce(0.0) { sum, value in
            let distance = Double(value) - mean
            return sum + distance * distance
        }
        return squares / Double(counts[place])
    }
}
