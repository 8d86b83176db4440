// SPDX-License-Identifier: Apache-2.0
package import Canon

extension Expectation {
    /// The machine-readable form; measures are in ten-thousandths.
    package var json: JSON {
        var members: [String: JSON] = [
            "people": .integer(Int64(people)), "rows": .integer(Int64(rows)),
            "most": .integer(Int64(most)), "measured": .bool(isMeasured),
            "measures": .array(measures.map(\.json)),
        ]
        if let enough { members["enough"] = .string(enough) }
        return .object(members)
    }

    /// Reads the machine-readable form; nil where it is none.
    package init?(json: JSON) {
        guard let people = json["people"]?.integer, let rows = json["rows"]?.integer,
            let most = json["most"]?.integer, let isMeasured = json["measured"]?.bool,
            let list = json["measures"]?.array
        else { return nil }
        let measures = list.compactMap(Measure.init(json:))
        guard measures.count == list.count else { return nil }
        self.init(
            measures, people: Int(people), rows: Int(rows), most: Int(most), isMeasured: isMeasured,
            enough: json["enough"]?.string)
    }
}

extension Expectation.Measure {
    fileprivate var json: JSON {
        [
            "name": .string(name), "value": .integer(value), "margin": .integer(margin),
            "limit": .integer(limit), "guess": .integer(guess),
        ]
    }

    fileprivate init?(json: JSON) {
        guard let name = json["name"]?.string, let value = json["value"]?.integer,
            let margin = json["margin"]?.integer, let limit = json["limit"]?.integer,
            let guess = json["guess"]?.integer
        else { return nil }
        self.init(name: name, value: value, margin: margin, limit: limit, guess: guess)
    }
}
