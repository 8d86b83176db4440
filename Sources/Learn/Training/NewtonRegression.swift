// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// A logistic or linear regression without noise, in the making: what scikit-learn's `LogisticRegression()` and `Ridge()`
/// give on numbers that are counted by their means and deviations, and choices with a place for each category.
///
/// The loss is that of all rows plus half of the squared weights, that of the constant left out, so that there is one
/// solution however alike columns are. Logistic regression goes to it in Newton's steps; one after which the loss is not
/// smaller is halved. Linear regression solves the products once.
struct NewtonRegression: Sendable {
    private let coding: FeatureCoding
    private let goal: Goal
    private var standard: Standard
    private var weights: [Double]
    /// The last weights whose loss is known, the loss, and the step from there.
    private var start: [Double]
    private var loss: Double?
    private var step: [Double]
    /// Which part of the step was gone.
    private var length = 1.0
    /// Whether further steps would change nothing.
    private(set) var isSettled = false

    /// What squared weights count.
    static let ridge = 1.0
    /// The most steps; usually eight are enough.
    static let steps = 60
    /// What is left of the loss below which the step is the last: each one squares what is left.
    private static let stillness = 1e-10
    private static let shortest = 0x1p-30

    init(_ coding: FeatureCoding, _ goal: Goal) {
        (self.coding, self.goal) = (coding, goal)
        standard = Standard(numbers: coding.numbers.count)
        weights = [Double](repeating: 0, count: coding.width)
        (start, step) = (weights, weights)
    }

    /// What the next round adds up.
    func sums(for kind: Schedule.Kind) -> TrainingStep.Sums {
        switch kind {
        case .moments: .moments(coding)
        case .products: .products(coding, standard)
        default: .curvature(form)
        }
    }

    /// Takes the sums of a round, in units of one.
    mutating func take(_ values: [Double], of kind: Schedule.Kind) {
        switch kind {
        case .moments: takeMoments(Moments(values, sigma: 0))
        case .products: takeProducts(values)
        default: takeCurvature(values)
        }
    }

    private mutating func takeMoments(_ moments: Moments) {
        standard = Standard(means: moments.means, deviations: moments.deviations, norm: 0)
    }

    private mutating func takeProducts(_ values: [Double]) {
        let triangle = SymmetricMatrix.triangle(of: coding.width)
        var products = SymmetricMatrix(size: coding.width, triangle: values[..<triangle])
        products.addRidge(NewtonRegression.ridge)
        weights = products.solved(Array(values[triangle...]))
        isSettled = true
    }

    private mutating func takeCurvature(_ values: [Double]) {
        let free = weights.dropLast()
        let now = values[0] + NewtonRegression.ridge / 2 * free.reduce(0) { $0 + $1 * $1 }
        if let loss, !(now <= loss + NewtonRegression.stillness) {
            length /= 2
            isSettled = length < NewtonRegression.shortest
            weights = isSettled ? start : zip(start, step).map { $0 - length * $1 }
            return
        }
        let (slope, triangle) = (values[1...coding.width], values[(coding.width + 1)...])
        var curvature = SymmetricMatrix(size: coding.width, triangle: triangle)
        curvature.addRidge(NewtonRegression.ridge)
        let last = weights.count - 1
        let full = zip(slope, weights).enumerated().map { place, known in
            known.0 + (place < last ? NewtonRegression.ridge * known.1 : 0)
        }
        step = curvature.solved(full)
        (start, loss, length) = (weights, now, 1)
        weights = zip(start, step).map { $0 - $1 }
        isSettled = zip(full, step).reduce(0) { $0 + $1.0 * $1.1 } < NewtonRegression.stillness
    }

    /// What the rounds done so far give.
    var form: WeightedSum { WeightedSum(coding: coding, standard: standard, weights: weights) }
}

extension NewtonRegression {
    /// How many numbers the loss, its slope and its curvature are.
    static func width(_ coding: FeatureCoding) -> Int {
        1 + coding.width + SymmetricMatrix.triangle(of: coding.width)
    }

    /// Adds a row's.
    static func add(
        _ values: UnsafeBufferPointer<Int64>, _ wanted: Double, _ form: WeightedSum,
        _ row: inout FeatureRow, _ totals: inout [Double]
    ) {
        row.read(values, form.coding, form.standard)
        let score = row.dot(form.weights)
        let chance = Sigmoid.value(score)
        totals[0] -= Elementary.logarithm(
            max(wanted > 0.5 ? chance : Sigmoid.value(-score), .leastNormalMagnitude))
        row.add(times: chance - wanted, to: &totals, from: 1)
        row.addProducts(
            times: chance * (1 - chance), to: &totals, from: 1 + form.coding.width,
            width: form.coding.width)
    }
}
