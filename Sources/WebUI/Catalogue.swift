// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What the pages say, in each language: one catalogue of messages, with the same members in each.
package enum Catalogue {
    /// The languages that there are, by their BCP 47 tags.
    package static let languages = ["en", "de"]

    /// The messages of a language as the templates look them up; English for others.
    static func messages(_ language: String) -> [String: Any] {
        (language == "de" ? german : english).values
    }

    /// One message, such as `pool.answerTitle`; the name itself where there is none.
    package static func message(_ name: String, _ language: String) -> String {
        let json = (language == "de" ? german : english).json
        return name.split(separator: ".").reduce(Optional(json)) { $0?[String($1)] }?.string ?? name
    }

    /// The names of all messages of a language.
    static func names(_ language: String) -> Set<String> {
        var names: Set<String> = []
        func visit(_ json: JSON, _ prefix: String) {
            guard case .object(let members) = json else {
                names.insert(prefix)
                return
            }
            for (name, value) in members {
                visit(value, prefix.isEmpty ? name : prefix + "." + name)
            }
        }
        visit((language == "de" ? german : english).json, "")
        return names
    }

    private struct Messages: Sendable {
        let values: [String: any Sendable]
        let json: JSON

        init(_ bytes: [UInt8]) {
            json = (try? JSON(parsing: bytes)) ?? .object([:])
            values = Messages.plain(json) as? [String: any Sendable] ?? [:]
        }

        private static func plain(_ json: JSON) -> any Sendable {
            guard case .object(let members) = json else { return json.string ?? "" }
            return members.mapValues(plain)
        }
    }

    private static let english = Messages(PackageResources.messages_en_json)
    private static let german = Messages(PackageResources.messages_de_json)
}
