// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension WeightedSum {
    /// The members that a logistic or linear model has beside those of every model.
    var members: [String: JSON] {
        var members = WeightedSum.members(coding, standard)
        members["weights"] = .array(weights.map { .string(String($0)) })
        return members
    }

    /// Those that say how rows become features.
    static func members(_ coding: FeatureCoding, _ standard: Standard) -> [String: JSON] {
        [
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
            "norm": .string(String(standard.norm)),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        let (coding, standard) = try WeightedSum.features(json, order: order)
        guard let weights = json.doubles("weights") else {
            throw ModelError("weights: a number for each feature wanted")
        }
        guard weights.count == coding.width else {
            throw ModelError("weights: \(coding.width) wanted, there are \(weights.count)")
        }
        self.init(coding: coding, standard: standard, weights: weights)
    }

    /// Reads how rows become features.
    static func features(
        _ json: JSON, order: [String]
    ) throws(ModelError) -> (FeatureCoding, Standard) {
        guard let norm = json.double("norm"), norm >= 0 else {
            throw ModelError("norm: a number from 0 on wanted")
        }
        let kinds = try WeightedSum.columns(json)
        guard order.count == kinds.count, order.allSatisfy({ kinds[$0] != nil }) else {
            throw ModelError("order: each column once wanted")
        }
        var (means, deviations): ([Double], [Double]) = ([], [])
        for column in order {
            guard case .number(_, _, _, let mean, let deviation) = kinds[column] else { continue }
            means.append(mean)
            deviations.append(deviation)
        }
        return (
            FeatureCoding(order: order, kinds),
            Standard(means: means, deviations: deviations, norm: norm)
        )
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
                let scale = number.scale, let low = number.whole("low"),
                let high = number.whole("high"), low < high, let mean = number.double("mean"),
                let deviation = number.double("deviation"), deviation > 0
            else { throw ModelError("numbers[\(place)]: a column with its bounds wanted") }
            kinds[name] = .number(
                scale: scale, low: low, high: high, mean: mean, deviation: deviation)
        }
        for (place, choice) in (json["choices"]?.array ?? []).enumerated() {
            guard let name = choice["column"]?.string, kinds[name] == nil,
                let categories = choice.texts("categories"), !categories.isEmpty
            else { throw ModelError("choices[\(place)]: a column with its categories wanted") }
            kinds[name] = .choice(categories)
        }
        return kinds
    }
}

extension FeatureCoding {
    fileprivate init(order: [String], _ kinds: [String: WeightedSum.ColumnKind]) {
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
