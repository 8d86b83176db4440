// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ONNX

/// Graphs as they are written.
@Suite struct GraphTests {
    @Test func `an input keeps its name, and everything else makes way`() throws {
        var graph = Graph(name: "g")
        let value = try graph.input("value", .double, shape: [.rows], note: "")
        let size = graph.node(.abs, [value], named: "value")
        let number = graph.constant(.scalar(1), named: "value")
        #expect([value, size, number].map(\.name) == ["value", "value_", "value__"])
    }

    @Test func `no two inputs have one name, and none has an empty one`() throws {
        var graph = Graph(name: "g")
        _ = try graph.input("age", .double, shape: [.rows], note: "")
        for name in ["age", ""] {
            #expect(throws: ONNXError.name(name)) {
                _ = try graph.input(name, .string, shape: [.rows], note: "")
            }
        }
    }

    @Test(
        arguments: [
            (.abs, [.double], .double), (.abs, [.string], nil), (.abs, [.double, .double], nil),
            (.add, [.double, .double], .double), (.add, [.double, .int64], nil),
            (.isNaN, [.double], .boolean), (.atLeast, [.double, .double], .boolean),
            (.above, [.double, .double], .boolean), (.above, [.double, .int64], nil),
            (.pick(axis: 1), [.boolean, .int64], .boolean),
            (.pick(axis: 1), [.double, .double], nil),
            (.equal, [.string, .string], .boolean), (.equal, [.string, .double], nil),
            (.both, [.boolean, .boolean], .boolean), (.both, [.double, .double], nil),
            (.choose, [.boolean, .string, .string], .string),
            (.choose, [.boolean, .string, .double], nil),
            (.join(axis: 1), [.double, .double, .double], .double), (.join(axis: 1), [], nil),
            (.join(axis: 1), [.double, .string], nil),
            (.cast(to: .double), [.boolean], .double), (.cast(to: .string), [.boolean], nil),
            (.sum, [.double, .int64], .double), (.squeeze, [.boolean, .int64], .boolean),
            (.squeeze, [.boolean, .double], nil),
        ] as [(Operator, [Element], Element?)])
    func `an operator takes what the format says`(
        operation: Operator, inputs: [Element], result: Element?
    ) {
        #expect(operation.result(of: inputs) == result)
    }

    @Test func `nodes stand behind those whose values they take`() throws {
        var graph = Graph(name: "g")
        let rows = try graph.input("x", .double, shape: [.rows, .count(2)], note: "two numbers")
        let axes = graph.constant(Tensor(.int64s([1]), shape: [1]), named: "across")
        let sum = graph.node(.sum, [rows, axes], named: "sum")
        let joined = graph.node(.join(axis: 1), [sum, rows], named: "joined")
        let picked = graph.node(.pick(axis: 1), [joined, axes], named: "picked")
        graph.output(picked, shape: [.rows, .count(1)], note: "")
        let message = graph.message
        #expect(message.node.map(\.opType) == ["ReduceSum", "Concat", "Gather"])
        #expect(
            message.node.map(\.input) == [["x", "across"], ["sum", "x"], ["joined", "across"]])
        #expect(message.node.map(\.output) == [["sum"], ["joined"], ["picked"]])
        for node in message.node[1...] {
            #expect(node.attribute.map(\.name) == ["axis"])
            #expect(node.attribute.map(\.i) == [1])
        }
        #expect(message.input[0].docString == "two numbers")
        let shape = message.output[0].type.tensorType.shape.dim
        #expect(shape[0].dimParam == "N")
        #expect(shape[1].dimValue == 1)
    }
}
