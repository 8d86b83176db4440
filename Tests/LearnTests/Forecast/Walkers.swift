// SPDX-License-Identifier: Apache-2.0
import Query
import TestSupport
import Vault

@testable import Learn

/// People who count their steps, each day one row, by rules that a forecast can find.
enum Walkers {
    static let schema = Schema(
        table: "activity",
        columns: [
            Schema.Column("day", .date),
            Schema.Column("at", .timestamp),
            Schema.Column("steps", .integer, bounds: 0...100_000),
            Schema.Column("note", .text),
        ])

    static func compiled(
        _ words: String, epsilon: String = "1.0", people: Int = 1000, rows: Int = 400
    ) throws -> CompiledModel {
        try CompiledModel(
            "CREATE MODEL ahead FROM activity \(words) WITH PRIVACY (epsilon => \(epsilon), delta => 1e-5)",
            pool: QueryPool(
                name: "activity", tables: [schema], rowsPerPerson: rows, people: people))
    }

    static func forecast(
        _ options: String = "", horizon: Int = 7, epsilon: String = "1.0", people: Int = 1000
    ) throws -> CompiledModel {
        try compiled(
            "PREDICT steps ORDER BY day HORIZON \(horizon) USING (model => forecast\(options))",
            epsilon: epsilon, people: people)
    }

    /// One person's rows; nil is a day without one.
    static func rows(_ values: [Int64?], from day: Int64 = 16_000) -> Rows {
        let known = values.enumerated().compactMap { place, value in
            value.map { (day + Int64(place), $0) }
        }
        return rows(known)
    }

    /// Rows in the order that is given.
    static func rows(_ known: [(day: Int64, steps: Int64)]) -> Rows {
        let columns = [
            known.map(\.day),
            known.map { $0.day == Schema.null ? $0.day : $0.day &* 86_400_000_000 &+ 5_000_000 },
            known.map(\.steps), known.map { _ in 0 },
        ]
        return Rows(
            schema: schema,
            columns: zip(schema.columns, columns).map {
                Rows.Column(values: $1, dictionary: $0.kind == .text ? ["x"] : [])
            }, count: known.count)
    }

    /// How people walk.
    struct Habit {
        /// How much of what a day lies above the usual is left a day later.
        var memory = 0.0
        /// How much more is walked on each day of the week, in parts of the usual.
        var week = [Double](repeating: 0, count: 7)
        /// How far a day lies from what is expected, in parts of the usual.
        var chance = 0.25
        /// Days without a row, of a hundred.
        var gaps = 0
    }

    /// So many people, each with her own usual number of steps and 40 to 100 days.
    static func made(_ count: Int, _ habit: Habit, seed: UInt64 = 1) -> [Rows] {
        var dice = Seeded(seed)
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }
        return (0..<count).map { _ in
            let usual = Double(draw(3_000...14_000))
            let shift = draw(0...6)
            var above = 0.0
            let values = (0..<draw(40...100)).map { day -> Int64? in
                // Twelve dice: a bell of deviation one.
                let bell = (0..<12).reduce(-6.0) { sum, _ in sum + Double(draw(0...999)) / 1000 }
                above = habit.memory * above + habit.chance * bell
                let steps = usual * (1 + habit.week[(day + shift) % 7] + above)
                return draw(0...99) < habit.gaps ? nil : Int64(min(max(steps, 0), 100_000))
            }
            return rows(values)
        }
    }

    /// The errors of a model in the last steps of people, and those of what was a season ago: means over people.
    static func errors(_ model: Model, of people: [Rows]) -> (model: Double, naive: Double) {
        guard case .series(let form) = model.form else { return (.infinity, 0) }
        let errors = people.compactMap { ForecastErrors(of: form, series($0, model)) }
        let count = Double(errors.count)
        return (
            errors.reduce(0) { $0 + $1.model } / count, errors.reduce(0) { $0 + $1.naive } / count
        )
    }

    static func series(_ rows: Rows, _ model: Model) -> Series {
        Series(
            (0..<rows.count).compactMap { place in
                model.goal.value(of: rows.columns[2].values[place]).map {
                    .init(place: rows.columns[0].values[place], value: $0)
                }
            })
    }

    /// A forecast that knows nothing but each person's own mean.
    static func ownMean(like model: Model) -> Model? {
        guard case .series(let form) = model.form else { return nil }
        return Model(
            name: "mean", goal: model.goal,
            form: .series(
                Autoregression(
                    columns: form.columns, coding: form.coding,
                    weights: form.weights.map { _ in 0 })),
            quality: nil, average: nil)
    }
}
