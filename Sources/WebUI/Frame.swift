// SPDX-License-Identifier: Apache-2.0
internal import Mustache

/// What surrounds every page: language, navigation, who is signed in.
package struct Frame: Sendable {
    let language: String
    let path: String
    let exchange: String
    let isSignedIn: Bool
    let isOperator: Bool

    /// Describes the surroundings of a page.
    ///
    /// - Parameters:
    ///   - language: one of ``Catalogue/languages``.
    ///   - path: where the page is, to mark its link.
    ///   - exchange: the exchange's name.
    package init(
        _ language: String, path: String, exchange: String = "Dividend", isSignedIn: Bool = false,
        isOperator: Bool = false
    ) {
        self.language = language
        self.path = path
        self.exchange = exchange
        self.isSignedIn = isSignedIn
        self.isOperator = isOperator
    }

    /// A message of the catalogue.
    package func message(_ name: String) -> String { Catalogue.message(name, language) }

    /// What people read for a purpose, by its id, such as "dpv:ResearchAndDevelopment".
    package func purpose(_ id: String) -> String {
        message("purposes." + id.split(separator: ":").dropFirst().joined(separator: ":"))
    }

    /// What kinds of numbers a study worked out, in words: "an average and a count". Of none of which
    /// the kind is known, "a study".
    ///
    /// - Parameter kinds: names of the messages under `answers`.
    package func answers(_ kinds: [String]) -> String {
        var words = kinds.map { message("answers." + $0) }
        guard let last = words.popLast() else { return message("answers.study") }
        guard !words.isEmpty else { return last }
        return words.joined(separator: ", ") + " \(message("answers.and")) " + last
    }

    /// A page: its own template within the frame.
    func page(
        _ template: String, title: String, scripts: [String] = [], _ values: [String: Any]
    ) -> String {
        var values = values
        values["t"] = Catalogue.messages(language)
        let content = Templates.render(values, template)
        var links = [("/pools", "nav.pools"), ("/me", "nav.me"), ("/explorer", "nav.explorer")]
        if isOperator { links.append(("/operator", "nav.operator")) }
        if !isSignedIn { links.append(("/enter", "nav.enter")) }
        return Templates.render(
            [
                "t": Catalogue.messages(language), "language": language, "title": title,
                "exchange": exchange, "content": content, "scripts": scripts,
                "links": links.map {
                    [
                        "path": $0.0, "label": message($0.1), "current": path.hasPrefix($0.0),
                    ] as [String: Any]
                },
                "languages": Catalogue.languages.map {
                    ["code": $0, "label": Catalogue.message("label", $0)]
                },
            ], "frame")
    }
}

/// The templates, read once.
enum Templates {
    static func render(_ values: [String: Any], _ name: String) -> String {
        library.render(values, withTemplate: name) ?? ""
    }

    private static let library: MustacheLibrary = {
        let sources: [(String, [UInt8])] = [
            ("frame", PackageResources.frame_mustache), ("start", PackageResources.start_mustache),
            ("pools", PackageResources.pools_mustache), ("pool", PackageResources.pool_mustache),
            ("explorer", PackageResources.explorer_mustache),
            ("entry", PackageResources.entry_mustache), ("tabs", PackageResources.tabs_mustache),
            ("record", PackageResources.record_mustache),
            ("trends", PackageResources.trends_mustache),
            ("reference", PackageResources.reference_mustache),
            ("enter", PackageResources.enter_mustache),
            ("me", PackageResources.me_mustache),
            ("operator", PackageResources.operator_mustache),
            ("problem", PackageResources.problem_mustache),
            ("proof", PackageResources.proof_mustache),
        ]
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in sources {
            do {
                templates[name] = try MustacheTemplate(
                    string: "{{%CONTENT_TYPE:\(HTMLText.name)}}"
                        + String(decoding: bytes, as: UTF8.self))
            } catch { preconditionFailure("the template \(name): \(error)") }
        }
        return MustacheLibrary(templates: templates)
    }()
}
