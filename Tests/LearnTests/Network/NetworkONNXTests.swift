// SPDX-License-Identifier: Apache-2.0
import Canon
import SwiftProtobuf
import Testing

@testable import Learn
@testable import ONNX

/// A network as a file that programs of others run. What they predict with it, `Tests/interop/onnx_models.py` compares.
@Suite struct NetworkONNXTests {
    /// A network of two units, of one number and one choice.
    private static func model(
        hidden: [[JSON]] = [["1", "2", "3", "4", "5"], ["-1", "-2", "-3", "-4", "-5"]],
        outputs: [JSON] = ["0.5", "-0.5"], constant: JSON = "0.25", high: String = "100"
    ) throws -> Model {
        try Model(
            json: [
                "type": "DividendModel", "version": "1", "name": "m", "kind": "network",
                "predicts": ["names": ["no", "yes"]], "order": ["region", "age"],
                "quality": nil, "average": nil, "norm": "1",
                "numbers": [
                    [
                        "column": "age", "scale": 0, "low": "0", "high": .string(high),
                        "mean": "0.5", "deviation": "0.1",
                    ]
                ],
                "choices": [["column": "region", "categories": ["north", "south"]]],
                "hidden": .array(hidden.map { .array($0) }), "outputs": .array(outputs),
                "constant": constant,
            ])
    }

    private static func read(_ model: Model) throws -> ModelProto {
        try ModelProto(serializedBytes: try model.onnx())
    }

    @Test(arguments: [("buys", ["probability", "label"]), ("spends", ["value"])])
    func `a trained network is written with its columns as inputs, the same bytes each time`(
        target: String, outputs: [String]
    ) throws {
        let compiled = try Fixture.compiled(
            "PREDICT \(target) USING (model => network)", people: 300)
        let model = try #require(try Fixture.exact(compiled, on: People.made(300)))
        let bytes = try model.onnx()
        #expect(try model.onnx() == bytes)
        #expect(try Model(json: try JSON(parsing: try model.json.signable())).onnx() == bytes)
        let file = try ModelProto(serializedBytes: bytes)
        #expect(file.graph.input.map(\.name) == model.order)
        #expect(file.graph.output.map(\.name) == outputs)
        #expect(file.metadataProps.first { $0.key == "kind" }?.value == "network")
        var known = file.graph.input.map(\.name) + file.graph.initializer.map(\.name)
        for node in file.graph.node {
            #expect(node.input.allSatisfy(known.contains), "\(node.name)")
            known += node.output
        }
        #expect(Set(known).count == known.count)
    }

    @Test
    func `weights stand feature below feature, unit beside unit, those of the constant apart`()
        throws
    {
        let constants = Dictionary(
            uniqueKeysWithValues: try Self.read(try Self.model()).graph.initializer.map {
                ($0.name, $0)
            })
        #expect(constants["weights"]?.dims == [4, 2])
        #expect(constants["weights"]?.doubleData == [1, -1, 2, -2, 3, -3, 4, -4])
        #expect(constants["hidden_constants"]?.doubleData == [5, -5])
        #expect(constants["outputs"]?.dims == [2, 1])
        #expect(constants["outputs"]?.doubleData == [0.5, -0.5])
        #expect(constants["constant"]?.doubleData == [0.25])
    }

    @Test func `what doubles cannot hold is refused`() throws {
        let wide = [JSON](repeating: "1e308", count: 5)
        let problems: [(Model, String)] = [
            (try Self.model(hidden: [wide, wide]), "hidden: the square of their sum"),
            (
                try Self.model(hidden: [["1e101", "0", "0", "0", "0"], ["0", "0", "0", "0", "0"]]),
                "hidden"
            ),
            (try Self.model(outputs: ["1e308", "1e308"]), "outputs: their sum"),
            (try Self.model(outputs: ["1e308", "0"], constant: "1e308"), "outputs"),
        ]
        for (model, problem) in problems {
            let error = #expect(throws: ModelError.self) { try model.onnx() }
            #expect(error?.description.contains(problem) == true)
        }
    }
}
