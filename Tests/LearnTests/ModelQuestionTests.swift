// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Privacy
import Query
import Testing
import Vault

@testable import Learn

/// CREATE MODEL: what can be written, and what is said of what cannot.
@Suite struct ModelQuestionTests {
    private static let pool = QueryPool(
        name: "people", tables: [People.schema], rowsPerPerson: 1, people: 1000)

    @Test func `all columns that can be learned from are, but what is predicted`() throws {
        let model = try CompiledModel("CREATE MODEL m FROM people PREDICT buys", pool: Self.pool)
        #expect(
            model.question.features.map(\.name)
                == ["age", "income", "region", "member", "spends"])
        #expect(model.question.predicted?.name == "buys")
        #expect(model.question.target.epsilon.description == "1")
    }

    @Test func `a condition is predicted as true or false, without its columns`() throws {
        let model = try CompiledModel(
            "create model m from people where age > 18 predict region = 'north' "
                + "using (model => logistic, features => (age, member));", pool: Self.pool)
        #expect(model.question.features.map(\.name) == ["age", "member"])
        let other = try CompiledModel(
            "CREATE MODEL m FROM people PREDICT spends > 100", pool: Self.pool)
        #expect(!other.question.features.contains { $0.name == "spends" })
    }

    @Test(arguments: [
        ("CREATE MODEL FROM people PREDICT buys", "the model's name"),
        ("CREATE MODEL m FROM people", "PREDICT"),
        ("CREATE MODEL m FROM people PREDICT", "a value"),
        ("CREATE MODEL m FROM people PREDICT nothing", "no column 'nothing'"),
        ("CREATE MODEL m FROM people PREDICT region", "more than two categories"),
        ("CREATE MODEL m FROM people PREDICT nickname", "cannot be predicted"),
        ("CREATE MODEL m FROM people PREDICT COUNT(*)", "no value of a row"),
        ("CREATE MODEL m FROM others PREDICT buys", "no pool 'others'"),
        ("CREATE MODEL m FROM people PREDICT buys USING (model => forest)", "no model 'forest'"),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (model => linear)",
            "does not predict this"
        ),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (model => forest)",
            "use logistic, linear, trees, network or stream"
        ),
        (
            "CREATE MODEL m FROM people PREDICT spends USING (model => logistic)",
            "write model => linear, model => trees or model => network"
        ),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (model => trees, model => trees)",
            "stands twice"
        ),
        ("CREATE MODEL m FROM people PREDICT buys USING (depth => 3)", "no option 'depth'"),
        ("CREATE MODEL m FROM people PREDICT buys USING (quality => perhaps)", "on or off"),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (features => (nickname))",
            "without public bounds"
        ),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (features => (buys))",
            "what is to be predicted"
        ),
        ("CREATE MODEL m FROM people PREDICT buys USING (features => (age, age))", "stands twice"),
        ("CREATE MODEL m FROM people PREDICT buys USING (features => age)", "features are columns"),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (model => logistic, model => logistic)",
            "stands twice"
        ),
        ("CREATE MODEL m FROM people PREDICT buys WITH PRIVACY (epsilon => 0)", "epsilon"),
        ("CREATE MODEL m FROM people PREDICT buys WITH PRIVACY (proof => on)", "not proven yet"),
        ("CREATE MODEL m FROM people PREDICT buys WITH PRIVACY (rows => 0)", "out of range"),
        ("CREATE MODEL m FROM people PREDICT buys WITH ACCURACY (5%)", "cannot be ordered"),
        ("CREATE MODEL m FROM people PREDICT buys GROUP BY region", "no place in CREATE MODEL"),
        ("CREATE MODEL m FROM people PREDICT buys LIMIT 3", "LIMIT has no place"),
        ("CREATE TABLE m", "MODEL"),
    ])
    func `what cannot be asked is said, with its place`(sql: String, problem: String) {
        do {
            _ = try CompiledModel(sql, pool: Self.pool)
            Issue.record("taken: \(sql)")
        } catch {
            #expect("\(error)".contains(problem), "\(error)")
            #expect("\(error)".contains("line 1, column"))
        }
    }

    @Test func `two texts that ask the same are one model, others are not`() throws {
        func digest(_ sql: String) throws -> String {
            try CompiledModel(sql, pool: Self.pool).digest.hex
        }
        let first = try digest("CREATE MODEL m FROM people PREDICT buys")
        #expect(
            try digest("create model other from people predict buys using (model => logistic)")
                == first)
        #expect(try digest("CREATE MODEL m FROM people PREDICT member") != first)
        #expect(try digest("CREATE MODEL m FROM people WHERE age > 3 PREDICT buys") != first)
        #expect(
            try digest("CREATE MODEL m FROM people PREDICT buys WITH PRIVACY (epsilon => 2)")
                != first)
        #expect(
            try digest("CREATE MODEL m FROM people PREDICT buys USING (quality => off)") != first)
        #expect(
            try digest("CREATE MODEL m FROM people PREDICT buys USING (model => trees)") != first)
    }

    @Test func `trees are explained in their rounds`() throws {
        let model = try CompiledModel(
            "CREATE MODEL m FROM people PREDICT buys USING (model => trees)", pool: Self.pool)
        let lines = model.explanation.lines.map { "\($0.subject) \($0.text)" }
        for words in [
            "predicts buys, whether it is yes, by additive trees: ", "features 5 columns in ",
            "round the rows in each bin of every column: rho ",
            "round the residuals in each leaf of every column's tree, ",
            "round how good it is on rows that were held out: rho ",
        ] { #expect(lines.contains { $0.hasPrefix(words) }, "\(words)") }
        #expect(model.notes[0].contains("\(model.schedule.rounds.count) rounds"))
        #expect(!model.notes.contains { $0.contains("people are few") })
        let few = try model.expecting(50)
        #expect(few.notes.contains { $0.contains("people are few for trees") })
    }

    @Test func `a network says how many hidden units and steps it has`() throws {
        let model = try Fixture.compiled(
            "PREDICT buys USING (model => network, hidden => 8)", people: 10_000)
        let lines = model.explanation.lines.map { "\($0.subject) \($0.text)" }
        for words in [
            "predicts buys, whether it is yes, by a network of one layer of 8 hidden units, in ",
            "features ", "round the middle and spread of each number: rho ",
            "round the slope of the loss, ",
            "round how good it is on rows that were held out: rho ",
        ] { #expect(lines.contains { $0.hasPrefix(words) }, "\(words)") }
        #expect(!model.notes.contains { $0.contains("people are few") })
        let few = try model.expecting(50)
        #expect(few.notes.contains { $0.contains("people are few for a network of") })
        for (words, problem) in [
            ("model => network, hidden => 1", "hidden => 1 is out of range"),
            ("model => network, hidden => 65", "hidden => 65 is out of range"),
            ("model => network, hidden => many", "hidden => many is out of range"),
            ("model => trees, hidden => 8", "there is no option 'hidden' for model => trees"),
            ("hidden => 8", "there is no option 'hidden' for such a model"),
        ] {
            let error = #expect(throws: QueryError.self) {
                try Fixture.compiled("PREDICT buys USING (\(words))")
            }
            #expect(error?.problem == problem, "\(String(describing: error))")
        }
    }

    @Test func `more categories than trees take are refused, with what to do`() throws {
        let schema = Schema(
            table: "people",
            columns: [
                Schema.Column("town", .category, categories: (0..<256).map { "t\($0)" }),
                Schema.Column("buys", .boolean),
            ])
        func compile(_ kind: String) throws(QueryError) -> CompiledModel {
            try CompiledModel(
                "CREATE MODEL m FROM people PREDICT buys USING (model => \(kind))",
                pool: QueryPool(name: "people", tables: [schema], rowsPerPerson: 1, people: 1000))
        }
        let error = #expect(throws: QueryError.self) { try compile("trees") }
        #expect("\(String(describing: error))".contains("more than 255 categories"))
        #expect("\(String(describing: error))".contains("model => logistic"))
        _ = try compile("logistic")
    }

    @Test(arguments: [
        ("model => forest", "forest"), ("quality => perhaps", "perhaps"), ("depth => 3", "depth"),
        ("model => linear", "linear"), ("features => (nickname)", "(nickname)"),
        ("features => age", "age"), ("features => (age, buys)", "(age, buys)"),
    ])
    func `an error marks the value that is wrong, or the option where there is none of that name`(
        option: String, place: String
    ) throws {
        let text = "CREATE MODEL m FROM people PREDICT buys USING (\(option))"
        let error = #expect(throws: QueryError.self) { try CompiledModel(text, pool: Self.pool) }
        let start = try #require(text.range(of: place)).lowerBound
        #expect(error?.position.column == text.distance(from: text.startIndex, to: start) + 1)
    }

    @Test func `a model keeps what it predicts, as it was written`() throws {
        func kept(_ words: String) throws -> String? {
            try Fixture.exact(Fixture.compiled(words), on: People.made(60))?.words
        }
        #expect(
            try kept("PREDICT buys")
                == "predicts buys, no or yes: the chance of yes, by logistic regression")
        #expect(
            try kept("PREDICT   region='north'\n USING (model => trees)")
                == "predicts region='north', false or true: the chance of true, by additive trees")
        #expect(
            try kept("PREDICT spends")
                == "predicts spends, a number from 0 to 100, by linear regression")
        #expect(
            try kept("USING (model => clusters, clusters => 2)")?.hasSuffix("clusters of rows")
                == true)
    }

    @Test func `how good a model is stands in rows that no feature is called like`() throws {
        let model = try #require(
            try Fixture.exact(Fixture.compiled("PREDICT buys"), on: People.made(400)))
        let names = model.table.rows.map { $0[0].text }
        #expect(names.prefix(3) == ["quality: accuracy", "quality: auc", "age"])
        #expect(names.count == model.terms.count + 2)
    }

    @Test func `only CREATE asks for a model`() {
        #expect(ModelQuestion.isModel("CREATE MODEL m"))
        #expect(!ModelQuestion.isModel("SELECT COUNT(*) FROM people"))
        #expect(!ModelQuestion.isModel(""))
        #expect(ModelQuestion.isExplained("explain create model m"))
        #expect(!ModelQuestion.isExplained("EXPLAIN SELECT COUNT(*) FROM people"))
        #expect(!ModelQuestion.isExplained("CREATE MODEL m"))
    }
}
