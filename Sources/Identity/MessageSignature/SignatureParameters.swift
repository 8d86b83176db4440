// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What a signature covers and says of itself: one member of `Signature-Input` (RFC 9421, section
/// 2.3).
package struct SignatureParameters: Hashable, Sendable {
    /// The names of the covered components, in order; none stands twice.
    package let components: [String]
    /// The parameters, in order.
    package let parameters: [StructuredDictionary.Parameter]

    /// How many components a signature covers at most.
    package static let mostComponents = 64

    /// The components that are made of the request itself (RFC 9421, section 2.2).
    package static let derived: Set<String> = [
        "@method", "@target-uri", "@authority", "@path", "@query",
    ]

    /// Takes the parts as they are written.
    init(components: [String], parameters: [StructuredDictionary.Parameter]) {
        self.components = components
        self.parameters = parameters
    }

    /// Reads a member of `Signature-Input`.
    ///
    /// - Throws: ``MessageSignatureError/component(_:_:)`` for components that are not taken, that
    ///   have parameters or stand twice; ``MessageSignatureError/parameter(_:_:)`` for parameters
    ///   that are not known or of another type.
    package init(_ member: StructuredDictionary.Member) throws(MessageSignatureError) {
        guard case .innerList(let elements) = member.value else {
            throw .parameter("label", "a list of components in parentheses wanted")
        }
        guard elements.count <= SignatureParameters.mostComponents else {
            throw .component(
                SignatureParameters.mostComponents,
                "at most \(SignatureParameters.mostComponents) components wanted")
        }
        var components: [String] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let name) = element.item else {
                throw .component(place, "a name in quotation marks wanted")
            }
            guard element.parameters.isEmpty else {
                throw .component(place, "no parameters of components are taken")
            }
            guard SignatureParameters.isTaken(name) else {
                throw .component(place, "a field in lower case or a known @component wanted")
            }
            guard !components.contains(name) else { throw .component(place, "it stands twice") }
            components.append(name)
        }
        for parameter in member.parameters {
            switch (parameter.name, parameter.value) {
            case ("created", .integer), ("expires", .integer), ("keyid", .string),
                ("alg", .string), ("nonce", .string), ("tag", .string):
                break
            case ("created", _), ("expires", _):
                throw .parameter(parameter.name, "a whole number of seconds wanted")
            case ("keyid", _), ("alg", _), ("nonce", _), ("tag", _):
                throw .parameter(parameter.name, "text in quotation marks wanted")
            default:
                throw .parameter(
                    "parameters", "only created, expires, keyid, alg, nonce and tag are taken")
            }
        }
        self.components = components
        parameters = member.parameters
    }

    /// Whether a component can be covered. The fields of signatures cannot: the one that is looked
    /// at would cover itself.
    static func isTaken(_ name: String) -> Bool {
        derived.contains(name)
            || SignedMessage.isToken(name) && name == name.lowercased() && name != "signature"
                && name != "signature-input"
    }

    /// The text under the label, as the standard writes it; what is signed ends in it.
    package var text: String {
        let names = components.map { StructuredDictionary.Item.string($0).text }
        let pairs = parameters.map { ";\($0.name)=\($0.value.text)" }
        return "(\(names.joined(separator: " ")))\(pairs.joined())"
    }

    /// The whole number of a parameter, in seconds since 1970, as a time.
    func time(_ name: String) -> Timestamp? {
        guard case .integer(let seconds)? = value(name) else { return nil }
        // Fifteen digits times a thousand fit 64 bits.
        return Timestamp(milliseconds: seconds * 1000)
    }

    /// The text of a parameter.
    func string(_ name: String) -> String? {
        if case .string(let text)? = value(name) { text } else { nil }
    }

    private func value(_ name: String) -> StructuredDictionary.Item? {
        parameters.first { $0.name == name }?.value
    }
}
