// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import ONNX

/// The model as a file that programs of others run.
extension Model {
    /// The whole model with its coding of features, in the Open Neural Network Exchange format.
    ///
    /// Each column is an input of N rows by 1 under its own name: numbers are doubles in the column's unit, NaN where
    /// there is no value; categories and booleans are texts, `NULL` where there is no value. The outputs have N
    /// rows: `probability` (a double) and `label` (a text), or `value` (a double in the unit of what is predicted);
    /// of clusters `cluster` (a text) and `distance` (a double); an output has `_` behind its name where a column is called like it. A row that ``values(of:line:)`` would
    /// refuse gives NaN and an empty label: a graph cannot throw.
    ///
    /// - Guarantees: the same bytes for the same model; the predictions of ``prediction(of:)`` but for how sums of
    ///   doubles are rounded.
    /// - Throws: ``ModelError`` for a recommender or a forecast, a model without columns, a column without a name, and
    ///   weights, curves or bounds of which doubles cannot hold what comes of them.
    package func onnx() throws(ModelError) -> [UInt8] {
        if case .series = form {
            throw ModelError(
                "a forecast is not written as ONNX: a graph of operators has no days and no gaps; use "
                    + "dividend model predict")
        }
        guard !isRecommender else {
            throw ModelError(
                "a recommender is not written as ONNX: a person's taste is solved from her own ratings, which a graph "
                    + "of fixed operators does not do; use dividend model predict")
        }
        try check()
        let properties = try properties
        do throws(ONNXError) {
            return try ONNXFile(
                try ModelGraph(of: self).graph, producer: "dividend",
                note: "\(name): from \(order.joined(separator: ", "))", properties: properties
            ).bytes()
        } catch {
            switch error {
            case .name(let name): throw ModelError("ONNX has no input of the name '\(name)'")
            case .size: throw ModelError("the model is too large for ONNX")
            }
        }
    }

    /// Looks whether a graph of doubles gives what ``prediction(of:)`` gives, whatever the row.
    private func check() throws(ModelError) {
        guard !order.isEmpty else { throw ModelError("a model without columns has no inputs") }
        switch form {
        case .weights(let sum):
            try check(sum.coding)
            let most = sum.weights.reduce(0) { $0 + abs($1) * Standard.reach }
            guard most.isFinite else {
                throw ModelError("weights: their sum is more than a double holds")
            }
        case .network(let sum): try check(sum)
        case .clusters: break
        case .curves(let sum):
            let most = sum.curves.reduce(abs(sum.base)) { $0 + ($1.map(abs).max() ?? 0) }
            guard most.isFinite else {
                throw ModelError("curves: their sum is more than a double holds")
            }
        case .factors, .series: preconditionFailure("refused before")
        }
    }

    private func check(_ coding: FeatureCoding) throws(ModelError) {
        for number in coding.numbers where Double(number.low) == Double(number.high) {
            throw ModelError("\(number.name): its bounds are the same double")
        }
    }

    private func check(_ sum: NetworkSum) throws(ModelError) {
        try check(sum.coding)
        let hidden = sum.hidden.reduce(0) { $0 + abs($1) * Standard.reach }
        guard hidden <= AlgebraicSigmoid.most else {
            throw ModelError("hidden: the square of their sum is more than a double holds")
        }
        guard sum.outputs.reduce(abs(sum.constant), { $0 + abs($1) }).isFinite else {
            throw ModelError("outputs: their sum is more than a double holds")
        }
    }

    /// What tells one file from the other: as much of the model's own form as a program may ask for.
    private var properties: KeyValuePairs<String, String> {
        get throws(ModelError) {
            let json = json
            do throws(CanonicalError) {
                return [
                    "type": json["type"]?.string ?? "", "version": json["version"]?.string ?? "",
                    "name": name, "kind": json["kind"]?.string ?? "",
                    "predicts": String(
                        decoding: try (json["predicts"] ?? .null).signable(), as: UTF8.self),
                    "model": Digest(of: try json.signable()).hex,
                ]
            } catch { throw ModelError("\(error)") }
        }
    }
}
