// SPDX-License-Identifier: Apache-2.0
internal import ONNX
internal import Query
internal import Vault

/// What a score says.
extension ModelGraph {
    /// What the score says, where a row is right; NaN and an empty label elsewhere.
    mutating func addOutputs(_ score: Graph.Value, whereTrue isRight: Graph.Value) {
        let isRight = node(.squeeze, isRight, across, named: "row_is_right")
        let none = scalar(.nan, named: "none")
        switch model.goal {
        case .group: preconditionFailure("clusters have outputs of their own")
        case .either(let names):
            let chance = node(.sigmoid, score, named: "chance")
            let isLikely = node(
                .atLeast, chance, scalar(0.5, named: "half_chance"), named: "is_likely")
            let yes = graph.constant(.scalar(names[1]), named: "positive")
            let no = graph.constant(.scalar(names[0]), named: "negative")
            let likelier = node(.choose, isLikely, yes, no, named: "likelier")
            let probability = node(.choose, isRight, chance, none, named: "probability")
            let empty = graph.constant(.scalar(""), named: "no_label")
            let label = node(.choose, isRight, likelier, empty, named: "label")
            graph.output(
                probability, shape: [.rows],
                note: "the chance of \(names[1]); NaN for what is no row")
            graph.output(
                label, shape: [.rows],
                note: "\(names[0]) or \(names[1]), the likelier; empty for what is no row")
        case .number(let scale, let bounds):
            let number = number(of: score, scale, bounds)
            let value = node(.choose, isRight, number, none, named: "value")
            let kind = Schema.Kind(scale: scale)
            graph.output(
                value, shape: [.rows],
                note: "from \(kind.writtenShort(bounds.lowerBound)) to "
                    + "\(kind.writtenShort(bounds.upperBound)); NaN for what is no row")
        }
    }

    /// The number between its bounds for which a score from −1 to 1 stands, to its scale.
    private mutating func number(
        of score: Graph.Value, _ scale: Int, _ bounds: ClosedRange<Int64>
    ) -> Graph.Value {
        let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
        let one = scalar(1, named: "one")
        let inside = bounded(score, scalar(-1, named: "minus_one"), one, named: "bounded_score")
        let shifted = node(.add, inside, one, named: "shifted_score")
        let part = node(.divide, shifted, scalar(2, named: "two"), named: "part")
        let above = node(
            .multiply, part, scalar(high - low, named: "value_range"), named: "above_least_value")
        let least = scalar(low, named: "least_value")
        let exact = node(.add, above, least, named: "exact_value")
        let code = rounded(
            size: node(.abs, exact, named: "value_size"),
            sign: node(.sign, exact, named: "value_sign"))
        let between = bounded(
            code, least, scalar(high, named: "most_value"), named: "bounded_value")
        return node(
            .divide, between, scalar(.units(scale), named: "value_units"), named: "number")
    }
}
