// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Check 20 of the reference, and what DuckDB says to the same questions.
///
/// With `QUERY_DIR` set the rows, the questions and our exact answers stay there for
/// `Tests/interop/duckdb_compare.py`; nothing is clipped and nothing has noise.
@Suite struct DifferentialTests {
    @Test func `generated questions are answered, and written for DuckDB to answer too`() throws {
        let folder = ProcessInfo.processInfo.environment["QUERY_DIR"].map { URL(filePath: $0) }
        let count = folder == nil ? 150 : Slow.count(500, 5000)
        var random = Seeded(20)
        let people = TwinPool.people(40, using: &random)
        var writer = TwinWriter(random: Seeded(21))
        var lines: [String] = []
        var asked = 0
        while lines.count < count {
            let question = writer.question()
            asked += 1
            let query: CompiledQuery
            do { query = try CompiledQuery(question.text.ours, pool: TwinPool.pool) } catch {
                // Only limits may stand in the way: generated questions are right in their kinds.
                let limits = ["operations", "groups", "too wide"]
                #expect(
                    limits.contains { error.problem.contains($0) },
                    "\(question.text.ours): \(error)")
                continue
            }
            lines.append(try line(question, query, people))
        }
        #expect(asked < 2 * count)
        guard let folder else { return }
        for (place, name) in ["days", "nights"].enumerated() {
            try Data(TwinPool.csv(place, of: people).utf8)
                .write(to: folder.appending(path: "\(name).csv"))
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: folder.appending(path: "questions.jsonl"))
    }

    /// A question and its answer as JSON: for each group its names, for each value how far rounding
    /// to the lattice may have moved it.
    private func line(
        _ question: TwinWriter.Question, _ query: CompiledQuery, _ people: [[Rows]]
    ) throws -> String {
        let rows = query.unclippedValues(of: people).map { row -> JSON in
            .array(
                row.map { value -> JSON in
                    switch value {
                    case .name(let name): .string(name)
                    case .number(let number, _): .string("\(number)")
                    case .none: .null
                    }
                })
        }
        let json: JSON = [
            "ours": .string(question.text.ours), "duck": .string(question.text.duck),
            "groups": .integer(Int64(question.groups)), "rows": .array(rows),
            "people": .integer(Int64(people.count)),
            "lattice": .integer(query.plan.step.lattice),
            "unit": .string("\(query.widestUnit)"),
        ]
        return String(decoding: try json.signable(), as: UTF8.self)
    }
}

extension CompiledQuery {
    /// The largest size that one row can give a number, in the units people read.
    fileprivate var widestUnit: Double {
        contents.reduce(1) { widest, content in
            switch content {
            case .sum(_, let scale, let unit): max(widest, Double(unit) / Double(powerOfTen(scale)))
            case .centredSum(_, _, let scale, let bounds), .average(_, _, let scale, let bounds),
                .variance(_, _, _, let scale, let bounds, _):
                max(
                    widest,
                    [bounds.lowerBound, bounds.upperBound].map { abs(Double($0)) }.max()!
                        / Double(powerOfTen(scale)))
            case .count, .people, .quantile: widest
            }
        }
    }
}
