// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How cells become features, and features a score.
extension ModelGraph {
    /// Reads numbers: to their scale, between their bounds, by middle and spread.
    ///
    /// - Returns: N rows of a feature each, not yet divided by the row's length; and whether a row's numbers are
    ///   such as a cell can hold, N by 1.
    mutating func read(
        _ inputs: [Graph.Value]
    ) -> (features: Graph.Value, isRight: Graph.Value) {
        let numbers = form.coding.numbers
        let given = graph.node(.join(axis: 1), inputs, named: "numbers")
        let isMissing = node(.isNaN, given, named: "is_missing")
        let size = node(.abs, given, named: "size")
        // A double may lie just below the decimal that it stands for: halves are still rounded away from zero.
        let units = row(numbers.map { Double.units($0.scale).nextUp }, named: "units")
        let code = rounded(
            size: node(.multiply, size, units, named: "size_in_units"),
            sign: node(.sign, given, named: "sign"))

        let low = row(numbers.map { Double($0.low) }, named: "low")
        let high = row(numbers.map { Double($0.high) }, named: "high")
        let range = row(numbers.map { Double($0.high) - Double($0.low) }, named: "range")
        let inside = bounded(code, low, high, named: "inside")
        let above = node(.subtract, inside, low, named: "above_low")
        let unit = node(.divide, above, range, named: "unit")

        let mean = row(form.standard.means, named: "mean")
        let deviation = row(form.standard.deviations, named: "deviation")
        let apart = node(.subtract, unit, mean, named: "above_mean")
        let near = bounded(
            node(.divide, apart, deviation, named: "deviations"),
            scalar(-Standard.reach, named: "least"), scalar(Standard.reach, named: "most"),
            named: "near")
        let features = node(
            .choose, isMissing, scalar(0, named: "zero"), near, named: "number_features")

        let limits = row(numbers.map { min(1e18, 0x1p63 / .units($0.scale)) }, named: "limits")
        let isWide = node(.atLeast, size, limits, named: "is_too_large")
        return (features, hold(isWide, times: 0, named: "numbers_are_right"))
    }

    /// Finds each choice among its categories.
    ///
    /// - Returns: N rows with a 1 at the category of each choice; and whether each is a known one, N by 1.
    mutating func choose(
        _ inputs: [Graph.Value]
    ) -> (features: Graph.Value, isRight: Graph.Value) {
        var found: [Graph.Value] = []
        for (input, choice) in zip(inputs, form.coding.choices) {
            let names = choice.cells.map(\.text)
            let cells = graph.constant(.row(names), named: "cells_of_\(choice.name)")
            found.append(node(.equal, input, cells, named: "is_\(choice.name)"))
        }
        let isFound = graph.node(.join(axis: 1), found, named: "is_found")
        let features = node(.cast(to: .double), isFound, named: "choice_features")
        return (features, hold(isFound, times: inputs.count, named: "choices_are_known"))
    }

    /// Whether so many of the truths in a row hold, N by 1.
    private mutating func hold(
        _ truths: Graph.Value, times: Int, named name: String
    ) -> Graph.Value {
        let ones = node(.cast(to: .double), truths, named: "\(name)_each")
        let count = node(.sum, ones, across, named: "\(name)_in_all")
        return node(
            .equal, count, scalar(Double(times), named: "\(name)_wanted"), named: name)
    }

    /// Whether all are true; there is at least one.
    mutating func all(_ truths: [Graph.Value]) -> Graph.Value {
        truths.dropFirst().reduce(truths[0]) { node(.both, $0, $1, named: "is_right") }
    }

    /// The sum of features times weights, by the row's length: N numbers.
    mutating func score(numbers: Graph.Value?, choices: Graph.Value?) -> Graph.Value {
        let coding = form.coding
        var weights = Array(form.weights.prefix(coding.numbers.count))
        for choice in coding.choices { weights += choice.cells.map { form.weights[$0.place] } }
        let features = graph.node(
            .join(axis: 1), [numbers, choices].compactMap(\.self), named: "features")
        let column = graph.constant(.column(weights), named: "weights")
        let weighed = node(.matrixProduct, features, column, named: "weighed")
        let constant = scalar(form.weights[coding.width - 1], named: "constant")
        let sum = node(.add, weighed, constant, named: "sum")

        let ones = Double(coding.choices.count + 1)
        let norm = form.standard.norm
        let usual = scalar(
            (Double(coding.numbers.count) + ones) * norm * norm, named: "usual_square")
        var square = scalar(ones, named: "ones")
        if let numbers {
            let squares = node(.multiply, numbers, numbers, named: "squares")
            square = node(
                .add, node(.sum, squares, across, named: "square_of_numbers"), square,
                named: "square")
        }
        let longer = node(.larger, square, usual, named: "longer_square")
        let length = node(.squareRoot, longer, named: "length")
        return node(
            .squeeze, node(.divide, sum, length, named: "scores"), across, named: "score")
    }
}

extension FeatureCoding.Choice {
    /// The cells that a row may have, each with the place of its feature, as ``Model/values(of:line:)`` reads them:
    /// `NULL` is none of the categories, an empty cell is nothing, and of two that are the same the first counts.
    fileprivate var cells: [(text: String, place: Int)] {
        var seen: Set<[UInt8]> = []
        var cells: [(text: String, place: Int)] = []
        for category in categories where !category.isEmpty && category != "NULL" {
            // Texts that Unicode takes for the same are different bytes to a graph.
            guard seen.insert(Array(category.utf8)).inserted,
                let place = categories.firstIndex(of: category)
            else { continue }
            cells.append((category, first + place))
        }
        return cells + [("NULL", first + categories.count)]
    }
}
