// SPDX-License-Identifier: Apache-2.0

/// A graph that is being written, from its inputs to its outputs.
///
/// Inputs come first and keep their names; constants and what nodes give get the names that are asked for, with `_`
/// behind them as often as it takes until nothing else is called so.
package struct Graph: Sendable {
    /// Something that nodes take: an input, a constant or what a node gives.
    package struct Value: Hashable, Sendable {
        /// What it is called in the graph.
        package let name: String
        /// What it is made of.
        package let element: Element
    }

    /// The form in which the format has it.
    private(set) var message = GraphProto()
    private var taken: Set<String> = []

    /// Begins an empty graph.
    ///
    /// - Requires: a name that is not empty.
    package init(name: String) {
        precondition(!name.isEmpty, "a graph has a name")
        message.name = name
    }

    /// Adds an input.
    ///
    /// - Parameters:
    ///   - shape: how far it reaches in each direction.
    ///   - note: for people: units, bounds, what stands for a missing value.
    /// - Throws: ``ONNXError/name(_:)`` for a name that is empty or that something else has.
    package mutating func input(
        _ name: String, _ element: Element, shape: [Extent], note: String
    ) throws(ONNXError) -> Value {
        guard !name.isEmpty, taken.insert(name).inserted else { throw .name(name) }
        let value = Value(name: name, element: element)
        message.input.append(Graph.described(value, shape, note))
        return value
    }

    /// Adds a constant.
    package mutating func constant(_ tensor: Tensor, named name: String) -> Value {
        let value = Value(name: free(name), element: tensor.content.element)
        message.initializer.append(tensor.message(named: value.name))
        return value
    }

    /// Adds a node, and gives what it gives.
    ///
    /// - Requires: inputs that the operator takes.
    package mutating func node(
        _ operation: Operator, _ inputs: [Value], named name: String
    ) -> Value {
        guard let element = operation.result(of: inputs.map(\.element)) else {
            preconditionFailure("\(operation.name) does not take \(inputs.map(\.element))")
        }
        let value = Value(name: free(name), element: element)
        var node = NodeProto()
        (node.name, node.opType) = (value.name, operation.name)
        (node.input, node.output) = (inputs.map(\.name), [value.name])
        if let (key, number) = operation.attribute {
            var attribute = AttributeProto()
            (attribute.name, attribute.type, attribute.i) = (key, .int, number)
            node.attribute = [attribute]
        }
        message.node.append(node)
        return value
    }

    /// Says that what a node gives is an output, under the name that it has.
    package mutating func output(_ value: Value, shape: [Extent], note: String) {
        message.output.append(Graph.described(value, shape, note))
    }

    private mutating func free(_ wanted: String) -> String {
        var name = wanted
        while !taken.insert(name).inserted { name += "_" }
        return name
    }

    private static func described(
        _ value: Value, _ shape: [Extent], _ note: String
    ) -> ValueInfoProto {
        var tensor = TypeProto.Tensor()
        tensor.elemType = Int32(value.element.code.rawValue)
        tensor.shape.dim = shape.map(\.message)
        var described = ValueInfoProto()
        described.name = value.name
        described.type.tensorType = tensor
        described.docString = note
        return described
    }
}
