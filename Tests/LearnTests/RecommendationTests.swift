// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Testing

@testable import Learn

/// A recommender that was bought: what it says, how it is kept, and what is said of what makes no sense.
@Suite struct RecommendationTests {
    private static let model = Model(
        name: "taste", goal: .number(scale: 1, bounds: 5...50),
        form: .factors(
            ItemFactors(
                column: "movie", rating: "stars",
                items: ["Alien", "Amélie", "Brazil", "Casablanca"],
                middle: 0, biases: [0, 0.1, 0, -0.2], factors: [1, -1, 1, -1], width: 1,
                ridge: ItemFactors.Ridge(offset: 5, factor: 0.3))),
        quality: nil, average: nil)

    @Test func `who likes one film is told of those that are like it`() throws {
        let loud = try Self.model.recommendations(for: [("Alien", "5.0")], count: 2)
        #expect(loud.map(\.item) == ["Brazil", "Amélie"])
        let quiet = try Self.model.recommendations(
            for: [("Alien", "0.5"), ("Amélie", "5.0")], count: 9)
        #expect(quiet.map(\.item) == ["Casablanca", "Brazil"])
        #expect((Double(quiet[0].prediction.value) ?? 0) > 4)
        #expect(quiet[0].prediction.chance == nil)
    }

    @Test func `of a person who is not known the items' own middles are told`() throws {
        let all = try Self.model.recommendations(for: [], count: 4)
        // Equal ones stand in the order of the list.
        #expect(all.map(\.item) == ["Amélie", "Alien", "Brazil", "Casablanca"])
        #expect(
            all.map(\.prediction.value) == ["2.975", "2.75", "2.75", "2.3"],
            "two digits more than ratings have")
        #expect(Self.model.prediction(of: [1]).value == "3")
        #expect(try Self.model.recommendations(for: [], count: -1).isEmpty)
    }

    private static func rows(_ cells: [(String, String)]) -> [(line: Int, cells: [String: String])]
    {
        cells.enumerated().map { ($0 + 2, ["movie": $1.0, "stars": $1.1, "note": ""]) }
    }

    @Test func `what is NULL in a file is foretold from what is not`() throws {
        let rows = Self.rows([("Alien", "5.0"), ("Casablanca", "NULL"), ("Brazil", "NULL")])
        let found = try Self.model.foretold(rows)
        #expect(found.map(\.line) == [3, 4])
        #expect(found.map(\.recommendation.item) == ["Casablanca", "Brazil"])
        #expect(found[1].recommendation.prediction.score > 0.7)
        #expect(found[0].recommendation.prediction.score < -0.5)
        let best = try Self.model.recommendations(from: rows, count: 1)
        #expect(best.map(\.item) == ["Brazil"])
    }

    @Test(arguments: [
        ("Jaws", "5", "line 2: movie has no category 'Jaws'; it has Alien, Amélie"),
        ("Alien", "good", "line 2: a rating is a number, or NULL"),
        ("Alien", "", "line 2: a rating is a number, or NULL"),
        ("Alien", "5.1", "line 2: 5.1 is beyond the ratings, which go from 0.5 to 5"),
    ])
    func `what cannot be read is an error with its line`(
        movie: String, stars: String, words: String
    ) {
        let error = #expect(throws: ModelError.self) {
            try Self.model.foretold(Self.rows([(movie, stars)]))
        }
        #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
    }

    @Test func `who rates an item twice is asked which one counts`() throws {
        let rows = Self.rows([("Alien", "5.0"), ("Brazil", "NULL"), ("Alien", "1.0")])
        let error = #expect(throws: ModelError.self) { try Self.model.foretold(rows) }
        #expect(
            error?.description == "line 4: Alien was rated on line 2 already; keep one of them")
        #expect(throws: ModelError.self) {
            try Self.model.recommendations(for: [("Alien", "5"), ("Alien", "5")], count: 1)
        }
        let twice = Self.rows([("Alien", "5.0"), ("Brazil", "NULL"), ("Brazil", "NULL")])
        #expect(try Self.model.foretold(twice).count == 2, "what is asked twice is told twice")
    }

    @Test func `a file without one of the columns is refused`() {
        let error = #expect(throws: ModelError.self) {
            try Self.model.foretold([(line: 2, cells: ["movie": "Alien"])])
        }
        #expect(error?.description.contains("the model wants movie, and stars") == true)
    }

    @Test func `another model recommends nothing, and a recommender is no graph`() throws {
        let linear = try #require(
            try Fixture.exact(Fixture.compiled("PREDICT spends"), on: People.made(50)))
        #expect(throws: ModelError.self) { try linear.recommendations(for: [], count: 1) }
        #expect(!linear.isRecommender && Self.model.isRecommender)
        let error = #expect(throws: ModelError.self) { try Self.model.onnx() }
        #expect(error?.description.contains("a recommender is not written as ONNX") == true)
    }

    @Test func `it comes back from its file as it was`() throws {
        #expect(Self.model.kind == "recommender")
        let bytes = try Self.model.json.signable()
        #expect(try Model(json: try JSON(parsing: bytes)) == Self.model)
        #expect(
            Self.model.table.rows.map { $0.map(\.text) }.last == ["movie = Casablanca", "-0.2000"])
    }

    private static func changed(_ member: String, _ value: JSON?) -> JSON {
        guard case .object(var members) = model.json else { return .null }
        members[member] = value
        return .object(members)
    }

    private static func item(_ name: String, bias: JSON = "0.0", factors: JSON = ["1.0"]) -> JSON {
        ["item": .string(name), "bias": bias, "factors": factors]
    }

    private static let broken: [(String, JSON?, String)] = [
        ("kind", "recommended", "kind: linear, trees or network wanted, or recommender"),
        ("order", ["movie", "stars"], "order"), ("rating", nil, "rating"),
        ("rating", "movie", "rating: another column"), ("middle", "2.0", "middle"),
        ("middle", nil, "middle"), ("offsetRidge", "0.0", "offsetRidge"),
        ("factorRidge", "-1.0", "offsetRidge, factorRidge"), ("items", [], "items: 1 to"),
        ("items", [item("A"), item("A")], "items: each item once"),
        ("items", [item("A"), item("B", factors: [])], "items[1].factors: 1 numbers"),
        ("items", [item("A", factors: ["inf"])], "items[0].factors"),
        ("items", [item("A", bias: "nan")], "items[0].bias"),
        ("items", [["bias": "0"]], "items[0].item"),
        (
            "items", [item("A", factors: .array(Array(repeating: "0.0", count: 17)))],
            "items[0].factors: at most 16"
        ),
    ]

    @Test(arguments: broken)
    func `a file that makes no sense is refused by its member`(
        member: String, value: JSON?, words: String
    ) {
        let error = #expect(throws: ModelError.self) {
            try Model(json: Self.changed(member, value))
        }
        #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
    }

    @Test func `factors beyond all measure foretell something all the same`() throws {
        let json = Self.changed(
            "items", [Self.item("A", factors: ["1e308"]), Self.item("B", factors: ["-1e308"])])
        let found = try Model(json: json).recommendations(for: [("A", "5.0")], count: 2)
        #expect(found.map(\.item) == ["B"])
    }
}

/// USING (model => recommender): what can be written, and what is said of what cannot.
@Suite struct RecommenderQuestionTests {
    @Test func `items and their ratings are all that is read`() throws {
        let model = try Raters.compiled()
        #expect(model.question.features.map(\.name) == ["movie"])
        #expect(model.question.predicted?.name == "rating")
        #expect(model.isMeasured)
    }

    @Test(arguments: [
        ("model => recommender", "rating", "a recommender needs items"),
        ("model => recommender, items => (movie)", "rating", "items is one column"),
        ("model => recommender, items => seen", "rating", "no published categories"),
        ("model => recommender, items => nothing", "rating", "no column 'nothing'"),
        ("model => recommender, items => year", "rating", "no published categories"),
        ("model => recommender, items => rating", "rating", "is what is to be predicted"),
        ("model => recommender, items => movie", "seen", "foretells a number"),
        ("model => recommender, items => movie, features => (year)", "rating", "alone"),
        ("model => recommender, items => movie, factors => 17", "rating", "1 to 16 factors"),
        ("model => recommender, items => movie, factors => few", "rating", "1 to 16 factors"),
        ("model => recommender, items => movie, depth => 2", "rating", "no option 'depth'"),
        ("model => recommender, items => movie, quality => much", "rating", "on or off"),
        ("model => linear, items => movie", "rating", "no option 'items'"),
        ("items => movie", "rating", "no option 'items'"),
        ("model => factors", "rating", "recommender with items => column"),
    ])
    func `what makes no sense is refused`(options: String, predict: String, words: String) {
        let error = #expect(throws: QueryError.self) {
            try Raters.compiled(options, predict: predict)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(String(describing: error))")
    }

    @Test func `it is explained`() throws {
        let words = try Raters.compiled().explanation.lines.map(\.text)
        #expect(words.contains { $0.hasPrefix("movie: 20 items; a person's own taste") })
        #expect(
            words.contains {
                $0
                    == "rating, a number, by private alternating least squares: 4 factors for each item, solved 4 times"
            })
        #expect(
            words.contains {
                $0.hasPrefix("of each item the ratings times its people's factors, 4 times")
            })
        let few = try Raters.compiled(people: 100).explanation.lines.map(\.text)
        #expect(few.contains { $0.hasSuffix("people are few for factors") })
    }
}
