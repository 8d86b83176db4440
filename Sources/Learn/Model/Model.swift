// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Vault

/// A model as it was let out: how a row becomes features, and what each of them weighs.
package struct Model: Hashable, Sendable {
    /// What the buyer calls it.
    package let name: String
    /// What it predicts.
    package let goal: Goal
    let coding: FeatureCoding
    let standard: Standard
    let weights: [Double]
    /// How good it is, as far as that was measured.
    package let quality: Quality?
    /// What it is measured against.
    let average: Average?

    /// The features and what each weighs, in their order.
    package var terms: [(feature: String, weight: Double)] {
        zip(coding.names, weights).map { ($0, $1) }
    }

    /// What a row's features come to: the log-odds of the positive one, or a number from −1 to 1.
    func score(_ values: UnsafeBufferPointer<Int64>) -> Double {
        var row = FeatureRow(coding)
        row.read(values, coding, standard)
        return row.dot(weights)
    }
}

extension Model {
    /// The form in which it is kept, sold and read: numbers as the shortest decimals that give the same double.
    package var json: JSON {
        [
            "type": "DividendModel", "version": "1", "name": .string(name),
            "kind": goal.isNumber ? "linear" : "logistic",
            "predicts": goal.json,
            "numbers": .array(
                zip(coding.numbers, zip(standard.means, standard.deviations)).map { number, known in
                    [
                        "column": .string(number.name), "scale": .integer(Int64(number.scale)),
                        "low": .string(String(number.low)), "high": .string(String(number.high)),
                        "mean": .string(String(known.0)), "deviation": .string(String(known.1)),
                    ]
                }),
            "choices": .array(
                coding.choices.map { choice in
                    [
                        "column": .string(choice.name),
                        "categories": .array(choice.categories.map { .string($0) }),
                    ]
                }),
            "order": .array(order.map { .string($0) }),
            "norm": .string(String(standard.norm)),
            "weights": .array(weights.map { .string(String($0)) }),
            "quality": quality?.json ?? .null, "average": average?.json ?? .null,
        ]
    }

    /// The names of the columns of a row, in their order.
    package var order: [String] {
        let places =
            coding.numbers.map { ($0.column, $0.name) }
            + coding.choices.map { ($0.column, $0.name) }
        return places.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Reads what ``json`` gives.
    ///
    /// - Throws: ``ModelError`` naming the member.
    package init(json: JSON) throws(ModelError) {
        guard json["type"]?.string == "DividendModel", json["version"]?.string == "1",
            let name = json["name"]?.string, let order = json["order"]?.array?.compactMap(\.string),
            let goal = json["predicts"].flatMap(Goal.init(json:)),
            let norm = json["norm"]?.string.flatMap(Double.init), norm > 0, norm.isFinite,
            let weights = json["weights"]?.array?.compactMap({ $0.string.flatMap(Double.init) }),
            weights.allSatisfy(\.isFinite)
        else { throw ModelError("this is no model of version 1") }
        let kinds = try Model.columns(json)
        guard Set(order).count == order.count, order.count == kinds.count,
            order.allSatisfy({ kinds[$0] != nil })
        else { throw ModelError("order: each column once wanted") }
        var (means, deviations): ([Double], [Double]) = ([], [])
        for column in order {
            guard case .number(_, _, _, let mean, let deviation) = kinds[column] else { continue }
            means.append(mean)
            deviations.append(deviation)
        }
        let coding = FeatureCoding(order: order, kinds)
        guard weights.count == coding.width else {
            throw ModelError("weights: \(coding.width) wanted, there are \(weights.count)")
        }
        self.init(
            name: name, goal: goal, coding: coding,
            standard: Standard(means: means, deviations: deviations, norm: norm),
            weights: weights, quality: json["quality"].flatMap(Quality.init(json:)),
            average: json["average"].flatMap(Average.init(json:)))
    }

    /// What a model's file says of a column.
    enum ColumnKind {
        case number(scale: Int, low: Int64, high: Int64, mean: Double, deviation: Double)
        case choice([String])
    }

    private static func columns(_ json: JSON) throws(ModelError) -> [String: ColumnKind] {
        var kinds: [String: ColumnKind] = [:]
        for (place, number) in (json["numbers"]?.array ?? []).enumerated() {
            guard let name = number["column"]?.string, kinds[name] == nil,
                let scale = number["scale"]?.integer, (0...9).contains(scale),
                let low = number["low"]?.string.flatMap({ Int64($0) }),
                let high = number["high"]?.string.flatMap({ Int64($0) }), low < high,
                let mean = number["mean"]?.string.flatMap(Double.init), mean.isFinite,
                let deviation = number["deviation"]?.string.flatMap(Double.init),
                deviation > 0, deviation.isFinite
            else { throw ModelError("numbers[\(place)]: a column with its bounds wanted") }
            kinds[name] = .number(
                scale: Int(scale), low: low, high: high, mean: mean, deviation: deviation)
        }
        for (place, choice) in (json["choices"]?.array ?? []).enumerated() {
            guard let name = choice["column"]?.string, kinds[name] == nil,
                let categories = choice["categories"]?.array?.compactMap(\.string),
                !categories.isEmpty, categories.count == choice["categories"]?.array?.count
            else { throw ModelError("choices[\(place)]: a column with its categories wanted") }
            kinds[name] = .choice(categories)
        }
        return kinds
    }
}

extension FeatureCoding {
    fileprivate init(order: [String], _ kinds: [String: Model.ColumnKind]) {
        var numbers: [Number] = []
        var choices: [(Int, String, [String])] = []
        for (place, name) in order.enumerated() {
            switch kinds[name] {
            case .number(let scale, let low, let high, _, _):
                numbers.append(
                    Number(column: place, name: name, scale: scale, low: low, high: high))
            case .choice(let categories): choices.append((place, name, categories))
            case nil: break
            }
        }
        self.init(numbers: numbers, choices: choices)
    }
}

extension Goal {
    fileprivate var json: JSON {
        switch self {
        case .either(let names): ["names": .array(names.map { .string($0) })]
        case .number(let scale, let bounds):
            [
                "scale": .integer(Int64(scale)), "low": .string(String(bounds.lowerBound)),
                "high": .string(String(bounds.upperBound)),
            ]
        }
    }

    fileprivate init?(json: JSON) {
        if let names = json["names"]?.array?.compactMap(\.string), names.count == 2 {
            self = .either(names)
            return
        }
        guard let scale = json["scale"]?.integer, (0...9).contains(scale),
            let low = json["low"]?.string.flatMap({ Int64($0) }),
            let high = json["high"]?.string.flatMap({ Int64($0) }), low <= high
        else { return nil }
        self = .number(scale: Int(scale), bounds: low...high)
    }
}

/// What is wrong with a model's file, or with rows that it is to predict.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to mend it.
    package let description: String

    init(_ description: String) { self.description = description }
}
