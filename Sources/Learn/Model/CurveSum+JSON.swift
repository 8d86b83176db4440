// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension CurveSum {
    /// The members that a model of trees has beside those of every model.
    var members: [String: JSON] {
        [
            "base": .string(String(base)),
            "columns": .array(
                bins.columns.indices.map { place in
                    var members = bins.columns[place].members
                    members["curve"] = .array(curves[place].map { .string(String($0)) })
                    members["importance"] = .string(String(importances[place]))
                    return .object(members)
                }),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        guard let base = json.double("base") else { throw ModelError("base: a number wanted") }
        guard let items = json["columns"]?.array, !items.isEmpty else {
            throw ModelError("columns: a list wanted")
        }
        var columns: [ColumnBins.Column] = []
        var (curves, importances): ([[Double]], [Double]) = ([], [])
        for (place, item) in items.enumerated() {
            let column = try ColumnBins.Column(item, at: "columns[\(place)]")
            guard let curve = item.doubles("curve"), curve.count == column.codes else {
                throw ModelError("columns[\(place)].curve: \(column.codes) numbers wanted")
            }
            guard let importance = item.double("importance"), importance >= 0 else {
                throw ModelError("columns[\(place)].importance: a number from 0 on wanted")
            }
            columns.append(column)
            curves.append(curve)
            importances.append(importance)
        }
        guard columns.map(\.name) == order else {
            throw ModelError("order: the columns in their order wanted")
        }
        self.init(
            bins: ColumnBins(columns), base: base, curves: curves, importances: importances)
    }
}

extension ColumnBins.Column {
    fileprivate var members: [String: JSON] {
        switch kind {
        case .number(let scale, let low, let high, let edges):
            [
                "column": .string(name), "scale": .integer(Int64(scale)),
                "low": .string(String(low)), "high": .string(String(high)),
                "edges": .array(edges.map { .string(String($0)) }),
            ]
        case .choice(let categories):
            [
                "column": .string(name),
                "categories": .array(categories.map { .string($0) }),
            ]
        }
    }

    fileprivate init(_ json: JSON, at place: String) throws(ModelError) {
        guard let name = json["column"]?.string else {
            throw ModelError("\(place).column: a name wanted")
        }
        guard json.isNull("edges") else {
            guard let scale = json.scale else {
                throw ModelError("\(place).scale: 0 to 9 wanted")
            }
            guard let low = json.whole("low"), let high = json.whole("high"), low < high else {
                throw ModelError("\(place).low: a bound below high wanted")
            }
            let texts = json.texts("edges")
            let edges = (texts ?? []).compactMap { Int64($0) }
            guard edges.count == texts?.count, edges.count < ColumnBins.most,
                zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }),
                edges.allSatisfy({ low <= $0 && $0 < high })
            else {
                throw ModelError(
                    "\(place).edges: fewer than \(ColumnBins.most) wanted, ascending, within the bounds"
                )
            }
            self.init(
                name: name, kind: .number(scale: scale, low: low, high: high, edges: edges))
            return
        }
        guard let categories = json.texts("categories"),
            (1...ColumnBins.most).contains(categories.count)
        else {
            throw ModelError(
                "\(place).categories: 1 to \(ColumnBins.most) wanted, or edges of a number")
        }
        self.init(name: name, kind: .choice(categories))
    }
}
