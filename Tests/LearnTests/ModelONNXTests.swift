// SPDX-License-Identifier: Apache-2.0
import Canon
import SwiftProtobuf
import Testing

@testable import Learn
@testable import ONNX

/// A model as a file that programs of others run. What they predict with it, `Tests/interop/onnx_models.py` compares.
@Suite struct ModelONNXTests {
    private static func model(_ target: String) throws -> Model {
        let compiled = try Fixture.compiled("PREDICT \(target)", people: 1000)
        return try #require(try Fixture.exact(compiled, on: People.made(1000)))
    }

    /// A model whose form has other members in some places.
    private static func model(
        _ target: String, changing changes: [String: JSON]
    ) throws -> Model {
        guard case .object(var members) = try model(target).json else {
            throw ModelError("a model is an object")
        }
        members.merge(changes) { $1 }
        return try Model(json: .object(members))
    }

    /// A model of two columns, with names and categories of choice.
    private static func small(
        _ column: String = "age", low: String = "0", choice: String = "region",
        categories: [JSON] = ["north"], weight: String = "0.5"
    ) throws -> Model {
        try model(
            "buys",
            changing: [
                "numbers": [
                    [
                        "column": .string(column), "scale": 2, "low": .string(low),
                        "high": "9007199254740993", "mean": "0.5", "deviation": "0.1",
                    ]
                ],
                "choices": [["column": .string(choice), "categories": .array(categories)]],
                "order": [.string(choice), .string(column)],
                "weights": .array((0..<categories.count + 3).map { _ in .string(weight) }),
            ])
    }

    private static func read(_ model: Model) throws -> ModelProto {
        try ModelProto(serializedBytes: try model.onnx())
    }

    @Test(arguments: ["buys", "spends"])
    func `the same model gives the same bytes, also when it was kept in between`(
        target: String
    ) throws {
        let model = try ModelONNXTests.model(target)
        let bytes = try model.onnx()
        #expect(try model.onnx() == bytes)
        #expect(try Model(json: try JSON(parsing: try model.json.signable())).onnx() == bytes)
    }

    @Test func `columns are inputs in their order, numbers as doubles and the rest as texts`()
        throws
    {
        let model = try ModelONNXTests.model("buys")
        let file = try ModelONNXTests.read(model)
        #expect(file.graph.input.map(\.name) == model.order)
        let kinds = [
            "age": 11, "income": 11, "region": 8, "member": 8, "spends": 11,
        ]
        for input in file.graph.input {
            #expect(Int(input.type.tensorType.elemType) == kinds[input.name], "\(input.name)")
            let shape = input.type.tensorType.shape.dim
            #expect(shape.count == 2)
            #expect(shape[0].dimParam == "N")
            #expect(shape[1].dimValue == 1)
        }
        #expect(file.opsetImport.map(\.version) == [19])
        #expect(file.opsetImport.map(\.domain) == [""])
    }

    @Test(
        arguments: [("buys", ["probability", "label"], [11, 8]), ("spends", ["value"], [11])]
            as [(String, [String], [Int32])])
    func `outputs are a chance with its label, or a number`(
        target: String, names: [String], kinds: [Int32]
    ) throws {
        let outputs = try ModelONNXTests.read(try ModelONNXTests.model(target)).graph.output
        #expect(outputs.map(\.name) == names)
        #expect(outputs.map { $0.type.tensorType.elemType } == kinds)
        #expect(outputs.allSatisfy { $0.type.tensorType.shape.dim.map(\.dimParam) == ["N"] })
    }

    @Test func `a column keeps its name, and an output of that name makes way`() throws {
        let file = try ModelONNXTests.read(
            try ModelONNXTests.small("probability", choice: "numbers"))
        #expect(file.graph.input.map(\.name) == ["numbers", "probability"])
        #expect(file.graph.output.map(\.name) == ["probability_", "label"])
    }

    @Test func `every value that is taken was given before, and no name is there twice`() throws {
        for target in ["buys", "spends"] {
            let graph = try ModelONNXTests.read(try ModelONNXTests.model(target)).graph
            var known = graph.input.map(\.name) + graph.initializer.map(\.name)
            for node in graph.node {
                #expect(node.input.allSatisfy(known.contains), "\(node.name)")
                known += node.output
            }
            #expect(Set(known).count == known.count)
            #expect(graph.output.allSatisfy { known.contains($0.name) })
        }
    }

    @Test func `it says what it is`() throws {
        let model = try ModelONNXTests.model("buys")
        let properties = try ModelONNXTests.read(model).metadataProps
        #expect(
            properties.map(\.key) == ["type", "version", "name", "kind", "predicts", "model"])
        #expect(
            properties.map(\.value).dropLast() == [
                "DividendModel", "1", "m", "logistic", #"{"names":["no","yes"]}"#,
            ])
        // As a passport has it.
        #expect(properties.last?.value == Digest(of: try model.json.signable()).hex)
    }

    @Test func `cells that no row can have are no categories`() throws {
        let model = try ModelONNXTests.small(
            categories: ["NULL", "", "b", "b", "e\u{301}", "é"], weight: "0.25")
        let graph = try ModelONNXTests.read(model).graph
        let cells = try #require(graph.initializer.first { $0.name == "cells_of_region" })
        let wanted = ["b", "e\u{301}", "é", "NULL"]
        #expect(cells.stringData.map { Array($0) } == wanted.map { Array($0.utf8) })
        let weights = try #require(graph.initializer.first { $0.name == "weights" })
        #expect(weights.dims == [5, 1])
    }

    @Test func `what doubles cannot hold is refused`() throws {
        let problems: [(Model, String)] = [
            (try ModelONNXTests.small(weight: "1e308"), "weights: their sum"),
            (
                try ModelONNXTests.small("income", low: "9007199254740992"),
                "income: its bounds are the same double"
            ),
            (try ModelONNXTests.small(""), "no input of the name ''"),
            (
                try ModelONNXTests.model(
                    "buys",
                    changing: ["numbers": [], "choices": [], "order": [], "weights": ["1"]]),
                "a model without columns"
            ),
        ]
        for (model, problem) in problems {
            do throws(ModelError) {
                _ = try model.onnx()
                Issue.record("written: \(problem)")
            } catch { #expect(error.description.contains(problem), "\(error)") }
        }
    }
}
