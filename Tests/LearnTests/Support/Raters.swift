// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import TestSupport
import Vault

@testable import Learn

/// People who rate films by a rule that factors can find.
enum Raters {
    static let films = (0..<20).map { "film \($0)" }

    static let schema = Schema(
        table: "ratings",
        columns: [
            Schema.Column("movie", .category, categories: films),
            Schema.Column("rating", .decimal(scale: 2), bounds: 0...500),
            Schema.Column("year", .integer, bounds: 1900...2100),
            Schema.Column("seen", .boolean),
        ])

    static func compiled(
        _ options: String = "model => recommender, items => movie", predict: String = "rating",
        epsilon: String = "8.0", people: Int = 100_000, rows: Int = 16
    ) throws -> CompiledModel {
        try CompiledModel(
            "CREATE MODEL taste FROM ratings PREDICT \(predict) USING (\(options)) "
                + "WITH PRIVACY (epsilon => \(epsilon), delta => 1e-6)",
            pool: QueryPool(
                name: "ratings", tables: [schema], rowsPerPerson: rows, people: people))
    }

    /// What one person rates.
    static func one(_ ratings: [(film: Int64, rating: Int64)]) -> Rows {
        let zeros = [Int64](repeating: 0, count: ratings.count)
        return Rows(
            schema: schema,
            columns: [
                Rows.Column(values: ratings.map(\.film)),
                Rows.Column(values: ratings.map(\.rating)),
                Rows.Column(values: zeros), Rows.Column(values: zeros),
            ], count: ratings.count)
    }

    /// People who each see some films, and rate them as film, mood and two tastes have it: without chance.
    static func made(_ count: Int, rows: Int = 16, seed: UInt64 = 1) -> [Rows] {
        var dice = Seeded(seed)
        func draw() -> Double { Double.random(in: -1...1, using: &dice) }
        return (0..<count).map { _ in
            let (mood, loud, old) = (draw(), draw(), draw())
            return one(
                films.indices.shuffled(using: &dice).prefix(rows).map { film in
                    let rating =
                        250 + 20 * bias(film) + 25 * mood + 100 * loud * (film % 2 == 0 ? 1 : -1)
                        + 100 * old * (film % 4 < 2 ? 1 : -1)
                    return (Int64(film), Int64(min(max(rating, 0), 500).rounded()))
                })
        }
    }

    /// What a film is rated above others: known for certain.
    static func bias(_ film: Int) -> Double { Double(film % 5) / 2 - 1 }

    /// How far off the last ratings of each are, foretold from all others of hers: the root of the mean square, in
    /// hundredths.
    static func miss(_ model: Model, _ people: [Rows]) throws -> Double {
        var (sum, count) = (0.0, 0.0)
        for person in people {
            let (items, ratings) = (person.columns[0].values, person.columns[1].values)
            let hidden = person.count - 3
            let rows = (0..<person.count).map { place in
                (
                    line: place + 2,
                    cells: [
                        "movie": films[Int(items[place])],
                        "rating": place < hidden
                            ? Schema.Kind.decimal(scale: 2).writtenShort(ratings[place]) : "NULL",
                    ]
                )
            }
            for (line, found) in try model.foretold(rows) {
                let miss =
                    100 * (Double(found.prediction.value) ?? 0) - Double(ratings[line - 2])
                (sum, count) = (sum + miss * miss, count + 1)
            }
        }
        return (sum / count).squareRoot()
    }
}
