// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension NetworkSum {
    /// The members that a network has beside those of every model: columns as a logistic model has them, and for each
    /// hidden unit a weight for each feature.
    var members: [String: JSON] {
        var members = WeightedSum.members(coding, standard)
        members["hidden"] = .array(
            outputs.indices.map { unit in
                .array(
                    (0..<coding.width).map {
                        .string(String(hidden[$0 * outputs.count + unit]))
                    })
            })
        members["outputs"] = .array(outputs.map { .string(String($0)) })
        members["constant"] = .string(String(constant))
        return members
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        let (coding, standard) = try WeightedSum.features(json, order: order)
        guard !standard.isPlain else { throw ModelError("norm: a number above 0 wanted") }
        guard coding.width <= CompiledModel.mostFeatures else {
            throw ModelError(
                "choices: at most \(CompiledModel.mostFeatures) features wanted, with one for each category"
            )
        }
        guard let outputs = json.doubles("outputs"), NetworkSum.possible.contains(outputs.count)
        else {
            throw ModelError(
                "outputs: \(NetworkSum.possible.lowerBound) to \(NetworkSum.possible.upperBound) "
                    + "numbers wanted, one for each hidden unit")
        }
        guard let constant = json.double("constant") else {
            throw ModelError("constant: a number wanted")
        }
        guard let units = json["hidden"]?.array, units.count == outputs.count else {
            throw ModelError("hidden: \(outputs.count) lists wanted, one for each of outputs")
        }
        var hidden = [Double](repeating: 0, count: coding.width * units.count)
        for (place, unit) in units.enumerated() {
            guard let weights = JSON.object(["weights": unit]).doubles("weights"),
                weights.count == coding.width
            else { throw ModelError("hidden[\(place)]: \(coding.width) numbers wanted") }
            for (feature, weight) in weights.enumerated() {
                hidden[feature * units.count + place] = weight
            }
        }
        self.init(
            coding: coding, standard: standard, hidden: hidden, outputs: outputs,
            constant: constant)
    }
}
