// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Learn
internal import Market
internal import Query
internal import Vault

/// What a published answer says of everybody's rows of a table, to stand beside somebody's own.
struct PoolAverage: Sendable {
    /// The pool that was asked.
    let pool: String
    let average: PlainAverage
    /// The averages by the first day of their step, where there are steps.
    private let byDay: [String: PlainAverage.Point]

    init(pool: String, average: PlainAverage) {
        (self.pool, self.average) = (pool, average)
        byDay = Dictionary(
            average.points.compactMap { point in point.day.map { ($0, point) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The average of the step that a day lies in, or the one over all; nil where there is none.
    func value(on day: Int64) -> (value: Double, text: String)? {
        let point: PlainAverage.Point?
        if let step = average.step {
            point = SeriesStep(rawValue: step).flatMap {
                byDay[CalendarDay(number: $0.begin(of: day)).description]
            }
        } else {
            point = average.points.first
        }
        return point.map { ($0.value, $0.text) }
    }
}

extension Node {
    /// How many of a pool's newest published answers are looked at.
    static let mostAnswers = 50

    /// What published answers say of everybody's rows of a table: those in steps of time before those
    /// over all, the newest first.
    func averages(of table: String) async throws -> [PoolAverage] {
        var found: [PoolAverage] = []
        for pool in try await pools() where pool.offer.tables.contains(where: { $0.table == table })
        {
            let answers = try await exchange.published(
                in: pool.offer.name, count: Node.mostAnswers)
            let only = pool.offer.tables.count == 1 ? table : nil
            for answer in answers {
                found += PlainAverage.all(in: answer.sql, answered: answer.table)
                    .filter { ($0.table ?? only) == table }
                    .map { PoolAverage(pool: pool.offer.title, average: $0) }
            }
        }
        return found.filter { $0.average.step != nil } + found.filter { $0.average.step == nil }
    }
}
