// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How numbers and choices become the cluster that is nearest.
extension ModelGraph {
    /// Measures each row from every centre, and says which is the nearest, the first of several; an empty text and NaN
    /// where a row is not right.
    mutating func addClusters(
        _ set: ClusterSet, _ read: Numbers?, _ found: Choices?, whereTrue isRight: Graph.Value
    ) {
        let numbers = read.map { places(of: $0, set.space.coding) }
        let choices = found.map { node(.cast(to: .double), $0.isFound, named: "choices") }
        var (square, name): (Graph.Value?, Graph.Value?) = (nil, nil)
        for (place, centre) in set.centres.enumerated() {
            let own = squareFrom(
                centre, place + 1, set.space.coding, numbers, read?.isMissing, choices)
            let text = graph.constant(
                .scalar(String(place + 1)), named: "cluster_\(place + 1)")
            guard let least = square, let nearest = name else {
                (square, name) = (own, text)
                continue
            }
            let isNearer = node(.above, least, own, named: "is_nearer")
            name = node(.choose, isNearer, text, nearest, named: "nearest")
            square = node(.smaller, least, own, named: "least_square")
        }
        guard let square, let name else { preconditionFailure("there is a cluster") }
        let empty = graph.constant(.scalar(""), named: "no_cluster")
        let none = scalar(.nan, named: "none")
        let length = node(.squareRoot, square, named: "length")
        let cluster = node(
            .squeeze, node(.choose, isRight, name, empty, named: "cluster_or_none"), across,
            named: "cluster")
        let distance = node(
            .squeeze, node(.choose, isRight, length, none, named: "distance_or_none"), across,
            named: "distance")
        graph.output(
            cluster, shape: [.rows],
            note:
                "the cluster whose centre is nearest, 1 to \(set.centres.count); empty for what is no row"
        )
        graph.output(
            distance, shape: [.rows],
            note: "how far that centre is, where 2 is a number's range; NaN for what is no row")
    }

    /// Numbers from −1 to 1 by their bounds; something where there is no value.
    private mutating func places(of read: Numbers, _ coding: FeatureCoding) -> Graph.Value {
        let numbers = coding.numbers
        let low = row(numbers.map { Double($0.low) }, named: "low")
        let high = row(numbers.map { Double($0.high) }, named: "high")
        let range = row(numbers.map { Double($0.high) - Double($0.low) }, named: "range")
        let inside = bounded(read.codes, low, high, named: "inside")
        let unit = node(
            .divide, node(.subtract, inside, low, named: "above_low"), range, named: "unit")
        let double = node(.multiply, unit, scalar(2, named: "two"), named: "double")
        return node(.subtract, double, scalar(1, named: "one"), named: "places")
    }

    /// The square of each row's distance to a centre: N by 1.
    ///
    /// Of a choice it is one of a few numbers, one for each cell that a row may have.
    private mutating func squareFrom(
        _ centre: [Double], _ place: Int, _ coding: FeatureCoding, _ numbers: Graph.Value?,
        _ isMissing: Graph.Value?, _ choices: Graph.Value?
    ) -> Graph.Value {
        var parts: [Graph.Value] = []
        if let numbers, let isMissing {
            let middle = row(
                Array(centre.prefix(coding.numbers.count)), named: "numbers_of_\(place)")
            let apart = node(.subtract, numbers, middle, named: "apart")
            let known = node(
                .choose, isMissing, scalar(0, named: "nothing"), apart, named: "known_apart")
            let squares = node(.multiply, known, known, named: "squares")
            parts.append(node(.sum, squares, across, named: "square_of_numbers"))
        }
        if let choices {
            var squares: [Double] = []
            for choice in coding.choices {
                squares += FeatureCoding.cells(of: choice.categories).map { cell in
                    (0...choice.categories.count).reduce(0) { sum, other in
                        let own = other == cell.place ? ClusterSpace.side : 0
                        let apart = own - centre[choice.first + other]
                        return sum + apart * apart
                    }
                }
            }
            let column = graph.constant(.column(squares), named: "choices_of_\(place)")
            parts.append(node(.matrixProduct, choices, column, named: "square_of_choices"))
        }
        return parts.dropFirst().reduce(parts[0]) {
            node(.add, $0, $1, named: "square_from_\(place)")
        }
    }
}
