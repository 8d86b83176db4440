// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// The value over several lines, for people: members in canonical order, two spaces a level.
    public func indented(by level: Int = 0) -> String {
        let space = String(repeating: "  ", count: level + 1)
        let end = String(repeating: "  ", count: level)
        switch self {
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }.map
            {
                space + JSON.string($0.key).plain + ": " + $0.value.indented(by: level + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + end + "}"
        case .array(let values) where !values.isEmpty:
            let lines = values.map { space + $0.indented(by: level + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + end + "]"
        default: return plain
        }
    }

    private var plain: String {
        (try? canonical()).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
