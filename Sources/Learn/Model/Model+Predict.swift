// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Vault

/// One prediction.
package struct Prediction: Hashable, Sendable {
    /// What is predicted: a category, or a number between its bounds; of clusters the name of the nearest.
    package let value: String
    /// The chance that it is the positive one, in ten-thousandths; nil for a number.
    package let chance: Int64?
    /// The score itself: log-odds, or a number from −1 to 1; of clusters the distance to the nearest centre.
    package let score: Double

    /// The machine-readable form.
    package var json: JSON {
        [
            "value": .string(value), "chance": chance.map { .integer($0) } ?? .null,
            "score": .string(String(score)),
        ]
    }
}

extension Goal {
    /// A number from −1 to 1 as one between the bounds, in its own unit; of two categories the likelier.
    ///
    /// - Parameter finer: how many digits more than its values have; none where they would be beyond whole numbers.
    func written(_ score: Double, finer: Int = 0) -> String {
        switch self {
        case .group: preconditionFailure("clusters have names and no scores")
        case .either(let names): return names[score >= 0 ? 1 : 0]
        case .number(let scale, let bounds):
            let unit = (0..<finer).reduce(Int64(1)) { one, _ in one * 10 }
            let (low, isLow) = bounds.lowerBound.multipliedReportingOverflow(by: unit)
            let (high, isHigh) = bounds.upperBound.multipliedReportingOverflow(by: unit)
            guard scale + finer <= 9, !isLow, !isHigh else { return written(score) }
            return Schema.Kind(scale: scale + finer)
                .writtenShort(Goal.units(of: score, in: low...high))
        }
    }

    /// A number from −1 to 1 as a whole number of units between bounds.
    static func units(of score: Double, in bounds: ClosedRange<Int64>) -> Int64 {
        // Weights may be so large that their sum is no number, and bounds that a double lies beyond them.
        let inside = score == score ? min(max(score, -1), 1) : 0
        let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
        let number = ((inside + 1) / 2 * (high - low) + low).rounded()
        let value = Int64(exactly: number) ?? (number < 0 ? .min : .max)
        return min(max(value, bounds.lowerBound), bounds.upperBound)
    }
}

/// Predicting, for the buyer's own rows: nothing is read of anybody, so it is free.
extension Model {
    /// Predicts from values in the order of ``order``, ``Schema/null`` where a row has none.
    ///
    /// - Requires: one value for each column, and a model that is no forecast.
    package func prediction(of values: [Int64]) -> Prediction {
        precondition(values.count == order.count, "one value for each column")
        if case .clusters(let set) = form {
            let nearest = values.withUnsafeBufferPointer { set.nearest($0) }
            return Prediction(value: nearest.name, chance: nil, score: nearest.distance)
        }
        return prediction(scored: values.withUnsafeBufferPointer { self.score($0) })
    }

    /// What a score foretells.
    func prediction(scored score: Double) -> Prediction {
        switch goal {
        case .group: preconditionFailure("clusters have been found before")
        case .either(let names):
            return Prediction(
                value: names[Sigmoid.value(score) >= 0.5 ? 1 : 0], chance: number(of: score),
                score: score)
        case .number: return Prediction(value: goal.written(score), chance: nil, score: score)
        }
    }

    /// Reads the cells of one row, by the names of their columns. Blanks at the ends of a cell count where a category has
    /// them, and nowhere else.
    ///
    /// - Parameter line: where the row stands, for errors.
    /// - Throws: ``ModelError`` for a forecast, a feature that is not there, an empty cell, a category that the model does not
    ///   know, and what is no number. A value that really is missing is written `NULL`: for what is left out
    ///   there is no default.
    package func values(
        of cells: [String: String], line: Int
    ) throws(ModelError) -> [Int64] {
        guard !isForecast else {
            throw ModelError(
                "\(name) forecasts series; a row by itself has nothing that comes next")
        }
        var values: [Int64] = []
        for name in order {
            guard let cell = cells[name] else {
                throw ModelError(
                    "line \(line): the feature \(name) is missing; the model wants "
                        + order.joined(separator: ", "))
            }
            values.append(try code(of: WrittenCell(cell), for: name, line))
        }
        return values
    }

    private static func empty(_ name: String, _ line: Int) -> ModelError {
        ModelError("line \(line): \(name) is empty; write NULL where there is no value")
    }

    private func code(
        of cell: WrittenCell, for name: String, _ line: Int
    ) throws(ModelError) -> Int64 {
        // Also where a category is empty: a value that was forgotten is no category.
        guard !cell.exact.isEmpty else { throw Model.empty(name, line) }
        var scale = 0
        let kind = form.cell(of: name)
        if cell.isNull { return Schema.null }
        if case .choice(let categories) = kind, let place = cell.place(in: categories) {
            return Int64(place)
        }
        guard !cell.text.isEmpty else { throw Model.empty(name, line) }
        switch kind {
        case .choice(let categories):
            throw ModelError(
                "line \(line): \(name) has no category '\(cell.text.prefix(80))'; it has "
                    + categories.prefix(20).joined(separator: ", ")
                    + (categories.count > 20 ? ", …" : "")
                    + "; write NULL for what the model does not know")
        case .number(let digits, _): scale = digits
        case nil: break
        }
        guard let value = Model.number(cell.text, scale: scale) else {
            throw ModelError("line \(line): \(name) wants a number, not '\(cell.text.prefix(80))'")
        }
        return value
    }

    /// A decimal in units of 10^-scale, digits beyond them rounded half away from zero; nil for anything else.
    static func number(_ text: String, scale: Int) -> Int64? {
        var digits = Substring(text)
        if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let plain = Model.shifted(digits[..<mark], digits[digits.index(after: mark)...])
            else { return nil }
            return number(plain, scale: scale)
        }
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, !digits.isEmpty, parts[0].count <= 18,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            parts.contains(where: { !$0.isEmpty })
        else { return nil }
        let fraction = parts.count == 2 ? Array(parts[1].utf8) : []
        var value: Int64 = 0
        let kept =
            Array(parts[0].utf8) + (0..<scale).map { $0 < fraction.count ? fraction[$0] : 48 }
        for digit in kept {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = product.addingReportingOverflow(Int64(digit - 48))
            guard !overflow, !more else { return nil }
            value = sum
        }
        if fraction.count > scale, fraction[scale] >= 53 {
            guard value < .max else { return nil }
            value += 1
        }
        return isNegative ? -value : value
    }

    /// A decimal with its point moved by an exponent, 1.5e-3 as 0.0015; nil for what is no exponent of two digits.
    private static func shifted(_ digits: Substring, _ exponent: Substring) -> String? {
        guard let places = Int(exponent), abs(places) < 100 else { return nil }
        let sign = digits.prefix { $0 == "-" || $0 == "+" }
        let parts = digits.dropFirst(sign.count)
            .split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, sign.count <= 1 else { return nil }
        let (before, behind) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        guard !(before + behind).isEmpty else { return nil }
        let zeros = String(repeating: "0", count: abs(places))
        let all = places < 0 ? zeros + before + behind : before + behind + zeros
        let point = places < 0 ? before.count : before.count + places
        let whole = all.prefix(point).drop { $0 == "0" }
        return sign + (whole.isEmpty ? "0" : whole) + "." + all.dropFirst(point)
    }
}
