// SPDX-License-Identifier: Apache-2.0
import Canon
import SwiftProtobuf
import Testing

@testable import Learn
@testable import ONNX

/// A model of trees as a file that programs of others run. What they predict with it, `Tests/interop/onnx_models.py`
/// compares.
@Suite struct CurvesONNXTests {
    /// A model of one number and one choice.
    private static func model(
        edges: [JSON] = ["10", "20"], high: String = "100",
        categories: [JSON] = ["north", "south"], curves: [[JSON]]? = nil, base: String = "0.25"
    ) throws -> Model {
        let curves =
            curves
            ?? [edges.count + 2, categories.count + 1].map { count in
                (0..<count).map { .string("\(count).\($0)") }
            }
        return try Model(
            json: [
                "type": "DividendModel", "version": "1", "name": "m", "kind": "trees",
                "predicts": ["names": ["no", "yes"]], "order": ["region", "age"],
                "quality": nil, "average": nil, "base": .string(base),
                "columns": [
                    [
                        "column": "region", "categories": .array(categories),
                        "curve": .array(curves[1]), "importance": "1",
                    ],
                    [
                        "column": "age", "scale": 0, "low": "0", "high": .string(high),
                        "edges": .array(edges), "curve": .array(curves[0]), "importance": "1",
                    ],
                ],
            ])
    }

    private static func read(_ model: Model) throws -> ModelProto {
        try ModelProto(serializedBytes: try model.onnx())
    }

    /// The constants of a file, by name.
    private static func constants(_ model: Model) throws -> [String: TensorProto] {
        Dictionary(
            uniqueKeysWithValues: try read(model).graph.initializer.map { ($0.name, $0) })
    }

    @Test(arguments: [("buys", ["probability", "label"]), ("spends", ["value"])])
    func `a trained model is written with its columns as inputs, the same bytes each time`(
        target: String, outputs: [String]
    ) throws {
        let compiled = try Fixture.compiled(
            "PREDICT \(target) USING (model => trees)", people: 1000)
        let model = try #require(try Fixture.exact(compiled, on: People.made(1000)))
        let bytes = try model.onnx()
        #expect(try model.onnx() == bytes)
        #expect(try Model(json: try JSON(parsing: try model.json.signable())).onnx() == bytes)
        let file = try ModelProto(serializedBytes: bytes)
        #expect(file.graph.input.map(\.name) == model.order)
        #expect(
            file.graph.input.map { $0.type.tensorType.elemType }
                == (target == "buys" ? [11, 11, 8, 8, 11] : [11, 11, 8, 8, 8]))
        #expect(file.graph.output.map(\.name) == outputs)
        #expect(file.metadataProps.first { $0.key == "kind" }?.value == "trees")
        var known = file.graph.input.map(\.name) + file.graph.initializer.map(\.name)
        for node in file.graph.node {
            #expect(node.input.allSatisfy(known.contains), "\(node.name)")
            known += node.output
        }
        #expect(Set(known).count == known.count)
    }

    @Test
    func
        `curves stand one below the other, numbers first, NULL first in numbers and last in choices`()
        throws
    {
        let constants = try Self.constants(try Self.model())
        #expect(constants["curves"]?.dims == [7, 1])
        #expect(constants["curves"]?.doubleData == [4.0, 4.1, 4.2, 4.3, 3.1, 3.2, 3.0])
        #expect(constants["base"]?.doubleData == [0.25])
        #expect(constants["bins_of_age"]?.doubleData == [0, 1, 2, 3])
        #expect(constants["edges_of_age"]?.doubleData == [-.greatestFiniteMagnitude, 10, 20])
        let cells = constants["cells_of_region"]?.stringData.map { Array($0) }
        #expect(cells == ["north", "south", "NULL"].map { Array($0.utf8) })
    }

    @Test func `cells that no row can have have no value`() throws {
        let constants = try Self.constants(
            try Self.model(categories: ["NULL", "b", "", "b", "a"]))
        #expect(constants["curves"]?.doubleData.suffix(3) == [6.2, 6.5, 6.0])
    }

    @Test func `edges that no double holds are written as the next one below`() throws {
        let high = "9223372036854775807"
        let constants = try Self.constants(
            try Self.model(
                edges: ["9007199254740993", "9007199254740995", "9223372036854775806"], high: high))
        // 2^53 + 1 lies between two doubles, 2^53 + 3 too, and is nearer to neither.
        #expect(
            constants["edges_of_age"]?.doubleData.suffix(3)
                == [0x1p53, 0x1p53 + 2, 0x1p63 - 1024])
    }

    @Test func `what doubles cannot hold is refused`() throws {
        let problems: [(Model, String)] = [
            (
                try Self.model(
                    curves: [["1e308", "0", "0", "0"], ["0", "0", "-1e308"]]),
                "curves: their sum"
            ),
            (
                try Self.model(
                    curves: [["1e308", "0", "0", "0"], ["0", "0", "0"]], base: "1e308"), "curves"
            ),
        ]
        for (model, problem) in problems {
            let error = #expect(throws: ModelError.self) { try model.onnx() }
            #expect(error?.description.contains(problem) == true)
        }
    }
}
