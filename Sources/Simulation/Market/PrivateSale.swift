// SPDX-License-Identifier: Apache-2.0
internal import Learn
internal import Privacy
internal import Query
internal import Study
internal import Vault

/// How good a model is on rows that nobody has.
package struct ModelQuality: Sendable, Hashable {
    /// The chance that a positive row scores above a negative one, of equal scores half.
    package let area: Double
    /// The part of rows that it gets right.
    package let accuracy: Double

    /// Measures scores, the positive ones marked.
    init(_ scored: [(score: Double, isPositive: Bool)]) {
        let right = scored.count { ($0.score >= 0) == $0.isPositive }
        accuracy = Double(right) / Double(max(scored.count, 1))
        let sorted = scored.sorted { $0.score < $1.score }
        var (below, pairs, start) = (0.0, 0.0, 0)
        while start < sorted.count {
            var end = start
            var (negative, positive) = (0.0, 0.0)
            while end < sorted.count, sorted[end].score == sorted[start].score {
                if sorted[end].isPositive { positive += 1 } else { negative += 1 }
                end += 1
            }
            pairs += positive * (below + negative / 2)
            below += negative
            start = end
        }
        let positives = Double(sorted.count) - below
        area = below > 0 && positives > 0 ? pairs / (below * positives) : 0.5
    }
}

/// Trains models as pools sell them: the exchange's own rounds of private studies, over rows in memory.
struct PrivateSale {
    private let table: RowTable
    private let people: [Rows]
    private let measuring: [[Int64]]
    private let rowsPerPerson: Int
    private let delta: String

    /// Lays everybody's rows out.
    init(_ population: Population, _ settings: Settings) {
        table = population.table
        people = population.contributors.map { population.table.table($0.rows) }
        measuring = population.measuring
        rowsPerPerson = settings.rowsPerPerson
        delta = settings.delta
    }

    /// A model that could be ordered of so many people.
    ///
    /// - Throws: ``SimulationError`` when the columns make no model.
    ///
    /// - Parameter isMeasured: whether a part of the privacy goes to measuring it on held-out rows.
    func order(
        epsilon: String, people: Int, isMeasured: Bool = false
    ) throws(SimulationError) -> CompiledModel {
        do throws(QueryError) {
            return try CompiledModel(
                """
                CREATE MODEL sale FROM people PREDICT \(table.targetName) \
                USING (quality => \(isMeasured ? "on" : "off"))
                WITH PRIVACY (epsilon => \(epsilon), delta => \(delta))
                """,
                pool: QueryPool(
                    name: "people", tables: [table.schema], rowsPerPerson: rowsPerPerson,
                    people: people))
        } catch {
            throw SimulationError(
                "no model can be made of these columns: \(error)",
                remedy: "leave out or rename the column")
        }
    }

    /// Trains on some people's rows and measures.
    func quality(
        of order: CompiledModel, from cohort: [Int], seed: UInt64, threads: Int
    ) async throws -> ModelQuality {
        let model = try await order.train(
            over: reader(cohort), threads: threads, drawing: Dice(seed: seed))
        return ModelQuality(
            measuring.map { row in
                (model.prediction(of: Array(row.dropLast())).score, row[table.target] == 1)
            })
    }
}

extension PrivateSale {
    /// Some people's rows.
    private func reader(_ cohort: [Int]) -> MemoryCohort {
        MemoryCohort(people: cohort.map { people[$0] })
    }

    /// What a pool draws when it shares by value.
    struct Bands {
        /// By member of the cohort, her shares, from 1.
        let shares: [Int]
        /// Members whose rows are copies, or contradict the model.
        let suspects: Set<Int>
    }

    /// What drawing bands costs each: the model, and the draw.
    static func cost(of model: CompiledModel, _ settings: Settings) throws -> Rho {
        try Rho(units: model.cost.units + response(settings).charge.units)
    }

    private static func response(_ settings: Settings) throws -> RandomizedResponse {
        guard let epsilon = ExactDecimal(settings.bandEpsilon) else {
            throw SimulationError(
                "bands: \(settings.bandEpsilon) is no epsilon", remedy: "take one such as 0.2")
        }
        return try RandomizedResponse(options: Information.count, epsilon: epsilon)
    }

    /// Draws bands as an exchange does: by the bits that everybody's rows gain on a measured private model.
    ///
    /// - Requires: a measured model.
    /// - Parameter others: whose rows may have been copied too.
    func bands(
        by order: CompiledModel, of cohort: [Int], besides others: [Int], _ settings: Settings,
        seed: UInt64, threads: Int
    ) async throws -> Bands {
        var dice = Dice(seed: seed)
        let reader = reader(cohort)
        let model = try await order.train(
            over: reader, threads: threads, drawing: Dice(seed: dice.next()))
        guard let information = Information(order.question, by: model) else {
            throw SimulationError(
                "nothing can be measured by this model", remedy: "give more epsilon")
        }
        var source = ByteSource(seededBy: &dice)
        let release = try BandRelease(information, epsilon: PrivateSale.response(settings).epsilon)
        let bands = try release.draw(over: reader, from: &source)
        let compared = cohort + others
        var search = Learn.CopySearch(people: compared.count)
        try search.compare(
            TableColumns(schema: table.schema, columns: Array(table.schema.columns.indices)),
            in: self.reader(compared), owners: Array(compared.indices),
            times: compared.map { UInt64($0) },
            most: rowsPerPerson)
        let contradicting = try information.contradicting(over: reader)
        return Bands(
            shares: bands.map { $0 + 1 },
            suspects: Set(search.copies.filter(cohort.indices.contains) + contradicting))
    }
}

/// People whose rows lie in memory.
private struct MemoryCohort: CohortReader {
    let people: [Rows]

    var count: Int { people.count }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] { [people[contributor]] }
}
