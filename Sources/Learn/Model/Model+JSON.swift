// SPDX-License-Identifier: Apache-2.0
package import Canon

extension Model {
    /// The form in which it is kept, sold and read: numbers as the shortest decimals that give the same double.
    package var json: JSON {
        var members: [String: JSON] = [
            "type": "DividendModel", "version": "1", "name": .string(name), "kind": .string(kind),
            "predicts": goal.json,
            "order": .array(order.map { .string($0) }),
            "quality": quality?.json ?? .null, "average": average?.json ?? .null,
        ]
        // A model without is as it was before this was kept, to the byte.
        if let predicted { members["target"] = .string(predicted) }
        switch form {
        case .weights(let sum): members.merge(sum.members) { $1 }
        case .curves(let sum): members.merge(sum.members) { $1 }
        case .network(let sum): members.merge(sum.members) { $1 }
        case .factors(let form): members.merge(form.members) { $1 }
        case .series(let model): members.merge(model.members) { $1 }
        case .clusters(let set): members.merge(set.members) { $1 }
        }
        return .object(members)
    }

    /// The most bytes of a name.
    private static let longestName = 256
    /// The most bytes of what is predicted, which is a part of a statement.
    private static let longestTarget = 65_536

    /// What kind of model it is: "logistic", "linear", "trees", "network", "recommender", "forecast" or "clusters".
    package var kind: String {
        switch form {
        case .weights: goal.regression
        case .curves: "trees"
        case .network: "network"
        case .factors: "recommender"
        case .series: "forecast"
        case .clusters: "clusters"
        }
    }

    /// Reads what ``json`` gives.
    ///
    /// - Throws: ``ModelError`` naming the member.
    package init(json: JSON) throws(ModelError) {
        guard json["type"]?.string == "DividendModel", json["version"]?.string == "1" else {
            throw ModelError("this is no model of version 1")
        }
        guard let name = json["name"]?.string, name.utf8.count <= Model.longestName else {
            throw ModelError("name: a text of at most \(Model.longestName) bytes wanted")
        }
        let predicted = json["target"]?.string
        guard predicted.map({ $0.utf8.count <= Model.longestTarget }) ?? json.isNull("target")
        else {
            throw ModelError("target: a text of at most \(Model.longestTarget) bytes wanted")
        }
        guard let order = json.texts("order"), Set(order).count == order.count,
            order.count <= CompiledModel.mostFeatures
        else {
            throw ModelError(
                "order: each column once wanted, at most \(CompiledModel.mostFeatures)")
        }
        guard let goal = json["predicts"].flatMap(Goal.init(json:)) else {
            throw ModelError(
                "predicts: two names wanted, or a scale, low and high, or null of clusters")
        }
        let form: Form
        switch json["kind"]?.string {
        case "clusters" where goal == .group: form = .clusters(try ClusterSet(json, order: order))
        case _ where goal == .group: throw ModelError("kind: clusters wanted, or what it predicts")
        case goal.regression: form = .weights(try WeightedSum(json, order: order))
        case "trees": form = .curves(try CurveSum(json, order: order))
        case "network": form = .network(try NetworkSum(json, order: order))
        case "recommender" where goal.isNumber:
            form = .factors(try ItemFactors(json, order: order))
        case "forecast" where goal.isNumber:
            form = .series(try Autoregression(json, order: order))
        default:
            let others = goal.isNumber ? ", or recommender or forecast" : ""
            throw ModelError("kind: \(goal.regression), trees or network wanted\(others)")
        }
        let quality = json["quality"].flatMap(Quality.init(json:))
        guard quality != nil || json.isNull("quality") else {
            throw ModelError("quality: measures or null wanted")
        }
        let average = json["average"].flatMap(Average.init(json:))
        guard average != nil || json.isNull("average") else {
            throw ModelError("average: a share, or mean, variance and miss, or null wanted")
        }
        self.init(
            name: name, goal: goal, form: form, quality: quality, average: average,
            predicted: predicted)
    }
}

extension JSON {
    /// A finite number that stands as a text.
    func double(_ member: String) -> Double? {
        self[member]?.string.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Finite numbers that stand as texts, all of them.
    func doubles(_ member: String) -> [Double]? {
        guard let texts = texts(member) else { return nil }
        let numbers = texts.compactMap(Double.init)
        return numbers.count == texts.count && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }

    /// A whole number that stands as a text.
    func whole(_ member: String) -> Int64? { self[member]?.string.flatMap { Int64($0) } }

    /// A list of texts, all of them.
    func texts(_ member: String) -> [String]? {
        guard let items = self[member]?.array else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }

    /// A scale, 0...9.
    var scale: Int? {
        self["scale"]?.integer.flatMap { (0...9).contains($0) ? Int($0) : nil }
    }

    /// Whether a member is null, or is not there.
    func isNull(_ member: String) -> Bool { (self[member] ?? .null) == .null }
}

extension Goal {
    fileprivate var json: JSON {
        switch self {
        case .group: .null
        case .either(let names): ["names": .array(names.map { .string($0) })]
        case .number(let scale, let bounds):
            [
                "scale": .integer(Int64(scale)), "low": .string(String(bounds.lowerBound)),
                "high": .string(String(bounds.upperBound)),
            ]
        }
    }

    fileprivate init?(json: JSON) {
        if let names = json.texts("names"), names.count == 2 {
            self = .either(names)
            return
        }
        if json == .null {
            self = .group
            return
        }
        guard let scale = json.scale, let low = json.whole("low"), let high = json.whole("high"),
            low <= high, low > Int64.min
        else { return nil }
        self = .number(scale: scale, bounds: low...high)
    }
}
