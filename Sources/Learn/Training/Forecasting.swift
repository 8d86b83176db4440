// SPDX-License-Identifier: Apache-2.0

/// A forecast in the making: the products of the features are asked once, and the weights solve them.
///
/// Noise of deviation σ on a triangle of d features makes a matrix of norm k = σ·√(2d), about. A direction in which
/// the products are s is known well where s is far above k, and not at all below: it is solved by s/(s² + k²) in place of
/// 1/s, which for s ≫ k is all but the same. Where noise is all there is, weights stay below √d·σ/2k = 0.36 together,
/// and the forecast near each person's own mean, which is what zero weights forecast.
struct Forecasting: Sendable {
    private let columns: [String]
    private let coding: SeriesCoding
    private var weights: [Double]

    init(_ columns: [String], _ coding: SeriesCoding) {
        (self.columns, self.coding) = (columns, coding)
        weights = [Double](repeating: 0, count: coding.width)
    }

    /// What the round before the measuring adds up.
    var sums: TrainingStep.Sums { .series(SeriesSums(coding, .products)) }

    /// Takes what a round let out, in units of one.
    mutating func take(_ values: [Double], sigma: Double) {
        let triangle = SymmetricMatrix.triangle(of: coding.width)
        let products = SymmetricMatrix(size: coding.width, triangle: values[..<triangle])
        let noise = max(Forecasting.noise(sigma, coding), 1e-4)
        let (sizes, directions) = products.eigen()
        var weights = [Double](repeating: 0, count: coding.width)
        for (size, direction) in zip(sizes, directions) where size > 0 {
            var along = 0.0
            for place in weights.indices { along += direction[place] * values[triangle + place] }
            let part = along * size / (size * size + noise * noise)
            for place in weights.indices { weights[place] += part * direction[place] }
        }
        self.weights = weights
    }

    /// The norm of the noise on a matrix of products, about.
    static func noise(_ sigma: Double, _ coding: SeriesCoding) -> Double {
        sigma * (2 * Double(coding.width)).squareRoot()
    }

    /// What the rounds done so far give.
    var form: Autoregression {
        Autoregression(columns: columns, coding: coding, weights: weights)
    }
}
