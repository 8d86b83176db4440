// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Learn
internal import Query
internal import Study
internal import Vault

/// Models trained privately on rows of a file, one row a person, and measured on those of another.
///
///     bench learn TRAIN.csv TEST.csv EPSILON RUNS [KIND [TRAININGS]]
///
/// KIND is a model's, logistic where it is left out. With TRAININGS a stream is made of that many parts of the people,
/// one after the other, each going on from what those before it made.
///
/// The first line of a file says what its columns are: `name:n:LOW:HIGH` for a whole number within bounds,
/// `name:c:CODES` for a category; a row's values are whole numbers. The last column is predicted.
struct LearnBench: CohortReader {
    let schema: Schema
    let rows: [[Int64]]
    /// The same, as each person's tables.
    private let people: [[Rows]]
    /// As spread as those of keys.
    private let marks: [UInt64]

    var count: Int { rows.count }

    init(file: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var lines = text.split(separator: "\n")
        let columns = lines.removeFirst().split(separator: ",").map { word -> Schema.Column in
            let parts = word.split(separator: ":")
            if parts[1] == "c" {
                return Schema.Column(
                    String(parts[0]), .category,
                    categories: (0..<(Int(parts[2]) ?? 1)).map { "c\($0)" })
            }
            return Schema.Column(
                String(parts[0]), .integer,
                bounds: (Int64(parts[2]) ?? 0)...(Int64(parts[3]) ?? 1))
        }
        self.init(
            schema: Schema(table: "bench_rows", columns: columns),
            rows: lines.map { $0.split(separator: ",").map { Int64($0) ?? 0 } })
    }

    private init(schema: Schema, rows: [[Int64]]) {
        (self.schema, self.rows) = (schema, rows)
        people = rows.map { [schema] row in
            [Rows(schema: schema, columns: row.map { Rows.Column(values: [$0]) }, count: 1)]
        }
        marks = rows.indices.map { person in
            Contribution.mark(of: (0..<8).map { UInt8(truncatingIfNeeded: person >> ($0 * 8)) })
        }
    }

    func makeRoom(for wanted: [TableColumns]) {}

    func mark(of contributor: Int) -> UInt64 { marks[contributor] }

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Void
    ) throws -> [Rows] {
        people[contributor]
    }

    static func measure(_ words: ArraySlice<String>) async throws -> [String: Double] {
        let words = Array(words)
        let (train, test) = (try LearnBench(file: words[0]), try LearnBench(file: words[1]))
        let kind = words.count > 4 ? words[4] : "logistic"
        let target = train.schema.columns[train.schema.columns.count - 1].name
        let text = """
            CREATE MODEL bench FROM bench PREDICT \(target) USING (quality => off, model => \(kind))
            WITH PRIVACY (epsilon => \(words[2]), delta => 1e-5)
            """
        let trainings = words.count > 5 ? max(Int(words[5]) ?? 1, 1) : 1
        var (accuracy, auc, cpu): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<(Int(words[3]) ?? 1) {
            let start = Meter.now
            let model = try await train.learn(text, in: trainings)
            cpu.append(Meter.since(start).processor)
            let scored = test.rows.map { row in
                (model.prediction(of: Array(row.dropLast())), row[row.count - 1] == 1)
            }
            accuracy.append(
                Double(scored.count { ($0.0.score >= 0) == $0.1 }) / Double(scored.count))
            auc.append(area(scored.map { ($0.0.score, $0.1) }))
        }
        return [
            "accuracy": accuracy.mean, "auc": auc.mean, "cpu_seconds": cpu.median,
            "runs": Double(cpu.count),
        ]
    }

    /// Trains on all, or on one part after the other.
    private func learn(_ text: String, in trainings: Int) async throws -> Model {
        var start: StreamStart?
        for turn in 0..<trainings {
            let part = LearnBench(
                schema: schema,
                rows: Array(rows[count * turn / trainings..<count * (turn + 1) / trainings]))
            let compiled = try CompiledModel(
                text,
                pool: QueryPool(
                    name: "bench", tables: [schema], rowsPerPerson: 1, people: part.count),
                from: start)
            let model = try await compiled.train(
                over: part, threads: 1, drawing: SystemRandomNumberGenerator())
            start = StreamStart(model, people: (start?.people ?? 0) + part.count)
        }
        guard let start else { preconditionFailure("there is one training at least") }
        return start.model
    }

    /// The chance that a positive row scores above a negative one.
    private static func area(_ scored: [(Double, Bool)]) -> Double {
        let sorted = scored.sorted { $0.0 < $1.0 }
        var (below, above) = (0.0, 0.0)
        for (_, isPositive) in sorted {
            if isPositive { above += below } else { below += 1 }
        }
        return above / (below * Double(sorted.count) - below * below)
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(Swift.max(count, 1)) }
}
