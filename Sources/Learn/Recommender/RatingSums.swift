// SPDX-License-Identifier: Apache-2.0

/// What a round of a recommender adds up of a contributor's ratings.
///
/// Every kind gives one vector for one contributor, whole, which the study clips to the round's radius: whatever her rows
/// hold, however many they are, and whatever her own taste is solved to, adding or removing her moves the sums by no
/// more than that. Her taste is inside: it is solved here, from her ratings and from what earlier rounds let out.
struct RatingSums: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// One for a contributor, and the mean of her ratings: of norm √2 at most.
        case middle
        /// For each item the number of her ratings, and what they are above middle and her own offset.
        case biases
        /// For each item and factor what a rating is above middle, bias and offset, times the direction of her factors.
        case factors
    }

    let kind: Kind
    /// What is known so far; the factors that are being solved.
    let form: ItemFactors

    /// How many numbers there are.
    var width: Int {
        switch kind {
        case .middle: 2
        case .biases: 2 * form.items.count
        case .factors: form.factors.count
        }
    }

    /// Adds a contributor's ratings, where she has any.
    ///
    /// Each is divided by the root of their number, so that the vector's norm is that of one rating, however many
    /// there are: radius and noise need not grow with people of whom there are few.
    func add(_ ratings: [Rating], to totals: inout [Double]) {
        guard !ratings.isEmpty else { return }
        let count = Double(ratings.count)
        switch kind {
        case .middle:
            totals[0] += 1
            totals[1] += ratings.reduce(0) { $0 + $1.value } / count
        case .biases:
            let weight = 1 / count.squareRoot()
            let above = ratings.reduce(0) { $0 + ($1.value - form.middle) }
            let offset = above / (count + form.ridge.offset)
            for rating in ratings {
                totals[rating.item] += FactorPlan.countWeight * weight
                totals[form.items.count + rating.item] +=
                    weight * (rating.value - form.middle - offset)
            }
        case .factors: addFactors(ratings, weight: 1 / count.squareRoot(), to: &totals)
        }
    }

    /// A rating is multiplied by what her other ratings say of her: with its own part in that, factors would grow on
    /// what nothing explains.
    private func addFactors(_ ratings: [Rating], weight: Double, to totals: inout [Double]) {
        let fit = TasteFit(form, ratings)
        for rating in ratings {
            let taste = fit.taste(without: rating)
            let norm = taste.factors.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0 else { continue }
            let left = rating.value - form.score(of: rating.item) - taste.offset
            for (place, factor) in taste.factors.enumerated() {
                totals[rating.item * form.width + place] += weight * left * (factor / norm)
            }
        }
    }

    /// One spelling for one meaning.
    var canonical: String { "\(kind) \(form.canonical)" }
}
