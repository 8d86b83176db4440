// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault

@testable import Learn

/// What is asked of every model of rows in its buyer's hands, whatever it is made of.
enum BoughtModel {
    /// It is the same model, to the byte, after it was kept.
    static func expectKept(
        _ model: Model, as kind: String, at place: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = try model.json.signable()
        let kept = try Model(json: try JSON(parsing: bytes))
        #expect(kept == model, sourceLocation: place)
        #expect(try kept.json.signable() == bytes, sourceLocation: place)
        #expect(
            model.json["kind"]?.string == kind && model.json["version"]?.string == "1",
            sourceLocation: place)
        #expect(kept.quality != nil && kept.average != nil, sourceLocation: place)
    }

    /// A cell that is missing, empty, no number or no category is an error.
    static func expectRefused(
        _ model: Model, _ row: [String: String], at place: SourceLocation = #_sourceLocation
    ) {
        for (column, cell, problem) in [
            ("age", nil, "line 2: the feature age is missing"), ("age", "", "age is empty"),
            ("age", "old", "age wants a number"), ("region", "west", "has no category 'west'"),
        ] as [(String, String?, String)] {
            var row = row
            row[column] = cell
            let error = #expect(throws: ModelError.self, sourceLocation: place) {
                try model.values(of: row, line: 2)
            }
            #expect(
                error?.description.contains(problem) == true, "\(String(describing: error))",
                sourceLocation: place)
        }
    }

    /// Twenty of 400 people whose rows say the opposite are found by it, and honest rows are worth something.
    ///
    /// - Parameters:
    ///   - target: what is predicted, "buys" or "spends".
    ///   - options: what stands behind USING.
    static func expectWorth(
        of target: String, using options: String, at place: SourceLocation = #_sourceLocation
    ) throws {
        let column = target == "buys" ? 5 : 6
        let most: Int64 = target == "buys" ? 1 : 10_000
        var people = People.made(400, rows: 20).people
        for cheat in 0..<20 {
            people[cheat].columns[column].values = people[cheat].columns[column].values.map {
                most - $0
            }
        }
        let compiled = try Fixture.compiled(
            "PREDICT \(target) USING (\(options))", epsilon: "4.0", people: 400, rows: 20)
        #expect(compiled.tellsWorth, sourceLocation: place)
        let cohort = People(people: people)
        let model = try #require(
            try Fixture.exact(compiled, on: cohort), sourceLocation: place)
        let information = try #require(
            Information(compiled.question, by: model), sourceLocation: place)
        let honest = try information.worths(over: cohort)[20...]
        #expect(honest.map(\.bits).reduce(0, +) / 380 > 3, sourceLocation: place)
        #expect(
            try information.contradicting(over: cohort) == Array(0..<20), sourceLocation: place)
    }
}
