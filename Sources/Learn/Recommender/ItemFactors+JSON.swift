// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension ItemFactors {
    /// The members that a recommender has beside those of every model.
    var members: [String: JSON] {
        [
            "rating": .string(rating), "middle": .string(String(middle)),
            "offsetRidge": .string(String(ridge.offset)),
            "factorRidge": .string(String(ridge.factor)),
            "items": .array(
                items.indices.map { item in
                    [
                        "item": .string(items[item]), "bias": .string(String(biases[item])),
                        "factors": .array(factors(of: item).map { .string(String($0)) }),
                    ]
                }),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        guard order.count == 1 else { throw ModelError("order: the column of the items wanted") }
        guard let rating = json["rating"]?.string, rating != order[0] else {
            throw ModelError("rating: another column than that of the items wanted")
        }
        guard let middle = json.double("middle"), abs(middle) <= 1 else {
            throw ModelError("middle: a number from -1 to 1 wanted")
        }
        guard let offset = json.double("offsetRidge"), let factor = json.double("factorRidge"),
            offset > 0, factor > 0
        else { throw ModelError("offsetRidge, factorRidge: numbers above 0 wanted") }
        guard let list = json["items"]?.array, (1...FactorPlan.mostItems).contains(list.count)
        else { throw ModelError("items: 1 to \(FactorPlan.mostItems) wanted") }
        let width = list[0]["factors"]?.array?.count ?? 0
        guard width <= ItemFactors.mostFactors else {
            throw ModelError("items[0].factors: at most \(ItemFactors.mostFactors) wanted")
        }
        var (names, biases, factors): ([String], [Double], [Double]) = ([], [], [])
        for (place, item) in list.enumerated() {
            guard let name = item["item"]?.string else {
                throw ModelError("items[\(place)].item: a text wanted")
            }
            guard let bias = item.double("bias") else {
                throw ModelError("items[\(place)].bias: a number wanted")
            }
            guard let its = item.doubles("factors"), its.count == width else {
                throw ModelError("items[\(place)].factors: \(width) numbers wanted")
            }
            names.append(name)
            biases.append(bias)
            factors += its
        }
        guard Set(names).count == names.count else {
            throw ModelError("items: each item once wanted")
        }
        self.init(
            column: order[0], rating: rating, items: names, middle: middle, biases: biases,
            factors: factors, width: width, ridge: Ridge(offset: offset, factor: factor))
    }
}
