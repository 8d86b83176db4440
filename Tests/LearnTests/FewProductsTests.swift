// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
import TestSupport
import Testing
import Vault

@testable import Learn
@testable import Study

/// Where categories are many, of a person's products only the few that are not zero are worked out.
@Suite struct FewProductsTests {
    private static let schema = Schema(
        table: "jobs",
        columns: [
            Schema.Column("age", .integer, bounds: 0...100),
            Schema.Column("trade", .category, categories: (0..<60).map { "t\($0)" }),
            Schema.Column("town", .category, categories: (0..<60).map { "w\($0)" }),
            Schema.Column("pays", .category, categories: ["no", "yes"]),
            Schema.Column("wage", .integer, bounds: 0...1000),
        ])

    @Test(arguments: [1, 20], ["pays", "wage"])
    func `they are those of all products`(rows: Int, target: String) throws {
        let step = try step(predicting: target, rows: rows)
        #expect(step.hasFewProducts)
        var scratch = step.makeScratch()
        var dice = Seeded(5)
        for _ in 0..<20 {
            let person = person(rows, &dice)
            let numbers = Fixture.numbers(step, person, &scratch)
            let wanted = products(of: person, step)
            #expect(wanted.count == numbers.count)
            for (number, exact) in zip(numbers, wanted) {
                #expect(abs(Double(number) - exact * step.unit) <= 0.51)
            }
        }
    }

    @Test(arguments: ["pays", "wage"])
    func `a study adds them, each person's alone`(target: String) async throws {
        let step = try step(predicting: target, rows: 20)
        let plan = try StudyPlan(step: step, spending: .maximum)
        var dice = Seeded(6)
        let people = (0..<30).map { place in person(place % 3 == 0 ? 0 : place % 20, &dice) }
        var scratch = step.makeScratch()
        var wanted = [Int64](repeating: 0, count: step.width)
        for person in people {
            for (place, number) in Fixture.numbers(step, person, &scratch).enumerated() {
                wanted[place] += number
            }
        }
        // Beyond every norm that twenty rows have, nothing is cut.
        let partial = try await plan.run(over: People(people: people), threads: 1)
        #expect(partial.blocks[0].sums(at: 0) == wanted)
        #expect(wanted.contains { $0 != 0 })
    }

    @Test func `everybody is clipped in as many steps`() throws {
        let step = try step(predicting: "pays", rows: 20)
        var (scratch, dice) = (step.makeScratch(), Seeded(7))
        let counts = [0, 1, 7, 20].map { rows in
            var contribution = Contribution(to: step, of: 1)
            step.contribute([person(rows, &dice)], to: &contribution, using: &scratch)
            return contribution.touched[0].count
        }
        #expect(
            Set(counts) == [20 * 15],
            "fifteen products a row, of two numbers, two choices and the constant")
    }

    @Test func `rows that fill the triangle anyway are added up in full`() throws {
        let most = try step(predicting: "pays", rows: 1)
        let limit = most.width / (8 * 15)
        #expect(try step(predicting: "pays", rows: limit).hasFewProducts)
        #expect(try !step(predicting: "pays", rows: limit + 1).hasFewProducts)
    }

    /// The step of the round that asks for products.
    private func step(predicting target: String, rows: Int) throws -> TrainingStep {
        let compiled = try CompiledModel(
            """
            CREATE MODEL m FROM jobs PREDICT \(target) USING (quality => off, model => \
            \(target == "pays" ? "logistic" : "linear")) WITH PRIVACY (epsilon => 8.0, delta => 1e-5)
            """,
            pool: QueryPool(
                name: "jobs", tables: [Self.schema], rowsPerPerson: rows, people: 1_000_000))
        guard case .regression(let coding) = compiled.method else { throw Unexpected() }
        let width = coding.width
        #expect(width > 100)
        return compiled.step(
            .products(
                coding,
                Standard(
                    means: coding.numbers.map { _ in 0.4 },
                    deviations: coding.numbers.map { _ in 0.2 }, norm: 1)), radius: 1 << 30)
    }

    private struct Unexpected: Error {}

    private func person(_ rows: Int, _ dice: inout Seeded) -> Rows {
        let most: [Int64] = [100, 59, 59, 1, 1000]
        return Rows(
            schema: Self.schema,
            columns: most.map { most in
                .init(values: (0..<rows).map { _ in Int64.random(in: 0...most, using: &dice) })
            }, count: rows)
    }

    /// The products of whole feature vectors, as the definition has them.
    private func products(of person: Rows, _ step: TrainingStep) -> [Double] {
        guard case .products(let coding, let standard) = step.sums else { return [] }
        let width = coding.width
        var sums = [Double](repeating: 0, count: step.width)
        let target = step.rows.columns.count - 1
        for row in 0..<person.count {
            let values = step.rows.columns.map { column in
                person.columns[Self.schema.columns.firstIndex { $0.name == column.name } ?? 0]
                    .values[row]
            }
            var read = FeatureRow(coding)
            values.withUnsafeBufferPointer { read.read($0, coding, standard) }
            var features = [Double](repeating: 0, count: width)
            for (place, number) in read.numbers.enumerated() { features[place] = number }
            for place in read.places { features[place] = read.one }
            var place = 0
            for i in 0..<width {
                for j in i..<width {
                    sums[place] += features[i] * features[j] * (i == j ? 1 : 2.0.squareRoot())
                    place += 1
                }
            }
            if step.goal.isNumber, let wanted = step.goal.value(of: values[target]) {
                for i in 0..<width { sums[place + i] += features[i] * wanted }
            }
        }
        return sums
    }
}
