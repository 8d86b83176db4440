// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How numbers and choices become features, and features the score of a logistic or linear model, or of a network.
extension ModelGraph {
    /// The sum of features times weights, by the row's length: N numbers.
    mutating func score(_ sum: WeightedSum, _ read: Numbers?, _ found: Choices?) -> Graph.Value {
        let constant = scalar(sum.weights[sum.coding.width - 1], named: "constant")
        let scores = sums(
            of: read, found, sum.coding, sum.standard, constant: constant, count: 1
        ) { [sum.weights[$0]] }
        return node(.squeeze, scores, across, named: "score")
    }

    /// What hidden units make of the sums of features times weights, each times its own weight: N numbers.
    mutating func score(_ network: NetworkSum, _ read: Numbers?, _ found: Choices?) -> Graph.Value {
        let units = network.outputs.count
        func weights(_ feature: Int) -> [Double] {
            Array(network.hidden[feature * units..<(feature + 1) * units])
        }
        let constants = row(weights(network.coding.width - 1), named: "hidden_constants")
        let own = sums(
            of: read, found, network.coding, network.standard, constant: constants, count: units,
            weights: weights)
        let squares = node(.multiply, own, own, named: "squares_of_sums")
        let more = node(.add, squares, scalar(1, named: "one_more"), named: "squares_and_one")
        let bent = node(
            .divide, own, node(.squareRoot, more, named: "roots"), named: "hidden_units")
        let outputs = graph.constant(.column(network.outputs), named: "outputs")
        let added = node(.matrixProduct, bent, outputs, named: "added")
        let scores = node(
            .add, added, scalar(network.constant, named: "constant"), named: "scores_of_units")
        return node(.squeeze, scores, across, named: "score")
    }

    /// Brings numbers between their bounds, and counts them by middle and spread.
    ///
    /// - Returns: N rows of a feature each, not yet divided by the row's length.
    private mutating func features(
        of read: Numbers, _ coding: FeatureCoding, _ standard: Standard
    ) -> Graph.Value {
        let numbers = coding.numbers
        let low = row(numbers.map { Double($0.low) }, named: "low")
        let high = row(numbers.map { Double($0.high) }, named: "high")
        let range = row(numbers.map { Double($0.high) - Double($0.low) }, named: "range")
        let inside = bounded(read.codes, low, high, named: "inside")
        let above = node(.subtract, inside, low, named: "above_low")
        let unit = node(.divide, above, range, named: "unit")

        let mean = row(standard.means, named: "mean")
        let deviation = row(standard.deviations, named: "deviation")
        let apart = node(.subtract, unit, mean, named: "above_mean")
        let deviations = node(.divide, apart, deviation, named: "deviations")
        let near =
            standard.isPlain
            ? deviations
            : bounded(
                deviations, scalar(-Standard.reach, named: "least"),
                scalar(Standard.reach, named: "most"), named: "near")
        return node(
            .choose, read.isMissing, scalar(0, named: "zero"), near, named: "number_features")
    }

    /// The sums of features times some weights each, by the row's length: N rows of `count` numbers.
    ///
    /// - Parameters:
    ///   - constant: what is weighed in every row.
    ///   - weights: those of a feature.
    private mutating func sums(
        of read: Numbers?, _ found: Choices?, _ coding: FeatureCoding, _ standard: Standard,
        constant: Graph.Value, count: Int, weights: (_ feature: Int) -> [Double]
    ) -> Graph.Value {
        let numbers = read.map { features(of: $0, coding, standard) }
        let choices = found.map {
            node(.cast(to: .double), $0.isFound, named: "choice_features")
        }
        var rows = (0..<coding.numbers.count).map(weights)
        for choice in coding.choices {
            rows += FeatureCoding.cells(of: choice.categories).map {
                weights(choice.first + $0.place)
            }
        }
        let joined = graph.node(
            .join(axis: 1), [numbers, choices].compactMap(\.self), named: "features")
        let matrix = graph.constant(
            Tensor(.doubles(rows.flatMap(\.self)), shape: [rows.count, count]), named: "weights")
        let weighed = node(.matrixProduct, joined, matrix, named: "weighed")
        let sum = node(.add, weighed, constant, named: "sum")
        guard !standard.isPlain else { return sum }
        return node(.divide, sum, length(numbers, coding, standard), named: "scores")
    }

    /// How long each row is: N by 1, or one for all where no row has numbers.
    private mutating func length(
        _ numbers: Graph.Value?, _ coding: FeatureCoding, _ standard: Standard
    ) -> Graph.Value {
        let ones = Double(coding.choices.count + 1)
        let norm = standard.norm
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
        return node(.squareRoot, longer, named: "length")
    }
}
