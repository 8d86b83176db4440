// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import SwiftProtobuf
import Testing
import Vault

@testable import Learn
@testable import ONNX

/// A model of clusters: how it is asked for, and what it is in its buyer's hands.
@Suite struct ClusterSetTests {
    private static let pool = QueryPool(
        name: "people", tables: [People.schema], rowsPerPerson: 1, people: 1000)

    /// Two clusters, of those who are young and live in the north, and of those who are old and live in the south.
    private static let file: JSON = [
        "type": "DividendModel", "version": "1", "name": "kinds", "kind": "clusters",
        "predicts": nil, "order": ["region", "age"], "quality": nil, "average": nil,
        "numbers": [["column": "age", "scale": 0, "low": "0", "high": "100"]],
        "choices": [["column": "region", "categories": ["north", "south"]]],
        "clusters": [
            [
                "numbers": ["20.5"], "parts": [["0.75", "0.25", "0.0"]], "share": "0.6",
                "spread": "0.2",
            ],
            [
                "numbers": ["70.0"], "parts": [["0.0", "1.0", "0.0"]], "share": "0.4",
                "spread": "0.1",
            ],
        ],
    ]

    @Test(arguments: [
        (
            "CREATE MODEL m FROM people USING (model => clusters)",
            "write USING (model => clusters, clusters => 8)"
        ),
        (
            "CREATE MODEL m FROM people USING (model => clusters, clusters => 1)",
            "clusters => 1 is out of range"
        ),
        ("CREATE MODEL m FROM people USING (model => clusters, clusters => 51)", "2 to 50"),
        ("CREATE MODEL m FROM people USING (model => clusters, clusters => 2.5)", "out of range"),
        ("CREATE MODEL m FROM people USING (model => clusters, clusters => many)", "out of range"),
        (
            "CREATE MODEL m FROM people PREDICT buys USING (model => clusters, clusters => 8)",
            "leave out PREDICT"
        ),
        ("CREATE MODEL m FROM people PREDICT buys USING (clusters => 8)", "no option 'clusters'"),
        ("CREATE MODEL m FROM people USING (model => trees)", "PREDICT"),
        ("CREATE MODEL m FROM people USING (clusters => 8)", "PREDICT"),
        ("CREATE MODEL m FROM people", "without PREDICT for USING (model => clusters"),
        (
            "CREATE MODEL m FROM people USING (model => clusters, clusters => 8, depth => 3)",
            "no option 'depth'"
        ),
        (
            "CREATE MODEL m FROM people USING (model => clusters, clusters => 8, quality => no)",
            "on or off"
        ),
        (
            "CREATE MODEL m FROM people USING (model => clusters, clusters => 8, features => (nickname))",
            "without public bounds"
        ),
        (
            "CREATE MODEL m FROM people GROUP BY region USING (model => clusters, clusters => 8)",
            "no place in CREATE MODEL"
        ),
    ])
    func `what cannot be asked is said, with its place`(sql: String, problem: String) {
        let error = #expect(throws: QueryError.self) { try CompiledModel(sql, pool: Self.pool) }
        let words = error.map { "\($0)" } ?? ""
        #expect(words.contains(problem), "\(words)")
        #expect(words.contains("line 1, column"))
    }

    @Test func `all columns that can be are looked at, and nothing is predicted`() throws {
        let model = try CompiledModel(
            "CREATE MODEL m FROM people WHERE age > 18 USING (clusters => 8, model => clusters)",
            pool: Self.pool)
        #expect(model.question.predicted == nil)
        #expect(
            model.question.features.map(\.name)
                == ["age", "income", "region", "member", "buys", "spends"])
        #expect(!model.tellsWorth && model.isMeasured)
        let lines = model.explanation.lines.map { "\($0.subject) \($0.text)" }
        for words in [
            "finds up to 8 clusters, ", "features 6 columns: ",
            "round the rows in each bin of every column: rho ",
            "round the rows in each cell that columns are cut into: rho ",
            "round where the rows of each cluster lie from its centre, 2 times: rho ",
        ] { #expect(lines.contains { $0.hasPrefix(words) }, "\(words)") }
        #expect(!lines.contains { $0.contains("predict") })
        #expect(!model.notes.contains { $0.contains("people are few") })
        #expect(try model.expecting(50).notes.contains { $0.contains("people are few for 8") })
    }

    @Test func `more categories than bins are refused, with what to do`() throws {
        let schema = Schema(
            table: "people",
            columns: [Schema.Column("town", .category, categories: (0..<256).map { "t\($0)" })])
        let error = #expect(throws: QueryError.self) {
            try CompiledModel(
                "CREATE MODEL m FROM people USING (model => clusters, clusters => 8)",
                pool: QueryPool(name: "people", tables: [schema], rowsPerPerson: 1, people: 1000))
        }
        #expect("\(String(describing: error))".contains("more than 255 categories"))
    }

    @Test func `two questions are the same or not`() throws {
        func digest(_ options: String) throws -> String {
            try CompiledModel(
                "CREATE MODEL m FROM people USING (model => clusters, \(options))", pool: Self.pool
            ).digest.hex
        }
        let first = try digest("clusters => 8")
        #expect(try digest("clusters => 8, quality => on") == first)
        #expect(try digest("clusters => 9") != first)
        #expect(try digest("clusters => 8, features => (age)") != first)
    }

    @Test func `a model that was kept is the same model, to the byte`() throws {
        let model = try Model(json: Self.file)
        #expect(model.json == Self.file)
        #expect(model.order == ["region", "age"] && model.kind == "clusters")
        let trained = try #require(
            try Fixture.exact(
                CompiledModel(
                    "CREATE MODEL m FROM people USING (model => clusters, clusters => 3)",
                    pool: Self.pool), on: People.made(1000)))
        let bytes = try trained.json.signable()
        let kept = try Model(json: try JSON(parsing: bytes))
        #expect(kept == trained)
        #expect(try kept.json.signable() == bytes)
    }

    @Test func `a row belongs to the nearest cluster`() throws {
        let model = try Model(json: Self.file)
        func nearest(_ age: String, _ region: String) throws -> Prediction {
            model.prediction(
                of: try model.values(of: ["age": age, "region": region], line: 2))
        }
        let young = try nearest("20", "north")
        #expect(young.value == "1" && young.chance == nil)
        // 0.5 of 100 years are 0.01; the other parts are 1/4 off, each times √½.
        #expect(abs(young.score - (0.0001 + 0.0625).squareRoot()) < 1e-12)
        #expect(young.distance == "0.2502")
        #expect(try nearest("70", "south").value == "2")
        #expect(try nearest("70", "south").score == 0)
        #expect(try nearest("500", "south").value == "2")
        #expect(try nearest("NULL", "north").value == "1")
        #expect(try nearest("NULL", "NULL").value == "1")
        let error = #expect(throws: ModelError.self) { try nearest("7", "west") }
        #expect(error?.description.contains("has no category 'west'") == true)
    }

    @Test func `it is shown cluster by cluster, in the columns' own units`() throws {
        let table = try Model(json: Self.file).table
        #expect(table.columns == ["cluster", "share", "spread", "region", "age"])
        #expect(
            table.rows.map { $0.map(\.text) } == [
                ["1", "0.6000", "0.2000", "north 75 %", "21"],
                ["2", "0.4000", "0.1000", "south 100 %", "70"],
            ])
    }

    @Test func `as ONNX it has the nearest cluster and its distance`() throws {
        let model = try Model(json: Self.file)
        let bytes = try model.onnx()
        #expect(try model.onnx() == bytes)
        let graph = try ModelProto(serializedBytes: bytes).graph
        #expect(graph.input.map(\.name) == ["region", "age"])
        #expect(graph.output.map(\.name) == ["cluster", "distance"])
        #expect(graph.output.map { $0.type.tensorType.elemType } == [8, 11])
    }

    @Test func `it does not tell what rows are worth`() throws {
        let compiled = try CompiledModel(
            "CREATE MODEL m FROM people USING (model => clusters, clusters => 3)", pool: Self.pool)
        let model = try #require(try Fixture.exact(compiled, on: People.made(200)))
        #expect(Information(compiled.question, by: model) == nil)
    }

    /// The file with another value in one place: a member, or "clusters.0.member".
    private static func changed(_ path: String, _ value: JSON?) -> JSON {
        guard case .object(var members) = file else { return .null }
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 3, case .array(var items) = members[parts[0]],
            let place = Int(parts[1]), case .object(var item) = items[place]
        else {
            members[path] = value
            return .object(members)
        }
        item[parts[2]] = value
        items[place] = .object(item)
        members[parts[0]] = .array(items)
        return .object(members)
    }

    @Test(
        arguments: [
            ("kind", "trees", "kind"), ("kind", "logistic", "kind"), ("kind", nil, "kind"),
            ("predicts", ["names": ["a", "b"]], "kind: logistic"), ("predicts", 1, "predicts"),
            ("order", ["age"], "choices[0]"), ("order", ["age", "region", "x"], "order"),
            ("numbers", [], "order"), ("numbers.0.low", "100", "numbers[0]"),
            ("numbers.0.scale", 10, "numbers[0]"), ("numbers.0.column", "region", "choices[0]"),
            ("choices.0.categories", [], "choices[0]"),
            ("choices.0.categories", ["a"], "clusters[0].parts"),
            ("clusters", [], "clusters: a list of 1 to 50"), ("clusters", nil, "clusters"),
            ("clusters.0.numbers", ["101"], "clusters[0].numbers"),
            ("clusters.0.numbers", ["nan"], "clusters[0].numbers"),
            ("clusters.0.numbers", [], "clusters[0].numbers"),
            ("clusters.1.parts", [["0", "1", "nan"]], "clusters[1].parts"),
            ("clusters.1.parts", [["0", "1", "2"]], "clusters[1].parts"),
            ("clusters.1.parts", [["0", "1"]], "clusters[1].parts"),
            ("clusters.1.parts", nil, "clusters[1].parts"),
            ("clusters.1.share", "1.5", "clusters[1].share"),
            ("clusters.1.share", nil, "clusters[1].share"),
            ("clusters.1.spread", "-1", "clusters[1].spread"),
            ("clusters.1.spread", "inf", "clusters[1].spread"),
        ] as [(String, JSON?, String)])
    func `a file that was damaged is refused, by the name of the member`(
        path: String, value: JSON?, problem: String
    ) {
        let error = #expect(throws: ModelError.self) {
            try Model(json: Self.changed(path, value))
        }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func `a file that was changed anywhere is read or refused, never a trap`() throws {
        let bytes = try Self.file.signable()
        var refused = 0
        for place in bytes.indices {
            for byte in [UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "\""), 0] {
                var changed = bytes
                changed[place] = byte
                guard let json = try? JSON(parsing: changed), let model = try? Model(json: json)
                else {
                    refused += 1
                    continue
                }
                _ = model.prediction(of: [0, 50])
                _ = model.table
                _ = try? model.onnx()
            }
        }
        #expect(refused > 500)
    }
}
