// SPDX-License-Identifier: Apache-2.0
package import Learn
internal import Study
internal import Vault

extension OwnRows {
    /// Makes the model.
    ///
    /// Sums are whole numbers, so that the model is the same to the last bit however many threads add them up.
    ///
    /// - Parameter progress: is told how many rounds are done.
    /// - Throws: ``Query/QueryError`` where the statement asks for what the rows do not give.
    /// - Cost: rounds times rows, and for regressions times the square of the features.
    @concurrent package func train(
        threads: Int = 2, progress: (@Sendable (_ rounds: Int) -> Void)? = nil
    ) async throws -> Model {
        var training = try OwnTraining(text, table: table, people: people, cuts: cuts)
        let parts = training.isOfRows ? blocks : persons
        var rounds = 0
        while let step = training.step {
            let sums = await OwnRows.sums(of: step, over: parts, threads: threads)
            try Task.checkCancellation()
            training.take(sums)
            rounds += 1
            progress?(rounds)
        }
        guard let model = training.model else {
            preconditionFailure("a training without a next step has a model")
        }
        return model
    }

    /// Where the bins of each number end: so that each has nearly as many rows, and a value of many rows one of its own.
    private var cuts: [String: [Int64]] {
        var cuts: [String: [Int64]] = [:]
        for (described, column) in zip(table.columns, rows.columns) {
            guard let bounds = described.bounds else { continue }
            let sorted = column.values.filter { $0 != Schema.null }.sorted()
            var edges: [Int64] = []
            for bin in 1..<OwnRows.bins {
                let edge = sorted[sorted.count * bin / OwnRows.bins]
                if edge > edges.last ?? .min, edge < bounds.upperBound { edges.append(edge) }
            }
            cuts[described.name] = edges
        }
        return cuts
    }

    /// How many bins a number has at most.
    private static let bins = 128

    /// How many rows a thread takes at once, where each counts by itself.
    private static let block = 1024

    /// Runs of rows in the file's order.
    var blocks: [Rows] {
        stride(from: 0, to: count, by: OwnRows.block).map { start in
            let part = start..<min(start + OwnRows.block, count)
            return taken(part.count) { $0[part] }
        }
    }

    /// The rows of each person, in the file's order.
    var persons: [Rows] {
        guard let owners else { return (0..<count).map { row in taken(1) { [$0[row]] } } }
        var places = [[Int]](repeating: [], count: people)
        for (row, owner) in owners.enumerated() { places[Int(owner)].append(row) }
        return places.map { own in taken(own.count) { values in own.map { values[$0] } } }
    }

    private func taken(_ count: Int, _ part: ([Int64]) -> some Sequence<Int64>) -> Rows {
        Rows(
            schema: table,
            columns: rows.columns.map {
                Rows.Column(values: Array(part($0.values)), dictionary: $0.dictionary)
            }, count: count)
    }

    /// Each thread takes every so many-th part.
    private static func sums(
        of step: TrainingStep, over parts: [Rows], threads: Int
    ) async -> [Int64] {
        let threads = max(1, min(threads, parts.count))
        return await withTaskGroup(of: [Int64].self) { group in
            for thread in 0..<threads {
                group.addTask {
                    added(step, parts, stride(from: thread, to: parts.count, by: threads))
                }
            }
            var sums: [Int64] = []
            for await more in group {
                sums = sums.isEmpty ? more : zip(sums, more).map { $0 &+ $1 }
            }
            return sums
        }
    }

    /// What a step gives of some parts, added up.
    private static func added(
        _ step: TrainingStep, _ parts: [Rows], _ own: StrideTo<Int>
    ) -> [Int64] {
        var scratch = step.makeScratch()
        var sums = [Int64](repeating: 0, count: step.blocks[0].width)
        for part in own {
            var contribution = Contribution(to: step, of: UInt64(part))
            step.contribute([parts[part]], to: &contribution, using: &scratch)
            for place in sums.indices { sums[place] &+= contribution.blocks[0][place] }
        }
        return sums
    }
}
