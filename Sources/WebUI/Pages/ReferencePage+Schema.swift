// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What a JSON Schema says, in the few words of a table.
extension ReferenceRoute {
    /// A schema or parameter that may stand elsewhere in the document.
    static func resolved(_ json: JSON, in document: JSON) -> JSON {
        guard let reference = json["$ref"]?.string, reference.hasPrefix("#/") else { return json }
        return reference.dropFirst(2).split(separator: "/")
            .reduce(Optional(document)) { $0?[String($1)] } ?? json
    }

    /// The members of an object: name, type, whether it has to be there, and words.
    static func members(_ schema: JSON?, in document: JSON) -> [[String: Any]] {
        guard let schema = schema.map({ resolved($0, in: document) }) else { return [] }
        let wanted = Set((schema["required"]?.array ?? []).compactMap(\.string))
        let members = schema["properties"]?.object ?? [:]
        return members.sorted { left, right in
            (wanted.contains(left.key) ? 0 : 1, left.key)
                < (wanted.contains(right.key) ? 0 : 1, right.key)
        }.map { name, member in
            [
                "name": name, "type": type(member, in: document),
                "required": wanted.contains(name),
                "text": resolved(member, in: document)["description"]?.string ?? "",
            ]
        }
    }

    /// A type with its bounds.
    static func type(_ schema: JSON?, in document: JSON) -> String {
        guard let schema = schema.map({ resolved($0, in: document) }) else { return "" }
        if let values = schema["enum"]?.array?.compactMap(\.string), !values.isEmpty {
            return values.joined(separator: " | ")
        }
        let kinds =
            schema["type"]?.string
            ?? schema["type"]?.array?.compactMap(\.string)
            .joined(separator: " | ")
        var words = kinds ?? "object"
        if words == "array" { words = "[\(type(schema["items"], in: document))]" }
        let (low, high) = (schema["minimum"]?.integer, schema["maximum"]?.integer)
        if low != nil || high != nil {
            words += " \(low.map(String.init) ?? "")…\(high.map(String.init) ?? "")"
        }
        if let most = schema["maxLength"]?.integer { words += " ≤ \(most)" }
        if let pattern = schema["pattern"]?.string { words += " /\(pattern)/" }
        return words
    }

    /// An example of what is taken: the members that have to be there.
    static func example(_ schema: JSON?, in document: JSON) -> String {
        let members = members(schema, in: document).filter { $0["required"] as? Bool == true }
        let parts = members.compactMap { member -> String? in
            guard let name = member["name"] as? String, let type = member["type"] as? String else {
                return nil
            }
            if type.hasPrefix("[") { return "\"\(name)\": [\"…\"]" }
            if type.hasPrefix("integer") { return "\"\(name)\": 1" }
            return "\"\(name)\": \(examples[name] ?? "\"…\"")"
        }
        return "{\(parts.joined(separator: ", "))}"
    }

    private static let examples = [
        "sql": "\"SELECT COUNT(*) FROM POOL\"", "quote": "\"QUOTE\"", "name": "\"walkers\"",
        "pool": "\"POOL\"", "party": "\"PARTY\"",
    ]
}
