// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How numbers and choices become the score of a model of trees.
extension ModelGraph {
    /// The base, and for each column the value of its curve at the code of the cell: N numbers.
    ///
    /// A row is true at one place of each column, and the product of these truths with all curves, one below the other,
    /// is the sum. Nothing is rounded but that sum.
    mutating func score(
        _ sum: CurveSum, _ read: Numbers?, _ found: Choices?, _ numbers: [NumberInput]
    ) -> Graph.Value {
        var (truths, values): ([Graph.Value], [Double]) = ([], [])
        if let read {
            // Below every edge, and below what stands under all edges.
            let codes = node(
                .choose, read.isMissing, scalar(-.infinity, named: "below_all"), read.codes,
                named: "codes")
            for (place, number) in numbers.enumerated() {
                guard let column = sum.bins.columns.firstIndex(where: { $0.name == number.name }),
                    case .number(_, _, _, let edges) = sum.bins.columns[column].kind
                else { preconditionFailure("\(number.name) is a number of the model") }
                truths.append(bin(of: codes, at: place, edges, named: number.name))
                values += sum.curves[column]
            }
        }
        if let found { truths.append(found.isFound) }
        for (column, curve) in zip(sum.bins.columns, sum.curves) {
            guard case .choice(let categories) = column.kind else { continue }
            // A curve has NULL first.
            values += FeatureCoding.cells(of: categories).map { cell in
                curve[cell.place == categories.count ? 0 : cell.place + 1]
            }
        }
        let places = graph.node(.join(axis: 1), truths, named: "is_at")
        let ones = node(.cast(to: .double), places, named: "ones")
        let column = graph.constant(.column(values), named: "curves")
        let added = node(.matrixProduct, ones, column, named: "added")
        let scores = node(.add, added, scalar(sum.base, named: "base"), named: "scores")
        return node(.squeeze, scores, across, named: "score")
    }

    /// In which bin each row's number lies: N rows, true at its code, which is 0 for NULL.
    ///
    /// - Parameter codes: units, −∞ for NULL.
    private mutating func bin(
        of codes: Graph.Value, at place: Int, _ edges: [Int64], named name: String
    ) -> Graph.Value {
        let index = graph.constant(
            Tensor(.int64s([Int64(place)]), shape: [1]), named: "place_of_\(name)")
        let code = node(.pick(axis: 1), codes, index, named: "code_of_\(name)")
        let least = row(
            [-.greatestFiniteMagnitude] + edges.map { .atMost($0) }, named: "edges_of_\(name)")
        let isAbove = node(.above, code, least, named: "is_above_\(name)")
        let steps = node(.cast(to: .double), isAbove, named: "steps_of_\(name)")
        let bin = node(.sum, steps, across, named: "bin_of_\(name)")
        let bins = row((0...edges.count + 1).map { Double($0) }, named: "bins_of_\(name)")
        return node(.equal, bin, bins, named: "is_bin_of_\(name)")
    }
}

extension Double {
    /// The largest double that is not above a whole number: other doubles lie above the one exactly where they lie
    /// above the other.
    fileprivate static func atMost(_ whole: Int64) -> Double {
        let near = Double(whole)
        // 2^63 is no whole number of 64 bits, and above all that are.
        return (Int64(exactly: near).map { $0 > whole } ?? true) ? near.nextDown : near
    }
}
