// SPDX-License-Identifier: Apache-2.0
internal import ONNX

/// How cells are read, whatever the model makes of them.
extension ModelGraph {
    /// A column of numbers, N by 1.
    struct NumberInput {
        let name: String
        let value: Graph.Value
        let scale: Int
    }

    /// A column of texts, N by 1.
    struct ChoiceInput {
        let name: String
        let value: Graph.Value
        let categories: [String]
    }

    /// What numbers were read as, each N rows of a number for each column.
    struct Numbers {
        /// Whole units of 10^-scale; NaN where there is no value.
        let codes: Graph.Value
        /// Whether there is no value.
        let isMissing: Graph.Value
        /// Whether a row's numbers are such as a cell can hold, N by 1.
        let isRight: Graph.Value
    }

    /// Where choices stand among their categories.
    struct Choices {
        /// N rows, true at the cell of each choice (``FeatureCoding/cells(of:)``).
        let isFound: Graph.Value
        /// Whether each choice of a row is a known one, N by 1.
        let isRight: Graph.Value
    }

    /// Reads numbers to their scale.
    mutating func read(_ inputs: [NumberInput]) -> Numbers {
        let given = graph.node(.join(axis: 1), inputs.map(\.value), named: "numbers")
        let isMissing = node(.isNaN, given, named: "is_missing")
        let size = node(.abs, given, named: "size")
        // A double may lie just below the decimal that it stands for: halves are still rounded away from zero.
        let units = row(inputs.map { Double.units($0.scale).nextUp }, named: "units")
        let codes = rounded(
            size: node(.multiply, size, units, named: "size_in_units"),
            sign: node(.sign, given, named: "sign"))
        let limits = row(inputs.map { min(1e18, 0x1p63 / .units($0.scale)) }, named: "limits")
        let isWide = node(.atLeast, size, limits, named: "is_too_large")
        return Numbers(
            codes: codes, isMissing: isMissing,
            isRight: hold(isWide, times: 0, named: "numbers_are_right"))
    }

    /// Finds each choice among its categories.
    mutating func find(_ inputs: [ChoiceInput]) -> Choices {
        var found: [Graph.Value] = []
        for input in inputs {
            let texts = FeatureCoding.cells(of: input.categories).map(\.text)
            let cells = graph.constant(.row(texts), named: "cells_of_\(input.name)")
            found.append(node(.equal, input.value, cells, named: "is_\(input.name)"))
        }
        let isFound = graph.node(.join(axis: 1), found, named: "is_found")
        return Choices(
            isFound: isFound,
            isRight: hold(isFound, times: inputs.count, named: "choices_are_known"))
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
}

extension FeatureCoding {
    /// The cells that a row may have among some categories, each with its place there, as ``Model/values(of:line:)``
    /// reads them: `NULL` is none of the categories and has the place behind them, an empty cell is nothing, and of
    /// two that are the same the first counts.
    static func cells(of categories: [String]) -> [(text: String, place: Int)] {
        var seen: Set<[UInt8]> = []
        var cells: [(text: String, place: Int)] = []
        for category in categories where !category.isEmpty && category != "NULL" {
            // Texts that Unicode takes for the same are different bytes to a graph.
            guard seen.insert(Array(category.utf8)).inserted,
                let place = categories.firstIndex(of: category)
            else { continue }
            cells.append((category, place))
        }
        return cells + [("NULL", categories.count)]
    }
}
