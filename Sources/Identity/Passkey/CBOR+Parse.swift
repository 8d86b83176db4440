// SPDX-License-Identifier: Apache-2.0
package import Canon

extension CBOR {
    /// Reads bytes that are exactly one value.
    ///
    /// - Throws: ``FormatError`` with the byte where reading stopped; also for bytes after the value.
    /// - Cost: one pass; memory in proportion to the bytes, whatever lengths they claim.
    package init(parsing source: [UInt8]) throws(FormatError) {
        let (value, end) = try CBOR.first(of: source, from: 0)
        guard end == source.count else {
            throw FormatError("\(source.count - end) bytes after the end of the value", at: end)
        }
        self = value
    }

    /// Reads one value that starts at an offset, and says where it ends.
    ///
    /// - Parameters:
    ///   - source: at most ``longest`` bytes.
    ///   - start: where the value starts, in bytes from the start of the source.
    /// - Returns: the value, and the offset of the first byte behind it.
    /// - Throws: ``FormatError`` with the byte where reading stopped.
    package static func first(
        of source: [UInt8], from start: Int
    ) throws(FormatError) -> (value: CBOR, end: Int) {
        guard source.count <= longest else {
            throw FormatError("more than \(longest) bytes of CBOR", at: longest)
        }
        guard (0...source.count).contains(start) else {
            throw FormatError("a value is missing", at: source.count)
        }
        var parser = CBORParser(source: source, index: start)
        let value = try parser.value(depth: 0)
        return (value, parser.index)
    }
}

private struct CBORParser {
    let source: [UInt8]
    var index: Int

    private var left: Int { source.count - index }

    mutating func value(depth: Int) throws(FormatError) -> CBOR {
        let start = index
        let (kind, argument) = try head()
        switch kind {
        case 0: return .integer(try whole(argument, start))
        case 1: return .integer(-1 - (try whole(argument, start)))
        case 2: return .bytes(Array(try take(argument, start)))
        case 3:
            guard let text = String(validating: try take(argument, start), as: UTF8.self) else {
                throw FormatError("text is not UTF-8", at: start)
            }
            return .text(text)
        case 4: return .array(try array(argument, start, depth))
        case 5: return .map(try map(argument, start, depth))
        case 6: throw FormatError("tags are not taken", at: start)
        default:
            switch argument {
            case 20: return .bool(false)
            case 21: return .bool(true)
            case 22: return .null
            default: throw FormatError("only false, true and null are taken", at: start)
            }
        }
    }

    /// The three bits of the kind, and the number behind them in its shortest form.
    private mutating func head() throws(FormatError) -> (kind: UInt8, argument: UInt64) {
        guard left > 0 else { throw FormatError("a value is missing", at: index) }
        let start = index
        let kind = source[index] >> 5
        let low = source[index] & 31
        index += 1
        guard low >= 24 else { return (kind, UInt64(low)) }
        guard low <= 27 else { throw FormatError("a definite length is wanted", at: start) }
        guard kind < 7 else { throw FormatError("no floating point is taken", at: start) }
        let width = 1 << Int(low - 24)
        guard left >= width else {
            throw FormatError("\(width) bytes wanted, \(left) left", at: index)
        }
        let number = source[index..<index + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        index += width
        let smallest = width == 1 ? UInt64(24) : 1 << UInt64(4 * width)
        guard number >= smallest else {
            throw FormatError("number not in its shortest form", at: start)
        }
        return (kind, number)
    }

    private func whole(_ argument: UInt64, _ start: Int) throws(FormatError) -> Int64 {
        guard let number = Int64(exactly: argument) else {
            throw FormatError("the number does not fit 64 bits with a sign", at: start)
        }
        return number
    }

    private mutating func take(
        _ count: UInt64, _ start: Int
    ) throws(FormatError) -> ArraySlice<UInt8> {
        guard count <= UInt64(left) else {
            throw FormatError("\(count) bytes wanted, \(left) left", at: start)
        }
        defer { index += Int(count) }
        return source[index..<index + Int(count)]
    }

    /// Checks a number of values before anything is set aside for them: each has a byte at least.
    private func check(
        _ count: UInt64, each least: UInt64, _ start: Int, _ depth: Int
    ) throws(FormatError) {
        guard depth < CBOR.deepest else { throw FormatError("nested too deep", at: start) }
        guard count <= UInt64(left) / least else {
            throw FormatError("\(count) values wanted, \(left) bytes left", at: start)
        }
    }

    private mutating func array(
        _ count: UInt64, _ start: Int, _ depth: Int
    ) throws(FormatError) -> [CBOR] {
        try check(count, each: 1, start, depth)
        var values: [CBOR] = []
        for _ in 0..<count { values.append(try value(depth: depth + 1)) }
        return values
    }

    private mutating func map(
        _ count: UInt64, _ start: Int, _ depth: Int
    ) throws(FormatError) -> [CBOR.Member] {
        try check(count, each: 2, start, depth)
        var members: [CBOR.Member] = []
        // By their bytes: every name has one form, and text that only looks alike is another name.
        var names = Set<ArraySlice<UInt8>>()
        for _ in 0..<count {
            let from = index
            let name = try value(depth: depth + 1)
            switch name {
            case .integer, .text: break
            default: throw FormatError("a name is a whole number or text", at: from)
            }
            guard names.insert(source[from..<index]).inserted else {
                throw FormatError("a name stands twice", at: from)
            }
            members.append(CBOR.Member(name: name, value: try value(depth: depth + 1)))
        }
        return members
    }
}
