// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Reads structured fields as RFC 9651, section 4.2, says, without what ``StructuredDictionary``
/// leaves out.
struct StructuredParser {
    private let source: [UInt8]
    private var index = 0

    init(source: [UInt8]) { self.source = source }

    private var next: UInt8? { index < source.count ? source[index] : nil }

    mutating func dictionary() throws(FormatError) -> [StructuredDictionary.Member] {
        var members: [StructuredDictionary.Member] = []
        skipSpaces()
        guard next != nil else { throw FormatError("a member is missing", at: index) }
        while true {
            let start = index
            let name = try key()
            guard !members.contains(where: { $0.name == name }) else {
                throw FormatError("a label stands twice", at: start)
            }
            guard next == UInt8(ascii: "=") else {
                throw FormatError("\"=\" is missing", at: index)
            }
            index += 1
            let value: StructuredDictionary.Value =
                next == UInt8(ascii: "(") ? .innerList(try innerList()) : .item(try item())
            let parameters = try parameters()
            members.append(
                StructuredDictionary.Member(name: name, value: value, parameters: parameters))
            skipBlanks()
            guard let byte = next else { return members }
            guard byte == UInt8(ascii: ",") else {
                throw FormatError("\",\" is missing", at: index)
            }
            index += 1
            skipBlanks()
            guard next != nil else { throw FormatError("a member is missing", at: index) }
        }
    }

    private mutating func innerList() throws(FormatError) -> [StructuredDictionary.Element] {
        var elements: [StructuredDictionary.Element] = []
        index += 1
        while true {
            skipSpaces()
            if next == UInt8(ascii: ")") {
                index += 1
                return elements
            }
            let item = try item()
            elements.append(StructuredDictionary.Element(item: item, parameters: try parameters()))
            guard next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else {
                throw FormatError("a space or \")\" is missing", at: index)
            }
        }
    }

    private mutating func parameters() throws(FormatError) -> [StructuredDictionary.Parameter] {
        var parameters: [StructuredDictionary.Parameter] = []
        while next == UInt8(ascii: ";") {
            index += 1
            skipSpaces()
            let start = index
            let name = try key()
            guard !parameters.contains(where: { $0.name == name }) else {
                throw FormatError("a parameter stands twice", at: start)
            }
            var value = StructuredDictionary.Item.yes
            if next == UInt8(ascii: "=") {
                index += 1
                value = try item()
            }
            parameters.append(StructuredDictionary.Parameter(name: name, value: value))
        }
        return parameters
    }

    private mutating func key() throws(FormatError) -> String {
        let start = index
        guard let first = next, isLower(first) || first == UInt8(ascii: "*") else {
            throw FormatError("a name in lower case is missing", at: index)
        }
        while let byte = next,
            isLower(byte) || isDigit(byte) || "_-.*".utf8.contains(byte)
        {
            index += 1
        }
        return String(decoding: source[start..<index], as: UTF8.self)
    }

    private mutating func item() throws(FormatError) -> StructuredDictionary.Item {
        guard let byte = next else { throw FormatError("a value is missing", at: index) }
        return switch byte {
        case UInt8(ascii: "\""): .string(try string())
        case UInt8(ascii: ":"): .bytes(try bytes())
        case UInt8(ascii: "-"), 0x30...0x39: .integer(try integer())
        default: throw FormatError("text, bytes or a whole number wanted", at: index)
        }
    }

    private mutating func integer() throws(FormatError) -> Int64 {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        let digits = index
        while let byte = next, isDigit(byte) { index += 1 }
        guard (1...15).contains(index - digits), next != UInt8(ascii: "."),
            let value = Int64(String(decoding: source[start..<index], as: UTF8.self))
        else { throw FormatError("a whole number of 1 to 15 digits wanted", at: start) }
        return value
    }

    private mutating func string() throws(FormatError) -> String {
        let start = index
        var out: [UInt8] = []
        index += 1
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = next, escaped == UInt8(ascii: "\"") || escaped == byte else {
                    throw FormatError("no such escape", at: index - 1)
                }
                out.append(escaped)
                index += 1
            case 0x20...0x7e: out.append(byte)
            default: throw FormatError("only ASCII stands in text", at: index - 1)
            }
        }
        throw FormatError("text without an end", at: start)
    }

    private mutating func bytes() throws(FormatError) -> [UInt8] {
        let start = index
        index += 1
        guard let end = source[index...].firstIndex(of: UInt8(ascii: ":")),
            let value = Base64.decode(String(decoding: source[index..<end], as: UTF8.self))
        else { throw FormatError("base 64 between colons wanted", at: start) }
        index = end + 1
        return value
    }

    private mutating func skipSpaces() {
        while next == UInt8(ascii: " ") { index += 1 }
    }

    /// Optional white space around commas: spaces and tabs.
    private mutating func skipBlanks() {
        while next == UInt8(ascii: " ") || next == 0x09 { index += 1 }
    }

    private func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
