// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension ClusterSet {
    /// The members that a model of clusters has beside those of every model.
    var members: [String: JSON] {
        func texts(_ numbers: [Double]) -> JSON { .array(numbers.map { .string(String($0)) }) }
        return [
            "numbers": .array(
                space.coding.numbers.map {
                    [
                        "column": .string($0.name), "scale": .integer(Int64($0.scale)),
                        "low": .string(String($0.low)), "high": .string(String($0.high)),
                    ]
                }),
            "choices": .array(
                space.coding.choices.map {
                    [
                        "column": .string($0.name),
                        "categories": .array($0.categories.map { .string($0) }),
                    ]
                }),
            "clusters": .array(
                clusters.map {
                    [
                        "numbers": texts($0.numbers), "parts": .array($0.parts.map(texts)),
                        "share": .string(String($0.share)), "spread": .string(String($0.spread)),
                    ]
                }),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        let coding = try ClusterSet.coding(json, order: order)
        guard let items = json["clusters"]?.array, !items.isEmpty,
            items.count <= ClusterPlan.possible.upperBound
        else {
            throw ModelError(
                "clusters: a list of 1 to \(ClusterPlan.possible.upperBound) wanted")
        }
        var clusters: [Cluster] = []
        for (place, item) in items.enumerated() {
            clusters.append(try Cluster(item, coding, at: "clusters[\(place)]"))
        }
        self.init(space: ClusterSpace(coding: coding), clusters: clusters)
    }

    private static func coding(
        _ json: JSON, order: [String]
    ) throws(ModelError) -> FeatureCoding {
        var (numbers, choices): ([FeatureCoding.Number], [(Int, String, [String])]) = ([], [])
        var seen: Set<String> = []
        for (place, item) in (json["numbers"]?.array ?? []).enumerated() {
            guard let name = item["column"]?.string, seen.insert(name).inserted,
                let column = order.firstIndex(of: name), column > numbers.last?.column ?? -1,
                let scale = item.scale,
                let low = item.whole("low"), let high = item.whole("high"),
                Double(low) < Double(high)
            else {
                throw ModelError(
                    "numbers[\(place)]: a column with its bounds wanted, as order has them")
            }
            numbers.append(
                .init(column: column, name: name, scale: scale, low: low, high: high))
        }
        for (place, item) in (json["choices"]?.array ?? []).enumerated() {
            guard let name = item["column"]?.string, seen.insert(name).inserted,
                let column = order.firstIndex(of: name), column > choices.last?.0 ?? -1,
                let categories = item.texts("categories"), !categories.isEmpty
            else {
                throw ModelError(
                    "choices[\(place)]: a column with its categories wanted, as order has them")
            }
            choices.append((column, name, categories))
        }
        guard seen.count == order.count, !order.isEmpty else {
            throw ModelError("order: the columns of numbers and choices wanted")
        }
        return FeatureCoding(numbers: numbers, choices: choices)
    }
}

extension ClusterSet.Cluster {
    fileprivate init(
        _ json: JSON, _ coding: FeatureCoding, at place: String
    ) throws(ModelError) {
        guard let numbers = json.doubles("numbers"), numbers.count == coding.numbers.count,
            zip(numbers, coding.numbers).allSatisfy({
                Double($1.low) <= $0 && $0 <= Double($1.high)
            })
        else {
            throw ModelError(
                "\(place).numbers: \(coding.numbers.count) wanted, within their bounds")
        }
        var parts: [[Double]] = []
        for item in json["parts"]?.array ?? [] {
            let own = (item.array ?? []).compactMap { $0.string.flatMap(Double.init) }
            guard own.count == item.array?.count, own.allSatisfy({ -1e-6 <= $0 && $0 <= 1 + 1e-6 })
            else { break }
            parts.append(own)
        }
        guard parts.map(\.count) == coding.choices.map({ $0.categories.count + 1 }) else {
            throw ModelError(
                "\(place).parts: for each choice a part from 0 to 1 of each category and of NULL wanted"
            )
        }
        guard let share = json.double("share"), (0...1).contains(share) else {
            throw ModelError("\(place).share: a part from 0 to 1 wanted")
        }
        guard let spread = json.double("spread"), (0...1e6).contains(spread) else {
            throw ModelError("\(place).spread: a distance from 0 on wanted")
        }
        self.init(numbers: numbers, parts: parts, share: share, spread: spread)
    }
}
