// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// People who do not exist, and follow a rule that a model can find: what the quality of a model is reckoned on before
/// anybody's rows are read. Nothing of them follows from data, only from the published schema.
///
/// Numbers lie in a bell of a tenth of their bounds, a third of the way up; of categories the first are more frequent.
/// What is to be predicted follows half from the features, each of which counts alike, and half from chance: of two, a row's chance is
/// such that the best model's area under the curve is about .85; of a number half of the variance can be explained.
struct TwinPeople: CohortReader {
    let count: Int
    /// How many rows each has.
    let rows: Int
    /// Tells one set of people from another; the rule is the same.
    let seed: UInt64
    let shape: Shape

    /// What rows are like.
    enum Shape: Sendable {
        /// Each by itself, with a value that follows from its features.
        case rows(Goal)
        /// Around so many middles.
        case clusters(Int)
        /// A person's ratings of items.
        case ratings
        /// A series, which repeats itself after a season.
        case series(SeriesCoding)
    }

    func makeRoom(for wanted: [TableColumns]) {}

    func mark(of contributor: Int) -> UInt64 {
        var dice = TwinDice(seed, UInt64(contributor), 1)
        return dice.next()
    }

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        wanted.map { table in
            var dice = TwinDice(seed, UInt64(contributor))
            let columns = table.schema.columns
            var values = [[Int64]](repeating: [], count: columns.count)
            append(to: &values, of: columns, &dice)
            return Rows(
                schema: table.schema,
                columns: values.map { Rows.Column(values: $0, dictionary: []) },
                count: values[0].count)
        }
    }

    private func append(
        to values: inout [[Int64]], of columns: [Schema.Column], _ dice: inout TwinDice
    ) {
        switch shape {
        case .rows(let goal):
            for _ in 0..<rows { appendRow(to: &values, of: columns, goal, &dice) }
        case .clusters(let count):
            for _ in 0..<rows {
                let middle = dice.place(of: count)
                for (place, column) in columns.enumerated() {
                    values[place].append(
                        TwinPeople.value(of: column, at: place, near: middle, &dice))
                }
            }
        case .ratings: appendRatings(to: &values, of: columns, &dice)
        case .series(let coding): appendSeries(to: &values, of: columns, coding, &dice)
        }
    }

    private func appendRow(
        to values: inout [[Int64]], of columns: [Schema.Column], _ goal: Goal,
        _ dice: inout TwinDice
    ) {
        var score = 0.0
        let features = columns.dropLast()
        for (place, column) in features.enumerated() {
            let (value, standing) = TwinPeople.feature(of: column, at: place, &dice)
            values[place].append(value)
            // Each counts for or against, by public dice.
            var rule = TwinDice(UInt64(place), 2)
            score += rule.next() & 1 == 0 ? standing : -standing
        }
        score /= Double(features.count).squareRoot()
        let wanted = columns[features.count]
        switch goal {
        case .number:
            let value = (score + dice.bell()) / 2.0.squareRoot()
            values[features.count].append(
                TwinPeople.number(of: wanted, at: 0.5 + 0.1 * value))
        case .either, .group:
            let chance = Sigmoid.value(TwinPeople.steepness * score)
            values[features.count].append(dice.uniform() < chance ? 1 : 0)
        }
    }

    /// How steep a row's chance is in its score.
    private static let steepness = 2.0

    /// A value, and how many deviations it stands above the middle of its column.
    private static func feature(
        of column: Schema.Column, at place: Int, _ dice: inout TwinDice
    ) -> (Int64, Double) {
        switch column.kind {
        case .boolean:
            let value = dice.next() & 1
            return (Int64(value), value == 1 ? 1 : -1)
        case .category:
            let value = dice.place(of: column.categories.count)
            var rule = TwinDice(UInt64(place), 3, UInt64(value))
            return (Int64(value), rule.bell())
        default:
            let standing = dice.bell()
            return (number(of: column, at: 0.35 + 0.1 * standing), standing)
        }
    }

    /// A value of a column near the middle of one of some clusters.
    private static func value(
        of column: Schema.Column, at place: Int, near middle: Int, _ dice: inout TwinDice
    ) -> Int64 {
        var rule = TwinDice(UInt64(place), 4, UInt64(middle))
        switch column.kind {
        case .boolean:
            let (usual, chance) = (rule.next(), dice.next())
            return Int64((dice.uniform() < 0.9 ? usual : chance) & 1)
        case .category:
            let count = column.categories.count
            let value = dice.uniform() < 0.8 ? rule.uniform() : dice.uniform()
            return Int64(min(Int(value * Double(count)), count - 1))
        default:
            return number(of: column, at: 0.15 + 0.7 * rule.uniform() + 0.05 * dice.bell())
        }
    }

    /// The number that lies so far between its column's bounds.
    static func number(of column: Schema.Column, at part: Double) -> Int64 {
        let bounds = column.bounds ?? 0...100
        let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
        let value = low + min(max(part, 0), 1) * (high - low)
        return min(
            max(Int64(exactly: value.rounded()) ?? bounds.upperBound, bounds.lowerBound),
            bounds.upperBound)
    }
}
