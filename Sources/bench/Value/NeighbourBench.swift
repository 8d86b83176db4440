// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Value

/// Values by neighbours: processor seconds, memory, and whether threads agree.
enum NeighbourBench {
    /// The best of some runs, in processor seconds.
    static func best<Result>(_ runs: Int, _ body: () throws -> Result) rethrows -> (Double, Result)
    {
        var start = Meter.now.processor
        var result = try body()
        var least = Meter.now.processor - start
        for _ in 1..<max(2, runs) {
            start = Meter.now.processor
            result = try body()
            least = min(least, Meter.now.processor - start)
        }
        return (least, result)
    }

    /// The handwritten digits, 1,400 by 397, from a file of vectors.
    static func digits(_ path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard let file = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let rows = file["X"] as? [[Double]], let labels = file["y"] as? [Int]
        else { return print("no vectors in \(path)") }
        let all = try LabelledRows(try FeatureRows(rows), labels: labels, classes: 10)
        let (training, test) = (
            all.picked(Array(0..<1400)), all.picked(Array(1400..<all.count))
        )
        let radius = try ThresholdRadius.squared(training: training.features, test: test.features)
        let utilities: [(String, NeighbourUtility)] = [
            ("nearest", .nearest(k: 5)), ("softLabel", .softLabel(k: 5)),
            ("threshold", .threshold(radiusSquared: radius)),
        ]
        for (name, utility) in utilities {
            let (seconds, values) = try best(20) {
                try NeighbourShapley(training).values(on: test, of: utility, threads: 1)
            }
            print(
                "{\"case\": \"digits \(name)\", \"cpu_seconds\": \(seconds), \"sum\": \(values.points.means.reduce(0, +))}"
            )
        }
    }

    /// Seeded clusters of 32 numbers.
    static func scale(rows: Int, tests: Int) throws {
        var random = Dice(7)
        func table(_ count: Int) throws -> LabelledRows {
            var numbers: [Double] = []
            numbers.reserveCapacity(count * 32)
            var labels: [Int] = []
            for _ in 0..<count {
                let label = Int(random.next() % 2)
                labels.append(label)
                for _ in 0..<32 {
                    let noise = (0..<4).reduce(0.0) { sum, _ in sum + random.unit() } - 2
                    numbers.append(noise + Double(label) * 0.2)
                }
            }
            return try LabelledRows(
                try FeatureRows(flat: numbers, columns: 32), labels: labels, classes: 2)
        }
        let (training, test) = (try table(rows), try table(tests))
        let utilities: [(String, NeighbourUtility)] = [
            ("nearest", .nearest(k: 5)), ("threshold", .threshold(radiusSquared: 8)),
        ]
        for (name, utility) in utilities {
            let shapley = try NeighbourShapley(training)
            var start = Meter.now.processor
            let one = try shapley.values(on: test, of: utility, threads: 1)
            let single = Meter.now.processor - start
            start = Meter.now.processor
            let two = try shapley.values(on: test, of: utility, threads: 2)
            let double = Meter.now.processor - start
            print(
                "{\"case\": \"\(rows) x 32 by \(tests) \(name)\", \"cpu_seconds\": \(single), \"cpu_seconds_two_threads\": \(double), \"same_bits\": \(one == two), \"peak_mb\": \(Int(Meter.peakMegabytes))}"
            )
        }
    }
}
