// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How numbers and choices become features, and features the score of a logistic or linear model.
extension ModelGraph {
    /// The sum of features times weights, by the row's length: N numbers.
    mutating func score(_ sum: WeightedSum, _ read: Numbers?, _ found: Choices?) -> Graph.Value {
        let numbers = read.map { features(of: $0, sum) }
        let choices = found.map {
            node(.cast(to: .double), $0.isFound, named: "choice_features")
        }
        return score(sum, numbers: numbers, choices: choices)
    }

    /// Brings numbers between their bounds, and counts them by middle and spread.
    ///
    /// - Returns: N rows of a feature each, not yet divided by the row's length.
    private mutating func features(of read: Numbers, _ sum: WeightedSum) -> Graph.Value {
        let numbers = sum.coding.numbers
        let low = row(numbers.map { Double($0.low) }, named: "low")
        let high = row(numbers.map { Double($0.high) }, named: "high")
        let range = row(numbers.map { Double($0.high) - Double($0.low) }, named: "range")
        let inside = bounded(read.codes, low, high, named: "inside")
        let above = node(.subtract, inside, low, named: "above_low")
        let unit = node(.divide, above, range, named: "unit")

        let mean = row(sum.standard.means, named: "mean")
        let deviation = row(sum.standard.deviations, named: "deviation")
        let apart = node(.subtract, unit, mean, named: "above_mean")
        let deviations = node(.divide, apart, deviation, named: "deviations")
        let near =
            sum.standard.isPlain
            ? deviations
            : bounded(
                deviations, scalar(-Standard.reach, named: "least"),
                scalar(Standard.reach, named: "most"), named: "near")
        return node(
            .choose, read.isMissing, scalar(0, named: "zero"), near, named: "number_features")
    }

    private mutating func score(
        _ form: WeightedSum, numbers: Graph.Value?, choices: Graph.Value?
    ) -> Graph.Value {
        let coding = form.coding
        var weights = Array(form.weights.prefix(coding.numbers.count))
        for choice in coding.choices {
            weights += FeatureCoding.cells(of: choice.categories).map {
                form.weights[choice.first + $0.place]
            }
        }
        let features = graph.node(
            .join(axis: 1), [numbers, choices].compactMap(\.self), named: "features")
        let column = graph.constant(.column(weights), named: "weights")
        let weighed = node(.matrixProduct, features, column, named: "weighed")
        let constant = scalar(form.weights[coding.width - 1], named: "constant")
        let sum = node(.add, weighed, constant, named: "sum")

        guard !form.standard.isPlain else {
            return node(.squeeze, sum, across, named: "score")
        }
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
