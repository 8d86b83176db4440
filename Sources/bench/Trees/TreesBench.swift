// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Trees

/// Boosted trees, for `Benchmarks/learn/trees.py`, which compares them with LightGBM's.
///
///     bench trees FOLDER FEATURES THREADS
///
/// Reads `train.bin` (features, then the label) and `test.bin` (features), column after column of raw
/// little-endian Float64; grows 100 trees and writes `raw.bin`, the outputs for the rows of the test.
enum TreesBench {
    static func measure(_ words: [String]) throws {
        guard words.count == 3, let features = Int(words[1]), let threads = Int(words[2]),
            features > 0
        else { throw MeasurementUnknown() }
        var train = try columns(words[0] + "/train.bin", count: features + 1)
        let labels = train.removeLast()
        let test = try columns(words[0] + "/test.bin", count: features)
        let start = Meter.now
        let binned = try BinnedColumns(quantilesOf: train)
        let bins = Meter.since(start).processor
        let model = try GradientBoosting(.logLoss).fit(
            binned, labels: labels, schedule: .init(threads: threads))
        let whole = Meter.since(start).processor
        let raw = try model.raw(of: test)
        let asked = Meter.since(start).processor - whole
        try raw.withUnsafeBytes { Data($0) }
            .write(to: URL(fileURLWithPath: words[0] + "/raw.bin"))
        print("{\"bins\": \(bins), \"fit\": \(whole), \"predict\": \(asked)}")
    }

    private struct MeasurementUnknown: Error, CustomStringConvertible {
        let description = "write bench trees FOLDER FEATURES THREADS"
    }

    private static func columns(_ path: String, count: Int) throws -> [[Double]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let all = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        let rows = all.count / count
        return (0..<count).map { Array(all[$0 * rows..<($0 + 1) * rows]) }
    }
}
