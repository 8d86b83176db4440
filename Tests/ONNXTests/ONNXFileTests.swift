// SPDX-License-Identifier: Apache-2.0
import SwiftProtobuf
import Testing

@testable import ONNX

/// Files as bytes.
@Suite struct ONNXFileTests {
    /// One number, doubled.
    private static func file() throws -> ONNXFile {
        var graph = Graph(name: "g")
        let given = try graph.input("x", .double, shape: [.rows], note: "")
        let two = graph.constant(.scalar(2), named: "two")
        let twice = graph.node(.multiply, [given, two], named: "y")
        graph.output(twice, shape: [.rows], note: "")
        return ONNXFile(graph, producer: "p", note: "n", properties: ["b": "1", "a": "2"])
    }

    @Test func `a file is its fields by their numbers, to the byte`() throws {
        func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            [number << 3 | 2, UInt8(content.count)] + content
        }
        func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
        let double: [UInt8] = [0x08, 11]
        let rows = field(2, field(1, text(2, "N")))
        func described(_ name: String) -> [UInt8] {
            text(1, name) + field(2, field(1, double + rows)) + text(3, "")
        }
        let node = text(1, "x") + text(1, "two") + text(2, "y") + text(3, "y") + text(4, "Mul")
        let two: [UInt8] =
            [0x10, 11] + text(8, "two") + field(10, [0, 0, 0, 0, 0, 0, 0, 0x40])
        let graph =
            field(1, node) + text(2, "g") + field(5, two) + field(11, described("x"))
            + field(12, described("y"))
        let wanted: [UInt8] =
            [0x08, 9] + text(2, "p") + text(6, "n") + field(7, graph)
            + field(8, text(1, "") + [0x10, 19]) + field(14, text(1, "b") + text(2, "1"))
            + field(14, text(1, "a") + text(2, "2"))
        #expect(try ONNXFileTests.file().bytes() == wanted)
    }

    @Test func `the same graph gives the same bytes`() throws {
        let bytes = try ONNXFileTests.file().bytes()
        for _ in 0..<10 { #expect(try ONNXFileTests.file().bytes() == bytes) }
    }

    @Test func `constants keep every bit`() throws {
        let numbers: [Double] = [
            0, -0.0, 1 / 3, .infinity, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
        ]
        let texts = ["", "日本", "e\u{301}", "a\u{0}b"]
        var graph = Graph(name: "g")
        _ = graph.constant(.row(numbers), named: "numbers")
        _ = graph.constant(.column(numbers), named: "below")
        _ = graph.constant(.row(texts), named: "texts")
        _ = graph.constant(Tensor(.int64s([.min, .max]), shape: [2]), named: "whole")
        let file = ONNXFile(graph, producer: "", note: "", properties: [:])
        let kept = try ModelProto(serializedBytes: try file.bytes()).graph.initializer
        #expect(kept.map(\.dims) == [[1, 6], [6, 1], [1, 4], [2]])
        #expect(kept.map(\.dataType) == [11, 11, 8, 7])
        #expect(kept[0].doubleData.map(\.bitPattern) == numbers.map(\.bitPattern))
        #expect(kept[2].stringData.map { Array($0) } == texts.map { Array($0.utf8) })
        #expect(kept[3].int64Data == [.min, .max])
    }

    @Test func `a constant has as many elements as its shape has places`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(.doubles([1, 2]), shape: [3]) }
    }
}
