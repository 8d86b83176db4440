// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
@testable import Study
import TestSupport
import Vault

@testable import Learn

/// People made up by a rule that a model can find.
struct People: CohortReader {
    static let schema = Schema(
        table: "people",
        columns: [
            Schema.Column("age", .integer, unit: "years", bounds: 0...100),
            Schema.Column("income", .decimal(scale: 2), bounds: 0...1_000_000),
            Schema.Column("region", .category, categories: ["north", "east", "south"]),
            Schema.Column("member", .boolean),
            Schema.Column("nickname", .text),
            Schema.Column("buys", .category, categories: ["no", "yes"]),
            Schema.Column("spends", .decimal(scale: 2), bounds: 0...10_000),
        ])

    /// The rows of each.
    let people: [Rows]

    var count: Int { people.count }

    func makeRoom(for wanted: [TableColumns]) {}

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] { [people[contributor]] }

    /// Who is older, richer, from the north or a member buys more often, and spends more.
    static func made(_ count: Int, rows: Int = 1, seed: UInt64 = 1) -> People {
        made(count, rows: rows, seed: seed) { age, income, region, member in
            Double(age) / 25 + Double(income) / 400_000 - 3.5 + (region == 0 ? 1.5 : 0)
                + (member == 1 ? 1 : 0)
        }
    }

    /// Who is neither young nor old buys more often, and who is neither poor nor rich.
    static func bent(_ count: Int, rows: Int = 1, seed: UInt64 = 1) -> People {
        made(count, rows: rows, seed: seed) { age, income, _, _ in
            3 - abs(Double(age) - 50) / 12 - abs(Double(income) - 500_000) / 250_000
        }
    }

    /// Who is old and rich buys more often, and who is young and poor: neither age nor income tells anything by itself.
    static func crossed(_ count: Int, rows: Int = 1, seed: UInt64 = 1) -> People {
        made(count, rows: rows, seed: seed) { age, income, _, _ in
            (Double(age) - 50) / 25 * (Double(income) - 500_000) / 250_000
        }
    }

    /// People whose score says how likely they buy, and what they spend.
    private static func made(
        _ count: Int, rows: Int, seed: UInt64,
        score: (_ age: Int64, _ income: Int64, _ region: Int64, _ member: Int64) -> Double
    ) -> People {
        var dice = Seeded(seed)
        func draw(_ most: Int64) -> Int64 { Int64.random(in: 0...most, using: &dice) }
        return People(
            people: (0..<count).map { _ in
                var columns: [[Int64]] = schema.columns.map { _ in [] }
                for _ in 0..<rows {
                    let (age, income, region, member) = (
                        draw(100), draw(1_000_000), draw(2), draw(1)
                    )
                    let score = score(age, income, region, member)
                    let chance = Double(draw(1_000_000)) / 1_000_000
                    let values = [
                        age, income, region, member, 0,
                        chance < Sigmoid.value(2 * score) ? 1 : 0,
                        Int64(min(max((score + 4) / 12 * 10_000, 0), 10_000)),
                    ]
                    for (place, value) in values.enumerated() { columns[place].append(value) }
                }
                return Rows(
                    schema: schema,
                    columns: zip(schema.columns, columns).map {
                        Rows.Column(values: $1, dictionary: $0.kind == .text ? ["x"] : [])
                    }, count: rows)
            })
    }

    /// One person with one row of these values.
    static func one(_ values: [Int64], times: Int = 1) -> Rows {
        Rows(
            schema: schema,
            columns: zip(schema.columns, values).map {
                Rows.Column(
                    values: Array(repeating: $1, count: times),
                    dictionary: $0.kind == .text ? ["x"] : [])
            }, count: times)
    }
}

/// Ways to train.
enum Fixture {
    static func compiled(
        _ words: String, epsilon: String = "1.0", people: Int = 1000, rows: Int = 1
    ) throws -> CompiledModel {
        try CompiledModel(
            "CREATE MODEL m FROM people \(words) WITH PRIVACY (epsilon => \(epsilon), delta => 1e-5)",
            pool: QueryPool(
                name: "people", tables: [People.schema], rowsPerPerson: rows, people: people))
    }

    /// Trains with noise, as a study does.
    static func trained(
        _ compiled: CompiledModel, on people: People, seed: UInt64 = 7, threads: Int = 2
    ) async throws -> Model? {
        try await compiled.train(over: people, threads: threads, drawing: Seeded(seed))
    }

    /// Trains without noise: what the sums are, said as an answer.
    static func exact(_ compiled: CompiledModel, on people: People) throws -> Model? {
        var training = Training(compiled)
        while let plan = try training.plan {
            training.take(
                NoisedAnswer.expected([
                    .expected(sums(plan.step, people.people), sigma: 0)
                ]))
        }
        return training.model
    }

    /// What a step adds up over some people.
    static func sums(_ step: TrainingStep, _ people: [Rows]) -> [Int64] {
        var scratch = step.makeScratch()
        var sums = [Int64](repeating: 0, count: step.width)
        for person in people {
            for (place, value) in numbers(step, person, &scratch).enumerated() {
                sums[place] += value
            }
        }
        return sums
    }

    /// What one person gives to a step, before it is clipped.
    static func numbers(
        _ step: TrainingStep, _ person: Rows, _ scratch: inout TrainingStep.Scratch
    ) -> [Int64] {
        var contribution = Contribution(groups: step.groups, blocks: step.blocks)
        step.contribute([person], to: &contribution, using: &scratch)
        return contribution.blocks[0]
    }

    /// The area under the curve of a model on people that it has not seen.
    static func area(_ model: Model, on people: People) -> Double {
        let order = model.order.compactMap { name in
            People.schema.columns.firstIndex { $0.name == name }
        }
        let buys = People.schema.columns.firstIndex { $0.name == "buys" } ?? 0
        var scored: [(Double, Int64)] = []
        for person in people.people {
            for row in 0..<person.count {
                scored.append(
                    (
                        model.prediction(of: order.map { person.columns[$0].values[row] }).score,
                        person.columns[buys].values[row]
                    ))
            }
        }
        var (below, above) = (0.0, 0.0)
        for (_, label) in scored.sorted(by: { $0.0 < $1.0 }) {
            if label == 1 { above += below } else { below += 1 }
        }
        return above / (below * (Double(scored.count) - below))
    }

    /// The part of the variance of what people spend that a model explains.
    static func explained(_ model: Model, on people: People) -> Double {
        let order = model.order.compactMap { name in
            People.schema.columns.firstIndex { $0.name == name }
        }
        let spends = People.schema.columns.firstIndex { $0.name == "spends" } ?? 0
        var (count, sum, squares, misses) = (0.0, 0.0, 0.0, 0.0)
        for person in people.people {
            for row in 0..<person.count {
                let prediction = model.prediction(of: order.map { person.columns[$0].values[row] })
                let wanted = Double(person.columns[spends].values[row]) / 100
                let miss = (Double(prediction.value) ?? 0) - wanted
                (count, sum, squares, misses) = (
                    count + 1, sum + wanted, squares + wanted * wanted, misses + miss * miss
                )
            }
        }
        return 1 - misses / (squares - sum * sum / count)
    }
}
