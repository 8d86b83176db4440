// SPDX-License-Identifier: Apache-2.0
internal import Query
internal import Vault

extension ClusterSet {
    /// A line for each measure, and for each cluster: its share of the rows, its spread, and its centre column by column,
    /// numbers in their own unit, and of a choice the category that most of its rows have, with their part.
    func table(measures: [[ResultTable.Cell]]) -> ResultTable {
        let names = ["cluster", "share", "spread"] + order
        func line(_ texts: [String]) -> [ResultTable.Cell] {
            texts.map { .init(text: $0, margin: nil) }
        }
        let empty = line([String](repeating: "", count: names.count - 2))
        return ResultTable(
            columns: names,
            rows: measures.map { $0 + empty }
                + clusters.enumerated().map { place, cluster in
                    line(
                        [
                            String(place + 1),
                            Model.shown(ClusterSet.tenThousandths(cluster.share)),
                            Model.shown(ClusterSet.tenThousandths(cluster.spread)),
                        ] + order.map { words(of: $0, in: cluster) })
                })
    }

    private func words(of column: String, in cluster: Cluster) -> String {
        let coding = space.coding
        if let place = coding.numbers.firstIndex(where: { $0.name == column }) {
            let number = coding.numbers[place]
            let middle = Int64(exactly: cluster.numbers[place].rounded()) ?? number.high
            return Schema.Kind(scale: number.scale).writtenShort(
                min(max(middle, number.low), number.high))
        }
        guard let place = coding.choices.firstIndex(where: { $0.name == column }),
            let most = cluster.parts[place].indices.max(by: {
                (cluster.parts[place][$0], $1) < (cluster.parts[place][$1], $0)
            })
        else { return "" }
        let categories = coding.choices[place].categories
        let part = Int((cluster.parts[place][most] * 100).rounded())
        return "\(most < categories.count ? categories[most] : "NULL") \(part) %"
    }

    private static func tenThousandths(_ value: Double) -> Int64 {
        Int64((value * 10_000).rounded())
    }
}

extension Prediction {
    /// The distance to the nearest centre, with four digits behind the point: what the score of clusters is.
    package var distance: String { Model.shown(Int64((min(score, 1e9) * 10_000).rounded())) }
}
