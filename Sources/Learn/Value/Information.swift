// SPDX-License-Identifier: Apache-2.0
package import Query
package import Study
package import Vault

/// What one contributor's rows are worth by a model of everybody's: how much better it foretells their values
/// than the average does, in bits, added up over her rows that differ.
///
/// That is the pointwise mutual information log₂ P(y | x) / P(y) of each row, which Chen, Shen and Zheng
/// (*Truthful Data Acquisition via Peer Prediction*, NeurIPS 2020) pay for data by, after Kong and Schoenebeck
/// (arXiv:1605.01021): rows whose values have nothing to do with their features bring nothing or less on average,
/// whatever else they look like; values turned around cost as much as true ones bring. The theorem wants a
/// model of everybody else's rows; a private one is nearly that, since no contributor moves it by much.
///
/// Rows that have the same features count for the mean of what they bring, once or, where there are more, twice:
/// so that one row given again and again is worth little, and true habits are not worth less the longer they are told.
package struct Information: BandStep {
    /// The bits at which a higher band begins: up to one bit it is the lowest.
    package static let bounds = [1.0, 4.0, 16.0]
    /// How many bands that makes.
    package static let count = bounds.count + 1

    /// What a contributor's rows come to.
    package struct Worth: Hashable, Sendable {
        /// The sum over her rows.
        package let bits: Double
        /// The deviation of that sum, as far as her rows show it.
        package let error: Double
        /// How many rows have features of their own.
        package let rows: Int
        /// How far values follow the model among her rows alone, in deviations of chance: the rank correlation of scores and
        /// values, times √(rows − 1) (Spearman 1904). Whether her values are higher than other people's, as the model
        /// does not foresee, does not matter to it.
        package let agreement: Double

        /// Whether values follow the model among her rows: a rank correlation of a fifth or more, and one that values by chance
        /// reach in one case of twenty.
        var follows: Bool {
            agreement >= 1.645 && agreement >= 0.2 * Double(max(rows - 1, 0)).squareRoot()
        }

        /// Both numbers with one digit behind the point.
        package var words: (bits: String, error: String) {
            (Worth.tenths(bits), Worth.tenths(error))
        }

        private static func tenths(_ value: Double) -> String {
            let tenths = Int64((value * 10).rounded())
            return (tenths < 0 ? "-" : "")
                + "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
        }

        /// The band that this falls in.
        package var band: Int { Information.bounds.count { $0 <= bits } }
    }

    /// Of fewer rows that differ in their features nothing is said: a person's own habit, however often she gives it,
    /// is one observation.
    package static let fewestRows = 10
    /// How often rows of the same features count.
    private static let mostAlike = 2.0

    private let rows: RowSelection
    private let mostRows: Int
    private let model: Model
    private let average: Average

    /// Measures by a model that was asked for so.
    ///
    /// - Returns: nil when the model was not measured, or has other features than the question.
    package init?(_ question: ModelQuestion, by model: Model) {
        guard let average = model.average, model.order.count + 1 == question.rows.columns.count,
            zip(model.order, question.features).allSatisfy({ $0 == $1.name })
        else { return nil }
        (rows, mostRows, self.model, self.average) = (
            question.rows, question.rowsPerPerson, model, average
        )
    }

    package var reads: [TableColumns] { rows.reads }
    package var bands: Int { Information.count }
    package func makeScratch() -> RowScan { rows.makeScan() }

    package func band(of tables: [Rows], using scratch: inout RowScan) -> Int {
        worth(of: tables, using: scratch).band
    }

    /// What a contributor's rows come to. Cost: linear in the rows.
    package func worth(of tables: [Rows], using scan: RowScan) -> Worth {
        let target = rows.columns.count - 1
        var alike: [[Int64]: Alike] = [:]
        var order: [[Int64]] = []
        scan.forEachRow(of: tables, most: mostRows) { values in
            guard let value = model.goal.value(of: values[target]) else { return }
            let features = Array(values[..<target])
            if alike[features] == nil { order.append(features) }
            let score = model.score(values)
            alike[features, default: Alike(score: score)]
                .add(average.bits(score: score, value: value), value)
        }
        // In the order of the rows, so that the sum is the same on every machine.
        let kinds = order.compactMap { alike[$0] }
        let parts = kinds.map { $0.bits / $0.count * min($0.count, Information.mostAlike) }
        let (count, sum) = (Double(parts.count), parts.reduce(0, +))
        let squares = parts.reduce(0) { $0 + $1 * $1 }
        let spread = count > 1 ? max(squares - sum * sum / count, 0) : 0
        let agreement = Ranks.correlation(kinds.map(\.score), kinds.map { $0.value / $0.count })
        return Worth(
            bits: sum, error: spread.squareRoot(), rows: parts.count,
            agreement: agreement * max(count - 1, 0).squareRoot())
    }

    /// Rows that have the same features, and so the same score.
    private struct Alike {
        let score: Double
        var (bits, value, count) = (0.0, 0.0, 0.0)

        init(score: Double) { self.score = score }

        mutating func add(_ bits: Double, _ value: Double) {
            self.bits += bits
            self.value += value
            count += 1
        }
    }

    /// What the rows of each of a cohort come to: for the contributors themselves, and for nobody else.
    package func worths(over cohort: some CohortReader) throws -> [Worth] {
        let scan = makeScratch()
        var worths: [Worth] = []
        try TableColumns.forEach(of: cohort, reading: reads) { _, tables in
            worths.append(worth(of: tables, using: scan))
        }
        return worths
    }

    /// The places of those whose rows contradict everybody else's beyond chance, ascending: of ten rows or more that
    /// differ in their features, worth less than nothing by twice their deviation, and by as much as the middle one of all
    /// contributors is worth more; and that do not follow the model among themselves either (``Worth/follows``).
    ///
    /// The last is for whoever has an unusual part of one value, such as many well-paid people: the model does not
    /// foresee that, but her rows follow it all the same.
    ///
    /// Of a model that noise has spoilt many would; so nobody does where it foretells the rows of fewer than two
    /// contributors in three better than the average.
    package func contradicting(over cohort: some CohortReader) throws -> [Int] {
        Information.contradicting(try worths(over: cohort))
    }

    static func contradicting(_ worths: [Worth]) -> [Int] {
        let known = worths.filter { $0.rows >= fewestRows }.map(\.bits).sorted()
        guard !known.isEmpty, 3 * known.count(where: { $0 > 0 }) >= 2 * known.count else {
            return []
        }
        let middle = known[known.count / 2]
        return worths.enumerated().filter { _, worth in
            worth.rows >= fewestRows && worth.bits + 2 * worth.error < 0 && worth.bits < -middle
                && !worth.follows
        }.map(\.offset)
    }
}
