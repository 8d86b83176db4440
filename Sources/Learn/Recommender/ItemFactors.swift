// SPDX-License-Identifier: Apache-2.0

/// The form of a recommender: what is known of every item, and how a person's own taste follows from ratings of hers.
///
/// A score is middle + bias of the item + offset of the person + her factors · the item's factors. Offset and factors
/// of a person are in no model: whoever has her ratings solves them, and nobody else can.
struct ItemFactors: Hashable, Sendable {
    /// The column that names the items.
    let column: String
    /// What is predicted, as a column is called.
    let rating: String
    /// The items, as they were published.
    let items: [String]
    /// The middle of all people's ratings.
    let middle: Double
    /// What each item is rated above that.
    let biases: [Double]
    /// The factors of each item, one item after the other; none where biases are all that is known.
    let factors: [Double]
    /// How many factors an item has.
    let width: Int
    /// What draws a person's offset, and each of her factors, to zero, in ratings.
    let ridge: Ridge

    struct Ridge: Hashable, Sendable {
        let offset: Double
        let factor: Double
    }

    /// The most factors of an item.
    static let mostFactors = 16

    /// The factors of an item.
    ///
    /// - Requires: an item of the list.
    func factors(of item: Int) -> ArraySlice<Double> {
        factors[item * width..<(item + 1) * width]
    }

    /// The score of an item for a person of whom nothing is known.
    func score(of item: Int) -> Double { middle + biases[item] }

    /// The score of an item for a person.
    func score(of item: Int, for taste: Taste) -> Double {
        var sum = score(of: item) + taste.offset
        for (mine, its) in zip(taste.factors, factors(of: item)) { sum += mine * its }
        return sum
    }

    /// The score of a row: of a value that is no item, the middle.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        let isListed = values[0] >= 0 && values[0] < Int64(items.count)
        return isListed ? score(of: Int(values[0])) : middle
    }

    /// One spelling for one meaning, given the column.
    var canonical: String {
        "\(middle) \(biases) \(width) \(factors) \(ridge.offset) \(ridge.factor)"
    }
}
