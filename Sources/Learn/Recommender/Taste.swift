// SPDX-License-Identifier: Apache-2.0

/// What one person's ratings say of her, given the items' factors: solved where her ratings are, and let out nowhere.
struct Taste: Hashable, Sendable {
    /// What she rates above others.
    let offset: Double
    /// How much she likes what each factor stands for.
    let factors: [Double]

    /// Of a person of whom nothing is known.
    static func unknown(width: Int) -> Taste {
        Taste(offset: 0, factors: [Double](repeating: 0, count: width))
    }
}

/// The ridge regression of one person's ratings on the factors of their items, and a constant.
///
/// Only additions, multiplications and divisions in a fixed order: the same bits on every machine. Cost: ratings
/// times (factors + 1)² operations.
struct TasteFit {
    private let form: ItemFactors
    private let inverse: [Double]
    private let solution: [Double]
    private let size: Int

    init(_ form: ItemFactors, _ ratings: some Sequence<Rating>) {
        let size = form.width + 1
        var matrix = [Double](repeating: 0, count: size * size)
        var products = [Double](repeating: 0, count: size)
        for place in 0..<size {
            matrix[place * size + place] = place == 0 ? form.ridge.offset : form.ridge.factor
        }
        var features = [Double](repeating: 1, count: size)
        for rating in ratings {
            TasteFit.read(form, rating.item, &features)
            let left = rating.value - form.score(of: rating.item)
            for row in 0..<size {
                products[row] += left * features[row]
                for column in 0..<size {
                    matrix[row * size + column] += features[row] * features[column]
                }
            }
        }
        TasteFit.invert(&matrix, size)
        (self.form, self.size, inverse) = (form, size, matrix)
        solution = TasteFit.product(matrix, products)
    }

    /// What all the ratings say.
    var taste: Taste { Taste(offset: solution[0], factors: Array(solution[1...])) }

    /// What the other ratings say: as if this one of them had not been there. From the one solution, by its leverage
    /// (Sherman, Morrison 1950).
    ///
    /// - Requires: a rating that the fit was made with.
    func taste(without rating: Rating) -> Taste {
        var features = [Double](repeating: 1, count: size)
        TasteFit.read(form, rating.item, &features)
        let turned = TasteFit.product(inverse, features)
        var (leverage, guess) = (0.0, 0.0)
        for place in 0..<size {
            leverage += features[place] * turned[place]
            guess += features[place] * solution[place]
        }
        let miss = (rating.value - form.score(of: rating.item) - guess) / max(1 - leverage, 1e-9)
        let left = (0..<size).map { solution[$0] - turned[$0] * miss }
        return Taste(offset: left[0], factors: Array(left[1...]))
    }

    private static func read(_ form: ItemFactors, _ item: Int, _ features: inout [Double]) {
        for place in 0..<form.width {
            features[1 + place] = form.factors[item * form.width + place]
        }
    }

    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        let size = vector.count
        return (0..<size).map { row in
            var sum = 0.0
            for column in 0..<size { sum += matrix[row * size + column] * vector[column] }
            return sum
        }
    }

    /// Gauss and Jordan's, in place. A ridge above zero makes every pivot one, so none needs to be looked for.
    private static func invert(_ matrix: inout [Double], _ size: Int) {
        for pivot in 0..<size {
            let part = 1 / matrix[pivot * size + pivot]
            matrix[pivot * size + pivot] = 1
            for column in 0..<size { matrix[pivot * size + column] *= part }
            for row in 0..<size where row != pivot {
                let factor = matrix[row * size + pivot]
                matrix[row * size + pivot] = 0
                for column in 0..<size {
                    matrix[row * size + column] -= factor * matrix[pivot * size + column]
                }
            }
        }
    }
}

extension ItemFactors {
    /// What a person's ratings say of her.
    func taste(of ratings: some Sequence<Rating>) -> Taste { TasteFit(self, ratings).taste }
}
