// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// The members of a request's JSON body, each looked at once; what nobody looked at is an error.
struct Asked {
    /// The most bytes that a JSON body has.
    static let most = 1 << 20

    private var members: [String: JSON]

    private init(members: [String: JSON]) { self.members = members }

    init(_ request: Request) async throws {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true
        else {
            throw Problem(
                .unsupportedMediaType, "media_type", "send JSON: Content-Type: application/json")
        }
        let buffer = try await request.body.collect(upTo: Asked.most)
        let json: JSON
        do { json = try JSON(parsing: Array(buffer.readableBytesView)) } catch {
            throw Problem(.badRequest, "format", "the body is not JSON: \(error)")
        }
        guard case .object(let members) = json else {
            throw Problem(.badRequest, "format", "the body is a JSON object")
        }
        self.members = members
    }

    /// A text that has to be there.
    mutating func text(_ name: String, most: Int = 65_536) throws -> String {
        guard let text = try optionalText(name, most: most) else {
            throw Asked.missing(name, "text")
        }
        return text
    }

    /// A text, or nil when it is left out.
    mutating func optionalText(_ name: String, most: Int = 65_536) throws -> String? {
        guard let value = members.removeValue(forKey: name) else { return nil }
        // Counted as JSON Schema does, whose bounds stand in the API's document.
        guard let text = value.string, text.unicodeScalars.count <= most else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is a text of at most \(most) characters")
        }
        return text
    }

    /// The name of a party: 1 to 64 of a-z, 0-9 and -.
    mutating func partyName(_ name: String) throws -> String {
        guard let text = try optionalPartyName(name) else { throw Asked.missing(name, "text") }
        return text
    }

    /// The name of a party, or nil when it is left out.
    mutating func optionalPartyName(_ name: String) throws -> String? {
        guard let text = try optionalText(name, most: 64) else { return nil }
        guard Asked.isPartyName(text) else {
            throw Problem(
                .unprocessableContent, "format", "\(name) has 1 to 64 of a-z, 0-9 and -")
        }
        return text
    }

    /// Whoever is named: a party, or somebody in custody as `custody:PREFIX/LABEL`.
    mutating func person(_ name: String) throws -> String {
        let text = try text(name, most: 256)
        guard Asked.isPartyName(text) || CustodyName.isName(text) else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is a party's name, or custody:PREFIX/LABEL")
        }
        return text
    }

    private static func isPartyName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }

    /// A whole number within bounds, or nil when it is left out.
    mutating func number(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let value = members.removeValue(forKey: name) else { return nil }
        // For JSON Schema 7.0 is a whole number too.
        let fraction =
            if case .number(let number) = value { Int64(exactly: number) } else { Int64?.none }
        guard let number = value.integer ?? fraction, range.contains(number) else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Texts, at least one.
    mutating func texts(_ name: String) throws -> [String] {
        guard let list = members.removeValue(forKey: name)?.array, (1...64).contains(list.count)
        else { throw Asked.missing(name, "list of 1 to 64 texts") }
        return try list.map { value in
            guard let text = value.string, text.unicodeScalars.count <= 256 else {
                throw Asked.missing(name, "list of short texts")
            }
            return text
        }
    }

    /// Bytes in base64url without padding.
    mutating func base64(_ name: String) throws -> [UInt8] {
        guard let bytes = Base64.decode(try text(name), as: .url) else {
            throw Problem(
                .unprocessableContent, "format", "\(name) is base64url without padding")
        }
        return bytes
    }

    /// Any JSON, or nil when it is left out.
    mutating func value(_ name: String) throws -> JSON? { members.removeValue(forKey: name) }

    /// True or false, or nil when it is left out.
    mutating func truth(_ name: String) throws -> Bool? {
        guard let value = members.removeValue(forKey: name) else { return nil }
        guard let truth = value.bool else {
            throw Problem(.unprocessableContent, "format", "\(name) is true or false")
        }
        return truth
    }

    /// The members of an object inside, or nil when it is left out.
    mutating func part(_ name: String) throws -> Asked? {
        guard let value = members.removeValue(forKey: name) else { return nil }
        guard case .object(let members) = value else {
            throw Problem(.unprocessableContent, "format", "\(name) is an object")
        }
        return Asked(members: members)
    }

    /// The objects of a list, at least one.
    mutating func parts(_ name: String, most: Int) throws -> [Asked] {
        guard let list = members.removeValue(forKey: name)?.array, (1...most).contains(list.count)
        else { throw Asked.missing(name, "list of 1 to \(most) objects") }
        return try list.map { value in
            guard case .object(let members) = value else {
                throw Asked.missing(name, "list of objects")
            }
            return Asked(members: members)
        }
    }

    /// A digest in hexadecimal digits.
    mutating func digest(_ name: String) throws -> Digest {
        guard let digest = Digest(hex: try text(name, most: 64)) else {
            throw Problem(
                .unprocessableContent, "format", "\(name) has 64 hexadecimal digits in lower case")
        }
        return digest
    }

    /// Refuses members that nobody asked for: a misspelt one must not be passed over.
    func finish() throws {
        if let name = members.keys.sorted().first {
            throw Problem(.unprocessableContent, "format", "there is no member \(name) here")
        }
    }

    private static func missing(_ name: String, _ what: String) -> Problem {
        Problem(.unprocessableContent, "format", "\(name) is missing, or no \(what)")
    }
}
