// SPDX-License-Identifier: Apache-2.0

/// The features of one row: numbers in full, and of the categories those that the row has.
struct FeatureRow {
    /// The numbers' features.
    var numbers: [Double]
    /// The places that hold ``one``.
    var places: [Int]
    /// What stands at each of ``places``.
    private(set) var one = 0.0

    init(_ coding: FeatureCoding) {
        numbers = [Double](repeating: 0, count: coding.numbers.count)
        places = [Int](repeating: coding.width - 1, count: coding.choices.count + 1)
    }

    /// Reads a row; its features then have a Euclidean norm of at most 1, but for a plain standard.
    mutating func read(
        _ values: UnsafeBufferPointer<Int64>, _ coding: FeatureCoding, _ standard: Standard
    ) {
        var square = Double(places.count)
        let isPlain = standard.isPlain
        numbers.withUnsafeMutableBufferPointer { numbers in
            for place in 0..<numbers.count {
                let unit = coding.unit(values, of: place)
                let z = unit.map { ($0 - standard.means[place]) / standard.deviations[place] } ?? 0
                let feature = isPlain ? z : min(max(z, -Standard.reach), Standard.reach)
                numbers[place] = feature
                square += feature * feature
            }
        }
        for (place, choice) in coding.choices.enumerated() {
            places[place] = choice.place(of: values[choice.column])
        }
        guard !isPlain else {
            one = 1
            return
        }
        // A usual row has a norm of one; those beyond are brought to it.
        let usual = Double(numbers.count + places.count) * standard.norm * standard.norm
        one = 1 / max(square, usual).squareRoot()
        for place in numbers.indices { numbers[place] *= one }
    }

    /// The sum of the features, each times its weight.
    func dot(_ weights: [Double]) -> Double {
        var sum = 0.0
        for (place, number) in numbers.enumerated() { sum += number * weights[place] }
        for place in places { sum += one * weights[place] }
        return sum
    }
}

extension FeatureRow {
    /// Adds the features, times a factor.
    func add(times factor: Double, to totals: inout [Double], from first: Int) {
        forEachFeature { totals[first + $0] += $1 * factor }
    }

    /// Calls with each feature that is not zero by nature: numbers, and of each choice the place that the row has.
    @inline(__always)
    func forEachFeature(_ body: (_ place: Int, _ feature: Double) -> Void) {
        for (place, number) in numbers.enumerated() { body(place, number) }
        for place in places { body(place, one) }
    }

    /// Adds the upper triangle of the products of any two features, those off the diagonal times √2, all times a factor.
    func addProducts(
        times factor: Double = 1, to totals: inout [Double], from first: Int = 0, width: Int
    ) {
        forEachProduct(times: factor, width: width) { totals[first + $0] += $1 }
    }

    /// How many features of a row may be other than zero.
    static func features(_ coding: FeatureCoding) -> Int {
        coding.numbers.count + coding.choices.count + 1
    }

    /// Calls with the place of each such product in the triangle, and with what it is: as often for every row.
    @inline(__always)
    func forEachProduct(
        times factor: Double = 1, width: Int, _ body: (_ place: Int, _ product: Double) -> Void
    ) {
        let root = 2.0.squareRoot()
        func at(_ row: Int, _ column: Int) -> Int {
            row * width - row * (row - 1) / 2 + column - row
        }
        for (i, number) in numbers.enumerated() {
            let x = number * factor
            body(at(i, i), x * number)
            for j in i + 1..<max(numbers.count, i + 1) {
                body(at(i, j), root * x * numbers[j])
            }
            for place in places { body(at(i, place), root * x * one) }
        }
        // Places ascend: each choice has its own range.
        for (i, place) in places.enumerated() {
            body(at(place, place), factor * one * one)
            for other in places[(i + 1)...] {
                body(at(place, other), root * factor * one * one)
            }
        }
    }
}
