// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import TestSupport
import Testing
import Vault

@testable import Learn

/// What a quote says of a model before anybody's rows are read.
@Suite struct ExpectationTests {
    private static let of = "USING (features => (age, income, region, member))"

    @Test func `the same question has the same expectation`() async throws {
        let model = try Fixture.compiled("PREDICT buys \(Self.of)", people: 300)
        #expect(try await model.expectation() == model.expectation())
    }

    @Test(arguments: [
        ("PREDICT buys \(of)", ["accuracy", "auc"]),
        ("PREDICT spends \(of)", ["r2"]),
        (
            "PREDICT buys USING (model => trees, features => (age, income, region))",
            ["accuracy", "auc"]
        ),
        ("PREDICT spends USING (model => recommender, items => region)", ["r2"]),
        (
            "USING (model => clusters, clusters => 4, features => (age, income, region))",
            ["explained"]
        ),
    ])
    func `every kind of model has one`(_ words: String, _ names: [String]) async throws {
        let model = try Fixture.compiled(words, epsilon: "8.0", people: 4000, rows: 3)
        let found = try #require(try await model.expectation())
        #expect(found.measures.map(\.name) == names)
        for measure in found.measures {
            #expect(measure.limit > measure.guess, "\(measure.name) can be better than a guess")
            #expect(measure.value > measure.guess, "\(measure.name) is better than a guess")
            #expect(
                measure.value <= measure.limit + 300, "noise does not make \(measure.name) better")
        }
    }

    @Test func `a forecast has one, and less is better`() async throws {
        let schema = Schema(
            table: "days",
            columns: [
                Schema.Column("day", .date), Schema.Column("steps", .integer, bounds: 0...30_000),
            ])
        let model = try CompiledModel(
            "CREATE MODEL m FROM days PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast) "
                + "WITH PRIVACY (epsilon => 4.0, delta => 1e-5)",
            pool: QueryPool(name: "days", tables: [schema], rowsPerPerson: 62, people: 1000))
        let measure = try #require(try await model.expectation()?.measures.first)
        #expect(measure.name == "mase")
        #expect(measure.limit < measure.guess && measure.value < measure.guess)
    }

    @Test func `little privacy and few people make nothing, and it is said what would`()
        async throws
    {
        let poor = try #require(
            try await Fixture.compiled(
                "PREDICT buys \(Self.of)", epsilon: "0.1", people: 100
            ).expectation())
        #expect(poor.isPoor)
        let enough = try #require(poor.enough)
        #expect(poor.notes.contains { $0.contains("epsilon => \(enough) would leave more") })
        let better = try #require(
            try await Fixture.compiled(
                "PREDICT buys \(Self.of)", epsilon: enough, people: 100
            ).expectation())
        #expect(!better.isPoor && better.enough == nil)
        #expect(!better.notes.contains { $0.contains("more than half") })
    }

    @Test func `a measure that will be too wide to use is said before it is paid`() async throws {
        let wide = try #require(
            try await Fixture.compiled("PREDICT buys \(Self.of)", people: 300).expectation())
        #expect(!wide.isPoor)
        #expect(wide.notes.contains { $0.contains("too wide to tell it from a guess") })
        let narrow = try #require(
            try await Fixture.compiled("PREDICT buys \(Self.of)", people: 100_000).expectation())
        #expect(!narrow.notes.contains { $0.contains("too wide") })
    }

    @Test func `its margins are those that the model will have`() async throws {
        let model = try Fixture.compiled("PREDICT buys \(Self.of)", epsilon: "4.0", people: 3000)
        let expected = try #require(try await model.expectation())
        let made = try #require(try await Fixture.trained(model, on: .made(3000)))
        for measure in try #require(made.quality).measures {
            let margin = try #require(expected.measures.first { $0.name == measure.name }).margin
            #expect(abs(margin - measure.margin) < measure.margin / 4, "\(measure.name)")
        }
    }

    @Test func `of many people some are made up, and what is said is true of all`() async throws {
        let model = try Fixture.compiled(
            "PREDICT spends \(Self.of)", epsilon: "0.05", people: 40_000)
        let expected = try #require(try await model.expectation()?.measures.first)
        // All forty thousand, with the noise of the question itself.
        let twin = try model.twin()
        let all = TwinPeople(count: 40_000, rows: 1, seed: 3, shape: .rows(twin.goal))
        let made = try await twin.train(over: all, drawing: Seeded(5))
        let unseen = TwinPeople(count: 20_000, rows: 1, seed: 4, shape: .rows(twin.goal))
        let reached = try Self.explained(made, on: unseen, of: twin)
        #expect(expected.limit - expected.value > 100, "noise is to be seen")
        #expect(abs(Double(expected.value) / 10_000 - reached) < 0.06)
    }

    @Test func `a model that is not measured has an expectation, and no margins`() async throws {
        let model = try Fixture.compiled(
            "PREDICT buys USING (features => (age, member), quality => off)", people: 500)
        let found = try #require(try await model.expectation())
        #expect(found.margins.isEmpty)
        #expect(found.measures.count == 2)
        #expect(!found.notes.contains { $0.contains("too wide") })
    }

    @Test(arguments: ["step => week", "step => month", "season => 30"])
    func `series are as long as it takes to learn their season`(_ step: String) async throws {
        let schema = Schema(
            table: "days",
            columns: [
                Schema.Column("day", .date), Schema.Column("steps", .integer, bounds: 0...30_000),
            ])
        let model = try CompiledModel(
            "CREATE MODEL m FROM days PREDICT steps ORDER BY day HORIZON 4 USING (model => forecast, \(step)) "
                + "WITH PRIVACY (epsilon => 8.0, delta => 1e-5)",
            pool: QueryPool(name: "days", tables: [schema], rowsPerPerson: 1000, people: 2000))
        let found = try #require(try await model.expectation())
        #expect(found.measures.first?.name == "mase")
    }

    @Test(arguments: [
        "PREDICT wanted USING (model => network, hidden => 64)",
        "USING (model => clusters, clusters => 50)",
        "PREDICT wanted",
        "PREDICT wanted USING (model => trees)",
    ])
    func `wide models take no longer than others, or are not tried`(_ words: String) throws {
        let wide = Schema(
            table: "wide",
            columns: (0..<120).map {
                Schema.Column("a\($0)", .category, categories: ["x", "y"])
            } + [Schema.Column("wanted", .boolean)])
        let model = try CompiledModel(
            "CREATE MODEL m FROM wide \(words) WITH PRIVACY (epsilon => 64.0, delta => 1e-5)",
            pool: QueryPool(name: "wide", tables: [wide], rowsPerPerson: 1, people: 100_000))
        // One that would take longer is not tried at all.
        #expect(try Trial(model)?.work ?? 0 <= Trial.mostOfAll)
    }

    @Test func `bounds as wide as numbers go are no trap`() async throws {
        let schema = Schema(
            table: "wide",
            columns: [
                Schema.Column("a", .integer, bounds: Int64.min + 1...Int64.max),
                Schema.Column("b", .decimal(scale: 9), bounds: Int64.max - 1...Int64.max),
                Schema.Column("c", .category, categories: ["only", "two"]),
                Schema.Column("wanted", .integer, bounds: Int64.min + 1...Int64.max),
            ])
        for words in ["PREDICT c", "PREDICT c USING (model => trees)"] {
            let model = try CompiledModel(
                "CREATE MODEL m FROM wide \(words) WITH PRIVACY (epsilon => 1.0, delta => 1e-5)",
                pool: QueryPool(name: "wide", tables: [schema], rowsPerPerson: 100, people: 20))
            #expect(try await model.expectation()?.notes.isEmpty == false)
        }
    }

    @Test func `what is kept with a quote is read again`() async throws {
        let found = try #require(
            try await Fixture.compiled(
                "PREDICT buys \(Self.of)", epsilon: "0.1", people: 100
            ).expectation())
        #expect(Expectation(json: try JSON(parsing: found.json.signable())) == found)
        #expect(Expectation(json: ["people": 3]) == nil)
        #expect(Expectation(json: .null) == nil)
    }

    /// The part of the variance that a model explains.
    private static func explained(
        _ model: Model, on people: TwinPeople, of twin: CompiledModel
    ) throws -> Double {
        var (count, sum, squares, misses) = (0.0, 0.0, 0.0, 0.0)
        var room: Void = ()
        for person in 0..<people.count {
            let rows = try people.tables(
                of: person, reading: twin.question.rows.reads, in: &room)[0]
            for row in 0..<rows.count {
                let values = rows.columns.map { $0.values[row] }
                let wanted = try #require(twin.goal.value(of: values[values.count - 1]))
                let score = model.prediction(of: Array(values.dropLast())).score
                count += 1
                sum += wanted
                squares += wanted * wanted
                misses += (score - wanted) * (score - wanted)
            }
        }
        return 1 - misses / (squares - sum * sum / count)
    }
}
