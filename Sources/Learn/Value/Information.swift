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
/// A row that is given twice counts once; splitting rows among names changes no sum.
package struct Information: BandStep {
    /// The bits at which a higher band begins: up to one bit it is the lowest.
    package static let bounds = [1.0, 4.0, 16.0]

    /// What a contributor's rows come to.
    package struct Worth: Hashable, Sendable {
        /// The sum over her rows.
        package let bits: Double
        /// The deviation of that sum, as far as her rows show it.
        package let error: Double
        /// How many rows differ.
        package let rows: Int

        /// Whether they say the opposite of what the model says, beyond chance: twice the deviation does not
        /// bring the sum to nothing.
        package var isContradicting: Bool {
            rows >= Information.fewestRows && bits + 2 * error < 0
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

    /// Of fewer rows nothing is said.
    package static let fewestRows = 10

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
    package var bands: Int { Information.bounds.count + 1 }
    package func makeScratch() -> RowScan { rows.makeScan() }

    package func band(of tables: [Rows], using scratch: inout RowScan) -> Int {
        worth(of: tables, using: scratch).band
    }

    /// What a contributor's rows come to. Cost: linear in the rows.
    package func worth(of tables: [Rows], using scan: RowScan) -> Worth {
        let target = rows.columns.count - 1
        var known: Set<[Int64]> = []
        var (sum, squares) = (0.0, 0.0)
        scan.forEachRow(of: tables, most: mostRows) { values in
            guard let value = model.goal.value(of: values[target]),
                known.insert(Array(values)).inserted
            else { return }
            let bits = average.bits(score: model.score(values), value: value)
            sum += bits
            squares += bits * bits
        }
        let count = Double(known.count)
        let spread = count > 1 ? max(squares - sum * sum / count, 0) : 0
        return Worth(bits: sum, error: spread.squareRoot(), rows: known.count)
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

    /// The places of those whose rows contradict everybody else's beyond chance (``Worth/isContradicting``), ascending.
    ///
    /// Of a model that noise has spoilt many would; so nobody does where it foretells the rows of fewer than three
    /// contributors in four better than the average.
    package func contradicting(over cohort: some CohortReader) throws -> [Int] {
        Information.contradicting(try worths(over: cohort))
    }

    static func contradicting(_ worths: [Worth]) -> [Int] {
        let known = worths.filter { $0.rows >= fewestRows }
        guard 4 * known.count(where: { $0.bits > 0 }) >= 3 * known.count else { return [] }
        return worths.enumerated().filter { $1.isContradicting }.map(\.offset)
    }
}
