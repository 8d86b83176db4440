// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Value

/// Data sets and known answers, read from the files beside the tests.
enum Vectors {
    static func json(_ name: String) throws -> Any {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/\(name).json")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    }

    /// Handwritten digits, 64 pixels of 17 levels: 1,400 to train, 397 to test (UCI, CC BY 4.0).
    static let digits = DataSet("knn-digits", classes: 10)
    /// Breast cancer Wisconsin, 30 measurements: 400 to train, 169 to test (UCI, CC BY 4.0).
    static let breastCancer = DataSet("knn-breast-cancer", classes: 2)
}

/// A data set with known answers.
struct DataSet: @unchecked Sendable {  // The parsed file is never written to.
    let file: [String: Any]
    let rows: [[Double]]
    let labels: [Int]
    let classes: Int
    let trained: Int

    init(_ name: String, classes: Int) {
        file = (try? Vectors.json(name)) as? [String: Any] ?? [:]
        rows = file["X"] as? [[Double]] ?? []
        labels = file["y"] as? [Int] ?? []
        trained = file["n_train"] as? Int ?? 0
        self.classes = classes
    }

    /// The rows as they stand in the file, after a change to each.
    func split(
        _ change: ([Double]) -> [Double] = { $0 }
    ) throws -> (training: LabelledRows, test: LabelledRows) {
        let all = try LabelledRows(
            FeatureRows(rows.map(change)), labels: labels, classes: classes)
        return (all.picked(Array(0..<trained)), all.picked(Array(trained..<rows.count)))
    }

    /// Other rows to train and to test, by seed; each column scaled by its mean and spread in training.
    func shuffled(
        _ seed: UInt64, standardised: Bool = false
    ) throws -> (training: LabelledRows, test: LabelledRows) {
        var random = Seeded(seed)
        let order = random.permutation(rows.count)
        var rows = rows
        if standardised {
            for column in rows[0].indices {
                let seen = order.prefix(trained).map { rows[$0][column] }
                let mean = seen.reduce(0, +) / Double(seen.count)
                let variance =
                    seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seen.count)
                let scale = variance > 0 ? variance.squareRoot() : 1
                for row in rows.indices { rows[row][column] = (rows[row][column] - mean) / scale }
            }
        }
        let all = try LabelledRows(FeatureRows(rows), labels: labels, classes: classes)
        return (
            all.picked(Array(order.prefix(trained))), all.picked(Array(order.dropFirst(trained)))
        )
    }

    /// Known values by the number of neighbours and who computed them.
    func values(_ k: Int, _ name: String, tieFree: Bool = false) throws -> [Double] {
        let part = tieFree ? try #require(file["tie_free"] as? [String: Any]) : file
        let results = try #require(part["results"] as? [String: Any])
        let result = try #require(results["\(k)"] as? [String: Any])
        return try #require(result[name] as? [Double])
    }

    func utility(_ k: Int) throws -> Double {
        let results = try #require(file["results"] as? [String: Any])
        return try #require((results["\(k)"] as? [String: Any])?["utility_full"] as? Double)
    }
}

/// The largest difference of two lists; infinite when they are not as long.
func gap(_ one: [Double], _ other: [Double]) -> Double {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}
