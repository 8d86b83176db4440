// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Trees

/// The census rows beside the repository, where they are: an income above $50,000 is the label.
enum Adult {
    /// The folder `shared` lies beside the repository, wherever in it this file stands.
    static let path: String? = {
        var folder = URL(filePath: #filePath)
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            let file = folder.appending(path: "shared/data/people/adult-income/adult.csv")
            if FileManager.default.fileExists(atPath: file.path) { return file.path }
        }
        return nil
    }()

    /// What is publicly known of a column.
    private enum Domain {
        case range(ClosedRange<Double>)
        /// Money: most have none, few have much.
        case money(Double)
        case categories
    }

    private static let domains: [(name: String, domain: Domain)] = [
        ("age", .range(15...95)), ("education-num", .range(0.5...16.5)),
        ("capital-gain", .money(100_000)), ("capital-loss", .money(5_000)),
        ("hours-per-week", .range(0...100)), ("workclass", .categories),
        ("education", .categories), ("marital-status", .categories), ("occupation", .categories),
        ("relationship", .categories), ("race", .categories), ("sex", .categories),
        ("native-country", .categories),
    ]

    /// The rows, and the public bins of each column; read once.
    static func read() throws -> (sample: Sample, bins: [FeatureBins]) { try table.get() }

    private static let table = Result { try parsed() }

    private static func parsed() throws -> (sample: Sample, bins: [FeatureBins]) {
        let text = try String(contentsOfFile: #require(path), encoding: .utf8)
        let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map {
            $0.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
        }
        let place = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[0].indices))
        let rows = lines.dropFirst()
        var columns: [[Double]] = []
        var bins: [FeatureBins] = []
        for (name, domain) in domains {
            let column = try #require(place[name])
            let texts = rows.map { $0[column] }
            switch domain {
            case .range(let bounds):
                bins.append(try FeatureBins(bounds: bounds, bins: 32))
            case .money(let most):
                let edges = (1..<32).map { exp(log(1 + most) * Double($0) / 32) - 1 }
                bins.append(try FeatureBins(edges: edges))
            case .categories:
                let names = Set(texts).subtracting([""]).sorted()
                let codes = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
                bins.append(try FeatureBins(categories: names.count))
                columns.append(texts.map { codes[$0].map(Double.init) ?? .nan })
                continue
            }
            columns.append(texts.map { Double($0) ?? .nan })
        }
        let salary = try #require(place["salary"])
        let labels = rows.map { $0[salary].hasPrefix(">50K") ? 1.0 : 0 }
        return (Sample(columns: columns, labels: labels), bins)
    }
}

extension Sample {
    /// The first rows.
    func first(_ rows: Int) -> Sample {
        Sample(columns: columns.map { Array($0.prefix(rows)) }, labels: Array(labels.prefix(rows)))
    }

    /// Four fifths of the rows to learn from, and the others, by a seed.
    func parted(seed: UInt64) -> (train: Sample, test: Sample) {
        var dice = Dice(seed)
        let order = Array(labels.indices).shuffled(using: &dice)
        func take(_ rows: ArraySlice<Int>) -> Sample {
            Sample(
                columns: columns.map { column in rows.map { column[$0] } },
                labels: rows.map { labels[$0] })
        }
        let middle = order.count * 4 / 5
        return (take(order[..<middle]), take(order[middle...]))
    }
}
