// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// How deep arrays and objects may nest.
    public static let deepest = 128

    /// Reads one JSON text (RFC 8259), strictly: UTF-8, no member twice, no trailing bytes,
    /// at most ``deepest`` levels. Names that Unicode holds equivalent count as the same name.
    ///
    /// - Throws: ``FormatError`` with the byte where reading stopped.
    /// - Cost: one pass.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try JSONParser.read(bytes, canonical: false)
    }

    /// Reads bytes that are exactly what ``signable()`` writes, so that one value has one text.
    ///
    /// Says the same as reading the bytes, writing them again and comparing, in half the time.
    ///
    /// - Throws: ``FormatError`` with the byte where the bytes are not canonical.
    /// - Cost: one pass.
    public init(canonical bytes: [UInt8]) throws(FormatError) {
        self = try JSONParser.read(bytes, canonical: true)
    }

    /// Reads one JSON text.
    public init(parsing text: String) throws(FormatError) {
        try self.init(parsing: Array(text.utf8))
    }
}

private struct JSONParser {
    // Borrowed for the time of one call of `read`; every access is behind a check of the count.
    private let source: UnsafeBufferPointer<UInt8>
    private var index = 0
    /// Whether only canonical bytes (RFC 8785) are taken.
    private let isCanonical: Bool

    private init(_ source: UnsafeBufferPointer<UInt8>, canonical: Bool) {
        self.source = source
        isCanonical = canonical
    }

    static func read(_ bytes: [UInt8], canonical: Bool) throws(FormatError) -> JSON {
        try bytes.withUnsafeBufferPointer { (source) throws(FormatError) -> JSON in
            var parser = JSONParser(source, canonical: canonical)
            return try parser.document()
        }
    }

    mutating func document() throws(FormatError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard index == source.count else { throw FormatError("more after the end", at: index) }
        return value
    }

    private var next: UInt8? { index < source.count ? source[index] : nil }

    private mutating func skipSpace() {
        // Canonical bytes have none; what stands there instead is refused where it stands.
        if isCanonical { return }
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            index += 1
        }
    }

    private mutating func expect(_ word: StaticString, _ value: JSON) throws(FormatError) -> JSON {
        let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard source[index...].starts(with: bytes) else {
            throw FormatError("no such word", at: index)
        }
        index += bytes.count
        return value
    }

    private mutating func value(depth: Int) throws(FormatError) -> JSON {
        skipSpace()
        guard let byte = next else { throw FormatError("a value is missing", at: index) }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw FormatError("a value is missing", at: index)
        }
    }

    private mutating func object(depth: Int) throws(FormatError) -> JSON {
        guard depth < JSON.deepest else { throw FormatError("nested too deep", at: index) }
        index += 1
        var members = [String: JSON](minimumCapacity: 6)
        var previous: String?
        skipSpace()
        if next == UInt8(ascii: "}") {
            index += 1
            return .object(members)
        }
        while true {
            skipSpace()
            let start = index
            guard next == UInt8(ascii: "\"") else {
                throw FormatError("a name is missing", at: index)
            }
            let name = try string()
            if isCanonical {
                if let previous, !JSON.precedes(previous, name) {
                    throw FormatError("the name \"\(name)\" is out of order", at: start)
                }
                previous = name
            }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw FormatError("':' is missing", at: index) }
            index += 1
            let member = try value(depth: depth + 1)
            guard members.updateValue(member, forKey: name) == nil else {
                throw FormatError("the name \"\(name)\" stands twice", at: start)
            }
            skipSpace()
            switch next {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return .object(members)
            default: throw FormatError("',' or '}' is missing", at: index)
            }
        }
    }

    private mutating func array(depth: Int) throws(FormatError) -> JSON {
        guard depth < JSON.deepest else { throw FormatError("nested too deep", at: index) }
        index += 1
        var values: [JSON] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            index += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            switch next {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return .array(values)
            default: throw FormatError("',' or ']' is missing", at: index)
            }
        }
    }

    private mutating func number() throws(FormatError) -> JSON {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        guard let first = next, (0x30...0x39).contains(first) else {
            throw FormatError("a digit is missing", at: index)
        }
        index += 1
        if first != 0x30 { skipDigits() }
        var whole = true
        if next == UInt8(ascii: ".") {
            whole = false
            index += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            whole = false
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let text = String(decoding: source[start..<index], as: UTF8.self)
        if whole, text != "-0", let value = Int64(text) {
            guard !isCanonical || value.magnitude <= JSON.largestExactInteger.magnitude else {
                throw FormatError("the number \(text) is beyond 2^53 - 1; use text", at: start)
            }
            return .integer(value)
        }
        guard !isCanonical else { throw FormatError("\(text) is no whole number", at: start) }
        guard let value = Double(text), value.isFinite else {
            throw FormatError("the number \(text) is too large", at: start)
        }
        return .number(value)
    }

    private mutating func skipDigits() {
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    }

    private mutating func digits() throws(FormatError) {
        guard let byte = next, (0x30...0x39).contains(byte) else {
            throw FormatError("a digit is missing", at: index)
        }
        skipDigits()
    }

    private mutating func string() throws(FormatError) -> String {
        let start = index
        index += 1
        let isASCII = skipPlain()
        if next == UInt8(ascii: "\"") {
            // No escapes: the text is the bytes.
            index += 1
            let plain = UnsafeBufferPointer(rebasing: source[start + 1..<index - 1])
            return try isASCII ? JSONParser.text(ascii: plain) : text(plain, start)
        }
        var out = Array(source[start + 1..<index])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                let value = try out.withUnsafeBufferPointer {
                    (bytes) throws(FormatError) -> String in
                    try text(bytes, start)
                }
                guard !isCanonical || isWritten(value, start) else {
                    throw FormatError("an escape that is not the shortest", at: start)
                }
                return value
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw FormatError("a control character in text", at: index)
            default:
                let run = index
                _ = skipPlain()
                out.append(contentsOf: source[run..<index])
            }
        }
        throw FormatError("text without an end", at: start)
    }

    /// Goes on to the next quotation mark, escape or control character; whether all was ASCII.
    private mutating func skipPlain() -> Bool {
        var all: UInt8 = 0
        while index < source.count {
            let byte = source[index]
            guard byte >= 0x20, byte != 0x22, byte != 0x5c else { break }
            all |= byte
            index += 1
        }
        return all < 0x80
    }

    /// Whether the text is written as what was read from `start` on.
    private func isWritten(_ text: String, _ start: Int) -> Bool {
        var out: [UInt8] = []
        JSON.write(text, into: &out)
        return out.elementsEqual(source[start..<index])
    }

    private func text(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
    ) throws(FormatError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FormatError("text is not UTF-8", at: start)
        }
        return text
    }

    private static func text(ascii bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { room in
            _ = room.update(fromContentsOf: bytes)
            return bytes.count
        }
    }

    private mutating func escape(into out: inout [UInt8]) throws(FormatError) {
        let start = index
        index += 1
        guard let byte = next else { throw FormatError("text without an end", at: start) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try unit(start)
            if (0xd800..<0xdc00).contains(code) {
                guard next == UInt8(ascii: "\\"), index + 1 < source.count,
                    source[index + 1] == UInt8(ascii: "u")
                else { throw FormatError("half a surrogate pair", at: start) }
                index += 2
                let low = try unit(start)
                guard (0xdc00..<0xe000).contains(low) else {
                    throw FormatError("half a surrogate pair", at: start)
                }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw FormatError("half a surrogate pair", at: start)
            }
            out.append(contentsOf: UTF8.encode(scalar)!)
        default: throw FormatError("no such escape", at: start)
        }
    }

    private mutating func unit(_ start: Int) throws(FormatError) -> UInt32 {
        var code: UInt32 = 0
        for place in index..<index + 4 {
            guard place < source.count, let digit = Hex.value(ofAnyCase: source[place]) else {
                throw FormatError("four hexadecimal digits wanted", at: start)
            }
            code = code << 4 | UInt32(digit)
        }
        index += 4
        return code
    }
}
