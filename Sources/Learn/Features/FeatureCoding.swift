// SPDX-License-Identifier: Apache-2.0
package import Query
internal import Vault

/// How the columns of a row become the features of a model, by the published schema alone: numbers by their
/// public bounds, then a place for each category, and one for "no value", then a constant.
package struct FeatureCoding: Hashable, Sendable {
    /// A number among the features.
    struct Number: Hashable, Sendable {
        let column: Int
        let name: String
        let scale: Int
        let low: Int64
        let high: Int64
    }

    /// A column that is one of some categories.
    struct Choice: Hashable, Sendable {
        let column: Int
        let name: String
        let categories: [String]
        /// The place of the first category among the features.
        let first: Int

        /// Of a place that no list has, and of NULL, the last.
        func place(of value: Int64) -> Int {
            let isListed = value >= 0 && value < Int64(categories.count)
            return first + (isListed ? Int(truncatingIfNeeded: value) : categories.count)
        }
    }

    let numbers: [Number]
    let choices: [Choice]
    /// How many features there are, with the constant, which is the last.
    package let width: Int

    /// Codes columns in their order.
    package init(_ columns: some Collection<RowSelection.Column>) {
        var numbers: [Number] = []
        var choices: [(Int, String, [String])] = []
        for (place, column) in columns.enumerated() {
            switch column.kind {
            case .number(let scale, let bounds):
                numbers.append(
                    Number(
                        column: place, name: column.name, scale: scale, low: bounds.lowerBound,
                        high: bounds.upperBound))
            case .category(let list): choices.append((place, column.name, list))
            case .boolean: choices.append((place, column.name, ["false", "true"]))
            }
        }
        self.init(numbers: numbers, choices: choices)
    }

    /// Gives the categories of each choice their places, behind the numbers.
    init(numbers: [Number], choices: [(column: Int, name: String, categories: [String])]) {
        var next = numbers.count
        self.numbers = numbers
        self.choices = choices.map { column, name, categories in
            defer { next += categories.count + 1 }
            return Choice(column: column, name: name, categories: categories, first: next)
        }
        width = next + 1
    }

    /// A number between its bounds, from 0 to 1; nil for NULL.
    static func unit(_ value: Int64, of number: Number) -> Double? {
        unit(value, number.low, number.high)
    }

    @inline(__always)
    private static func unit(_ value: Int64, _ low: Int64, _ high: Int64) -> Double? {
        guard value != Schema.null else { return nil }
        let inside = min(max(value, low), high)
        return (Double(inside) - Double(low)) / (Double(high) - Double(low))
    }

    /// The same of the number at a place among ``numbers``, of a row.
    @inline(__always)
    func unit(_ values: UnsafeBufferPointer<Int64>, of place: Int) -> Double? {
        FeatureCoding.unit(
            values[numbers[place].column], numbers[place].low, numbers[place].high)
    }

    /// What the features are called, in their order.
    package var names: [String] {
        numbers.map(\.name)
            + choices.flatMap { choice in
                choice.categories.map { "\(choice.name) = \($0)" } + ["\(choice.name) is NULL"]
            } + ["(constant)"]
    }
}

/// Where the middle of each number lies and how far its values spread, as far as noise lets it be known.
package struct Standard: Hashable, Sendable {
    /// By number, of values from 0 to 1.
    let means: [Double]
    let deviations: [Double]
    /// The norm that counts as one, in parts of that of a usual row; what is longer is brought to it. 0 where rows count as
    /// they are, whatever they hold: of a model that hides nobody.
    let norm: Double

    init(means: [Double], deviations: [Double], norm: Double) {
        (self.means, self.deviations, self.norm) = (means, deviations, norm)
    }

    /// Of nothing that is known yet.
    init(numbers: Int) {
        self.init(
            means: [Double](repeating: 0.5, count: numbers),
            deviations: [Double](repeating: 0.25, count: numbers), norm: 1)
    }

    /// Whether rows count as they are.
    var isPlain: Bool { norm == 0 }

    /// How many deviations from the middle a number counts at most.
    static let reach = 3.0
}
