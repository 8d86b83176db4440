// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird
internal import HTTPTypes
internal import WebUI

/// In which language a browser is answered.
enum Language {
    /// The first of its wishes that there is a catalogue for (RFC 9110, section 12.5.4); by a cookie
    /// where somebody chose.
    static func of(_ request: Request) -> String {
        if let chosen = request.cookies["language"]?.value, Catalogue.languages.contains(chosen) {
            return chosen
        }
        let wishes = (request.headers[.acceptLanguage] ?? "").split(separator: ",").map {
            wish -> (language: String, weight: Double) in
            let parts = wish.split(separator: ";")
            let weight = parts.dropFirst().first.flatMap { part in
                part.split(separator: "=").last.flatMap { Double($0) }
            }
            let tag = parts.first?.filter { $0 != " " }.prefix { $0 != "-" }.lowercased() ?? ""
            return (tag, weight ?? 1)
        }
        return wishes.sorted { $0.weight > $1.weight }.map(\.language)
            .first { Catalogue.languages.contains($0) } ?? "en"
    }
}
