// SPDX-License-Identifier: Apache-2.0
internal import ONNX
internal import Vault

/// A model as a graph of operators, all in doubles: what ``FeatureRow`` or ``ColumnBins`` and ``Model/prediction(of:)`` do
/// to one row, done to N rows at once.
struct ModelGraph {
    /// The graph, from its inputs to its outputs.
    var graph = Graph(name: "model")
    /// What is written.
    let model: Model
    /// The direction of what stands beside each other in a row.
    let across: Graph.Value

    /// Writes the whole graph.
    ///
    /// - Throws: for a column whose name no input can have.
    init(of model: Model) throws(ONNXError) {
        self.model = model
        var graph = Graph(name: "model")
        var (numbers, choices): ([NumberInput], [ChoiceInput]) = ([], [])
        for name in model.order {
            switch model.form.cell(of: name) {
            case .number(let scale, let bounds):
                let value = try ModelGraph.input(name, scale, bounds, &graph)
                numbers.append(NumberInput(name: name, value: value, scale: scale))
            case .choice(let categories):
                let value = try ModelGraph.input(name, categories, &graph)
                choices.append(ChoiceInput(name: name, value: value, categories: categories))
            case nil: preconditionFailure("\(name) is in the model's order")
            }
        }
        across = graph.constant(Tensor(.int64s([1]), shape: [1]), named: "across")
        self.graph = graph
        let read = numbers.isEmpty ? nil : read(numbers)
        let found = choices.isEmpty ? nil : find(choices)
        let isRight = all([read?.isRight, found?.isRight].compactMap(\.self))
        switch model.form {
        case .weights(let sum): addOutputs(score(sum, read, found), whereTrue: isRight)
        case .curves(let sum): addOutputs(score(sum, read, found, numbers), whereTrue: isRight)
        case .network(let sum): addOutputs(score(sum, read, found), whereTrue: isRight)
        case .factors, .series: preconditionFailure("only what predicts rows is written")
        case .clusters(let set): addClusters(set, read, found, whereTrue: isRight)
        }
    }

    private static func input(
        _ name: String, _ scale: Int, _ bounds: ClosedRange<Int64>, _ graph: inout Graph
    ) throws(ONNXError) -> Graph.Value {
        let kind = Schema.Kind(scale: scale)
        return try graph.input(
            name, .double, shape: [.rows, .count(1)],
            note: "a number, brought to \(kind.writtenShort(bounds.lowerBound)) to "
                + "\(kind.writtenShort(bounds.upperBound)); NaN where there is no value")
    }

    private static func input(
        _ name: String, _ categories: [String], _ graph: inout Graph
    ) throws(ONNXError) -> Graph.Value {
        try graph.input(
            name, .string, shape: [.rows, .count(1)],
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
