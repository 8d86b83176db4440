// SPDX-License-Identifier: Apache-2.0

/// The parts of an HTTP request that can be signed (RFC 9421, section 2).
///
/// Whoever makes one of a request that came in gives the target as it came, undecoded, and every
/// line of every field. Fields with line breaks or other control characters are refused, so that no
/// line of what is signed can be made to look like two.
public struct SignedMessage: Hashable, Sendable {
    /// The method, such as `POST`.
    public let method: String
    /// `https` or `http`.
    public let scheme: String
    /// The host in lower case, and the port unless it is the scheme's own.
    public let authority: String
    /// The path as it is sent, with its `/`.
    public let path: String
    /// The query as it is sent, without its `?`; nil when there is no `?`.
    public let query: String?
    /// The lines of each field, in order and trimmed, by the name in lower case.
    public private(set) var fields: [String: [String]]
    /// The body; empty when there is none.
    public let body: [UInt8]

    /// Takes the parts of a request.
    ///
    /// - Parameters:
    ///   - method: as it is sent; case counts.
    ///   - scheme: `https` or `http`.
    ///   - authority: host and port, of the request's target or its `Host`; brought to lower case and
    ///     without the scheme's own port (RFC 9421, section 2.2.3).
    ///   - path: as it is sent; an empty one is `/`.
    ///   - query: as it is sent, without its `?`; nil when there is no `?`.
    ///   - fields: every line by its field's name, in any case; one name has one spelling.
    ///   - body: the content as it is sent.
    /// - Throws: ``MessageSignatureError/part(_:_:)`` that says which part is not of its form.
    /// - Cost: one pass.
    public init(
        method: String, scheme: String = "https", authority: String, path: String,
        query: String? = nil, fields: [String: [String]] = [:], body: [UInt8] = []
    ) throws(MessageSignatureError) {
        guard SignedMessage.isToken(method) else { throw .part("@method", "a token wanted") }
        guard scheme == "https" || scheme == "http" else {
            throw .part("@scheme", "https or http wanted")
        }
        let path = path.isEmpty ? "/" : path
        guard path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ SignedMessage.isVisible($0) && !"?#".utf8.contains($0) })
        else { throw .part("@path", "\"/\" and visible ASCII without \"?\" and \"#\" wanted") }
        guard
            query?.utf8.allSatisfy({
                SignedMessage.isVisible($0) && $0 != UInt8(ascii: "#")
            }) != false
        else { throw .part("@query", "visible ASCII without \"#\" wanted") }
        self.method = method
        self.scheme = scheme
        self.authority = try SignedMessage.normalized(authority, scheme: scheme)
        self.path = path
        self.query = query
        self.body = body
        self.fields = [:]
        for (name, lines) in fields { try add(name, lines) }
    }

    /// The lines of a field, by its name in lower case; nil when there is none.
    public subscript(name: String) -> [String]? { fields[name] }

    /// Adds a field that is not there yet.
    mutating func add(_ name: String, _ lines: [String]) throws(MessageSignatureError) {
        guard SignedMessage.isToken(name) else { throw .part("a field's name", "a token wanted") }
        let name = name.lowercased()
        guard !lines.isEmpty else { throw .part(name, "at least one line wanted") }
        var trimmed: [String] = []
        for line in lines {
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw .part(name, "no line breaks or control characters wanted")
            }
            trimmed.append(SignedMessage.trimmed(line))
        }
        guard fields.updateValue(trimmed, forKey: name) == nil else {
            throw .part(name, "all its lines under one spelling of the name wanted")
        }
    }

    /// The host in lower case, without the scheme's own port.
    private static func normalized(
        _ authority: String, scheme: String
    ) throws(MessageSignatureError) -> String {
        // ASCII alone: Unicode has other letters that become ASCII in lower case.
        let text = authority.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        let colon = text.lastIndex(of: UInt8(ascii: ":")).flatMap { place in
            // The colons of an IPv6 address stand in brackets.
            text[place...].contains(UInt8(ascii: "]")) ? nil : place
        }
        let host = text[..<(colon ?? text.count)]
        let port = text[(colon.map { $0 + 1 } ?? text.count)...]
        let isAddress = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        let inner = isAddress ? host.dropFirst().dropLast() : host
        let marks = Array((isAddress ? ":." : "-._~").utf8)
        let isHost =
            !inner.isEmpty
            && inner.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || marks.contains($0)
            }
        let isPort =
            colon == nil
            || (1...5).contains(port.count) && port.allSatisfy { (0x30...0x39).contains($0) }
        guard isHost, isPort else {
            throw .part("@authority", "a host and perhaps a port wanted")
        }
        let own = scheme == "https" ? "443" : "80"
        let isOwn = port.elementsEqual(own.utf8)
        return String(decoding: isOwn ? host : text[...], as: UTF8.self)
    }

    private static func trimmed(_ line: String) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let rest = line.utf8.drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { rest.index(after: $0) } ?? rest.startIndex
        return String(Substring(rest[..<end]))
    }

    /// Whether the text is a token (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "!#$%&'*+-.^_`|~".utf8.contains($0)
                }
            }
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) }
}
