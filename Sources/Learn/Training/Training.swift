// SPDX-License-Identifier: Apache-2.0
internal import Query
package import Study

/// A model in the making, round by round: each round is a study, planned from what earlier ones let out and from
/// nothing else.
///
/// ```
/// while let plan = try training.plan { training.take(answer of the plan) }
/// ```
///
/// Logistic regression goes down the loss by noised slopes. Where there are enough people, the products of
/// the features are asked once: a quarter of them bounds the curvature of the loss everywhere (Böhning,
/// Lindsay 1988), so that each step goes as far in every direction as it safely can. The result is the mean
/// of the later half of the steps, in which much of the noise cancels. Linear regression needs the products
/// and nothing more.
package struct Training: Sendable {
    private let compiled: CompiledModel
    /// How many rounds are done.
    package private(set) var done = 0
    private var standard: Standard
    /// How many rows there are, about.
    private var count: Double
    /// What a slope is turned by.
    private var bound: SymmetricMatrix?
    private var weights: [Double]
    private var speed: [Double]
    private var sum: [Double]
    private var quality: Quality?
    private var average: Average?

    /// Begins.
    package init(_ model: CompiledModel) {
        compiled = model
        let coding = model.coding
        let zeros = [Double](repeating: 0, count: coding.width)
        (weights, speed, sum) = (zeros, zeros, zeros)
        standard = Standard(numbers: coding.numbers.count)
        count = Double(model.question.people)
    }

    private var schedule: Schedule { compiled.schedule }

    /// How many rounds there are.
    package var rounds: Int { schedule.rounds.count }

    /// The plan of the next round; nil when all are done.
    package var plan: StudyPlan<TrainingStep>? {
        get throws(StudyError) {
            guard done < rounds else { return nil }
            let round = schedule.rounds[done]
            let sums: TrainingStep.Sums =
                switch round.kind {
                case .moments: .moments
                case .products: .products(standard)
                case .slope: .slope(standard, weights: weights)
                case .quality: .quality(standard, weights: averaged)
                }
            return try StudyPlan(
                step: compiled.step(sums, radius: round.radius), spending: round.spending)
        }
    }

    /// Takes what a round let out.
    ///
    /// - Requires: the answer of ``plan``.
    package mutating func take(_ answer: NoisedAnswer) {
        let round = schedule.rounds[done]
        let values = answer.blocks[0].values.map { Double($0) / schedule.unit }
        let sigma = Double(answer.blocks[0].sigma) / schedule.unit
        switch round.kind {
        case .moments: takeMoments(values, sigma)
        case .products: takeProducts(values, sigma)
        case .slope: takeSlope(values)
        case .quality:
            quality = Quality(values, sigma: sigma, goal: compiled.goal)
            average = Average(values, sigma: sigma, goal: compiled.goal)
        }
        done += 1
    }

    private mutating func takeMoments(_ values: [Double], _ sigma: Double) {
        count = max(values[0], 1)
        let least = 0.3 * (sigma / count).squareRoot()
        var (means, deviations): ([Double], [Double]) = ([], [])
        for place in stride(from: 1, to: values.count, by: 2) {
            let mean = min(max(values[place] / count, 0), 1)
            let variance = max(values[place + 1] / count - mean * mean, 0)
            means.append(mean)
            deviations.append(min(max(variance.squareRoot(), least, 1e-3), 1))
        }
        standard = Standard(
            means: means, deviations: deviations,
            norm: schedule.descent == .plain ? Standard.shortNorm : 1)
    }

    private mutating func takeProducts(_ values: [Double], _ sigma: Double) {
        let width = compiled.coding.width
        let triangle = SymmetricMatrix.triangle(of: width)
        let products = SymmetricMatrix(size: width, triangle: values[..<triangle])
        // The norm of the noise, about: a matrix whose elements off the diagonal deviate by σ/√2.
        let noise = sigma * (2 * Double(width)).squareRoot()
        guard compiled.goal.isNumber else {
            bound = products.inverse(ridge: max(noise, 1e-9))
            return
        }
        let inverse = products.inverse(ridge: max(noise / 2, 1e-9))
        weights = inverse.times(Array(values[triangle...]))
    }

    private mutating func takeSlope(_ slope: [Double]) {
        if let bound {
            let step = bound.times(slope)
            for place in weights.indices { weights[place] -= 4 * step[place] }
        } else {
            let rate = 2 * Double(weights.count).squareRoot() * standard.norm
            for place in weights.indices {
                speed[place] =
                    0.9 * speed[place] + slope[place] / count + 1e-3 * weights[place]
                weights[place] -= rate * speed[place]
            }
        }
        if done >= later { for place in sum.indices { sum[place] += weights[place] } }
    }

    /// The first round whose weights count for the mean.
    private var later: Int {
        let slopes = schedule.rounds.filter { $0.kind == .slope }.count
        let first = schedule.rounds.firstIndex { $0.kind == .slope } ?? 0
        return first + slopes / 2
    }

    /// The weights that the rounds done so far give.
    private var averaged: [Double] {
        let slopes = schedule.rounds.filter { $0.kind == .slope }.count
        let number = Double(slopes - slopes / 2)
        return slopes > 0 ? sum.map { $0 / number } : weights
    }

    /// The model, when all rounds are done.
    package var model: Model? {
        guard done == rounds else { return nil }
        return Model(
            name: compiled.question.name, goal: compiled.goal, coding: compiled.coding,
            standard: standard, weights: averaged, quality: quality, average: average)
    }
}
