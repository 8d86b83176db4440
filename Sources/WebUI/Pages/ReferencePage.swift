// SPDX-License-Identifier: Apache-2.0
package import Canon

/// The API, route by route, made from its OpenAPI document.
package struct ReferencePage: Sendable {
    private let document: JSON
    private let origin: String

    /// Takes the document, and the address that examples name.
    package init(_ document: JSON, origin: String) {
        self.document = document
        self.origin = origin
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        let routes = (document["paths"]?.object ?? [:]).flatMap { path, item in
            (item.object ?? [:]).compactMap { method, operation in
                ReferenceRoute(
                    path, method.uppercased(), operation, document: document, origin: origin)
            }
        }.sorted { ($0.path, $0.rank) < ($1.path, $1.rank) }
        let groups = Dictionary(grouping: routes, by: \.noun).sorted { $0.key < $1.key }
        return frame.page(
            "reference", title: frame.message("reference.title"),
            [
                "version": document["info"]?["version"]?.string ?? "",
                "description": document["info"]?["description"]?.string ?? "",
                "problem": ReferenceRoute.members(
                    document["components"]?["schemas"]?["Problem"], in: document),
                "groups": groups.map { noun, routes in
                    [
                        "noun": noun, "routes": routes.map { $0.values(frame) },
                    ] as [String: Any]
                },
            ])
    }
}

/// One route as the reference shows it.
struct ReferenceRoute {
    let path, method: String
    private let operation, document: JSON
    private let origin: String

    init?(_ path: String, _ method: String, _ operation: JSON, document: JSON, origin: String) {
        guard operation["responses"] != nil else { return nil }
        (self.path, self.method, self.origin) = (path, method, origin)
        (self.operation, self.document) = (operation, document)
    }

    /// Reading comes first.
    var rank: Int { ["GET", "POST", "PUT", "PATCH", "DELETE"].firstIndex(of: method) ?? 9 }

    /// What it is about: the first word behind the version, or the node itself.
    var noun: String {
        let prefix = "/api/v1/"
        guard path.hasPrefix(prefix) else { return "node" }
        return String(path.dropFirst(prefix.count).prefix { $0 != "/" })
    }

    func values(_ frame: Frame) -> [String: Any] {
        let body = operation["requestBody"]?["content"]?.object
        let media = body?.keys.sorted().first
        let answers = (operation["responses"]?.object ?? [:]).sorted { $0.key < $1.key }
        let parameters = (operation["parameters"]?.array ?? []).map(resolved)
        var values: [String: Any] = [
            "method": method, "path": path, "summary": operation["summary"]?.string ?? "",
            "id": "\(method)-\(path)".filter { $0.isLetter || $0.isNumber || $0 == "-" },
            "who": frame.message(
                operation["security"] == nil ? "reference.anybody" : "reference.signed"),
            "parameters": parameters.map { parameter in
                [
                    "name": parameter["name"]?.string ?? "",
                    "place": parameter["in"]?.string ?? "",
                    "type": ReferenceRoute.type(parameter["schema"], in: document),
                    "text": parameter["description"]?.string ?? "",
                ]
            },
            "anyParameter": !parameters.isEmpty,
            "answers": answers.map { status, answer in
                let answer = resolved(answer)
                let media = answer["content"]?.object?.keys.sorted().joined(separator: ", ")
                return [
                    "status": status == "default" ? frame.message("reference.else") : status,
                    "text": answer["description"]?.string ?? "", "media": media ?? "",
                ]
            },
            "curl": curl(media),
        ]
        if let media {
            let members = ReferenceRoute.members(body?[media]?["schema"], in: document)
            values["body"] = [
                "media": media, "members": members, "any": !members.isEmpty,
            ]
        }
        return values
    }

    private func resolved(_ json: JSON) -> JSON { ReferenceRoute.resolved(json, in: document) }

    /// An example that a shell takes.
    private func curl(_ media: String?) -> String {
        var line = "curl"
        if method != "GET" { line += " -X \(method)" }
        if operation["security"] != nil { line += " -H \"Authorization: Bearer $KEY\"" }
        if let media, media == "application/json" {
            let schema = operation["requestBody"]?["content"]?[media]?["schema"]
            line += " \\\n  --json '\(ReferenceRoute.example(schema, in: document))'"
        } else if let media {
            line += " -H \"Content-Type: \(media)\" \\\n  --data-binary @FILE"
        }
        return line + " \\\n  \(origin)\(path.uppercasedPlaces)"
    }
}

extension String {
    /// A path with its places in capitals, as examples have them: /pools/POOL.
    fileprivate var uppercasedPlaces: String {
        var isPlace = false
        return reduce(into: "") { out, character in
            switch character {
            case "{": isPlace = true
            case "}": isPlace = false
            default: out += isPlace ? character.uppercased() : String(character)
            }
        }
    }
}
