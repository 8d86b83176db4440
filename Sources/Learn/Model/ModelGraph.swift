// SPDX-License-Identifier: Apache-2.0
internal import ONNX
internal import Vault

/// A model as a graph of operators, all in doubles: what ``FeatureRow`` and ``Model/prediction(of:)`` do to one row,
/// done to N rows at once.
struct ModelGraph {
    /// The graph, from its inputs to its outputs.
    var graph = Graph(name: "model")
    /// What is written.
    let model: Model
    /// How a row becomes its score.
    let form: WeightedSum
    /// The direction of what stands beside each other in a row.
    let across: Graph.Value

    /// Writes the whole graph.
    ///
    /// - Throws: for a column whose name no input can have.
    init(of model: Model, _ form: WeightedSum) throws(ONNXError) {
        (self.model, self.form) = (model, form)
        var graph = Graph(name: "model")
        var inputs: [String: Graph.Value] = [:]
        for name in model.order { inputs[name] = try ModelGraph.input(name, of: form, &graph) }
        across = graph.constant(Tensor(.int64s([1]), shape: [1]), named: "across")
        self.graph = graph
        let numbers = form.coding.numbers.compactMap { inputs[$0.name] }
        let choices = form.coding.choices.compactMap { inputs[$0.name] }
        let read = numbers.isEmpty ? nil : read(numbers)
        let chosen = choices.isEmpty ? nil : choose(choices)
        let score = score(numbers: read?.features, choices: chosen?.features)
        addOutputs(score, whereTrue: all([read?.isRight, chosen?.isRight].compactMap(\.self)))
    }

    private static func input(
        _ name: String, of form: WeightedSum, _ graph: inout Graph
    ) throws(ONNXError) -> Graph.Value {
        let shape: [Extent] = [.rows, .count(1)]
        if let number = form.coding.numbers.first(where: { $0.name == name }) {
            let kind = Schema.Kind(scale: number.scale)
            return try graph.input(
                name, .double, shape: shape,
                note: "a number, brought to \(kind.writtenShort(number.low)) to "
                    + "\(kind.writtenShort(number.high)); NaN where there is no value")
        }
        let categories = form.coding.choices.first { $0.name == name }?.categories ?? []
        return try graph.input(
            name, .string, shape: shape,
            note: "\(categories.joined(separator: ", ")); NULL where there is no value")
    }

    /// Adds a node.
    mutating func node(
        _ operation: Operator, _ inputs: Graph.Value..., named name: String
    ) -> Graph.Value {
        graph.node(operation, inputs, named: name)
    }

    /// Adds a number for each column.
    mutating func row(_ numbers: [Double], named name: String) -> Graph.Value {
        graph.constant(.row(numbers), named: name)
    }

    /// Adds a number for all.
    mutating func scalar(_ number: Double, named name: String) -> Graph.Value {
        graph.constant(.scalar(number), named: name)
    }

    /// The nearest whole number of a size and sign; halves away from zero.
    mutating func rounded(size: Graph.Value, sign: Graph.Value) -> Graph.Value {
        let more = node(.add, size, scalar(0.5, named: "half"), named: "half_more")
        return node(
            .multiply, sign, node(.floor, more, named: "whole"), named: "rounded")
    }

    /// A value brought between two others.
    mutating func bounded(
        _ value: Graph.Value, _ low: Graph.Value, _ high: Graph.Value, named name: String
    ) -> Graph.Value {
        let least = node(.larger, value, low, named: "\(name)_from_below")
        return node(.smaller, least, high, named: name)
    }
}

extension Schema.Kind {
    /// A number in units of 10^-scale.
    init(scale: Int) { self = scale == 0 ? .integer : .decimal(scale: scale) }
}

extension Double {
    /// How many units of 10^-scale make one: exact up to a scale of 22.
    static func units(_ scale: Int) -> Double {
        (0..<scale).reduce(1) { units, _ in units * 10 }
    }
}
