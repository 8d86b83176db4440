// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Start and end tags of an XML stream, one at a time: the subset that health exports use.
///
/// Elements with attributes, comments, processing instructions and one document type declaration,
/// which is passed over unread and refused when it declares entities. Text between tags
/// is passed over. CDATA and anything else is refused. Memory: one buffer that holds the longest
/// tag. Cost: one pass.
final class XMLScanner {
    /// What ``next()`` found.
    enum Event {
        case start
        case empty
        case end
    }

    /// Where an attribute's name and value lie in the buffer.
    private struct Attribute {
        var name: Int
        var nameCount: Int
        var value: Int
        var valueCount: Int
        var hasReference: Bool
    }

    /// How many elements are open.
    var depth: Int { open.count }

    private let stream: any ByteStream
    private let limit: Int
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 20
    private var index = 0
    private var end = 0
    private var offset: Int64 = 0
    private var nameStart = 0
    private var nameCount = 0
    private var attributes: [Attribute] = []
    private var open: [UInt64] = []
    private var hasRoot = false

    /// Reads tags of at most `limits.record` bytes.
    init(_ stream: any ByteStream, limits: IntakeLimits) {
        self.stream = stream
        limit = limits.record
        base = .allocate(capacity: capacity + 1)
        attributes.reserveCapacity(32)
    }

    deinit { base.deallocate() }

    /// The name of the tag in hand; valid until ``next()``.
    var name: Bytes { Bytes(start: base + nameStart, count: nameCount) }

    /// The raw bytes of an attribute, references as they stand; nil when it is missing.
    func raw(_ wanted: StaticString) -> Bytes? {
        place(wanted).map { Bytes(start: base + $0.value, count: $0.valueCount) }
    }

    /// The text of an attribute, with the five predefined and numeric references resolved.
    ///
    /// - Throws: ``IntakeError/Code/malformed`` for any other entity, which is never expanded.
    func text(_ wanted: StaticString) throws(IntakeError) -> String? {
        guard let found = place(wanted) else { return nil }
        let bytes = Bytes(start: base + found.value, count: found.valueCount)
        let plain = found.hasReference ? try resolved(bytes) : Array(bytes)
        guard let text = String(validating: plain, as: UTF8.self) else {
            throw malformed("text that is not UTF-8")
        }
        return text
    }

    private func place(_ wanted: StaticString) -> Attribute? {
        let count = wanted.utf8CodeUnitCount
        for attribute in attributes where attribute.nameCount == count {
            if memcmp(base + attribute.name, wanted.utf8Start, count) == 0 { return attribute }
        }
        return nil
    }

    /// Moves to the next tag; nil behind the end of the root element.
    ///
    /// - Throws: ``IntakeError/Code/malformed``, ``IntakeError/Code/truncated``,
    ///   ``IntakeError/Code/limit``.
    func next() throws(IntakeError) -> Event? {
        while true {
            guard try findTag() else {
                guard hasRoot, open.isEmpty else { throw truncated() }
                return nil
            }
            try need(2)
            switch base[index + 1] {
            case UInt8(ascii: "!"): try passDeclaration()
            case UInt8(ascii: "?"): try pass("?>", from: 2)
            case UInt8(ascii: "/"): return try endTag()
            default: return try startTag()
            }
        }
    }

    /// Moves to the next '<'.
    private func findTag() throws(IntakeError) -> Bool {
        while true {
            if index < end, let hit = memchr(base + index, 0x3c, end - index) {
                index = base.distance(to: hit.assumingMemoryBound(to: UInt8.self))
                return true
            }
            index = end
            if try !fill() { return false }
        }
    }

    private func startTag() throws(IntakeError) -> Event {
        if open.isEmpty, hasRoot { throw malformed("a second root element") }
        // A tag that does not fit what is buffered is read again from its start.
        while true {
            if let event = try parseStart() {
                hasRoot = true
                return event
            }
            guard try fill() else { throw truncated() }
        }
    }

    /// Parses the tag at `index`; nil when the buffer ends within it.
    private func parseStart() throws(IntakeError) -> Event? {
        let base = self.base
        let end = self.end
        var at = index + 1
        let start = at
        while at < end, XMLScanner.isName(base[at]) { at += 1 }
        guard at < end else { return nil }
        guard at > start else { throw malformed("'<' that starts no tag") }
        nameStart = start
        nameCount = at - start
        attributes.removeAll(keepingCapacity: true)
        while true {
            let gap = at
            while at < end, base[at].isSpace { at += 1 }
            guard at < end else { return nil }
            if base[at] == UInt8(ascii: ">") {
                try checkText(upTo: at)
                index = at + 1
                guard open.count < 64 else { throw malformed("nested deeper than 64") }
                open.append(hash(name))
                return .start
            }
            if base[at] == UInt8(ascii: "/") {
                guard at + 1 < end else { return nil }
                guard base[at + 1] == UInt8(ascii: ">") else { throw malformed("'/' within a tag") }
                try checkText(upTo: at)
                index = at + 2
                return .empty
            }
            guard at > gap else { throw malformed("white space is missing between attributes") }
            let name = at
            while at < end, XMLScanner.isName(base[at]) { at += 1 }
            guard at < end else { return nil }
            let nameCount = at - name
            guard nameCount > 0 else { throw malformed("an attribute without a name") }
            while at < end, base[at].isSpace { at += 1 }
            guard at < end else { return nil }
            guard base[at] == UInt8(ascii: "=") else { throw malformed("'=' is missing") }
            at += 1
            while at < end, base[at].isSpace { at += 1 }
            guard at < end else { return nil }
            let quote = base[at]
            guard quote == 0x22 || quote == 0x27 else { throw malformed("a quote is missing") }
            at += 1
            let value = at
            var hasReference = false
            while at < end, base[at] != quote {
                if base[at] == UInt8(ascii: "&") { hasReference = true }
                if base[at] == UInt8(ascii: "<") { throw malformed("'<' within an attribute") }
                at += 1
            }
            guard at < end else { return nil }
            guard attributes.count < 256 else { throw malformed("more than 256 attributes") }
            attributes.append(
                Attribute(
                    name: name, nameCount: nameCount, value: value, valueCount: at - value,
                    hasReference: hasReference))
            at += 1
        }
    }

    /// Refuses a tag whose bytes are not UTF-8: in another encoding its values would be misread.
    private func checkText(upTo end: Int) throws(IntakeError) {
        let tag = UnsafeBufferPointer(start: base + index, count: end - index)
        guard (try? UTF8Span(validating: tag.span)) != nil else {
            throw IntakeError(
                .encoding, "a tag holds bytes that are not UTF-8",
                mend: "Export it again from the phone; do not change the file's encoding",
                offset: offset + Int64(index))
        }
    }

    private func endTag() throws(IntakeError) -> Event {
        while true {
            if let hit = memchr(base + index, 0x3e, end - index) {
                let close = base.distance(to: hit.assumingMemoryBound(to: UInt8.self))
                nameStart = index + 2
                var stop = close
                while stop > nameStart, base[stop - 1].isSpace { stop -= 1 }
                nameCount = stop - nameStart
                attributes.removeAll(keepingCapacity: true)
                guard let last = open.popLast(), last == hash(name) else {
                    throw malformed("an end tag that ends nothing")
                }
                index = close + 1
                return .end
            }
            guard try fill() else { throw truncated() }
        }
    }

    /// Passes a comment or the document type, with its quotes and comments; nothing is declared.
    private func passDeclaration() throws(IntakeError) {
        try need(4)
        if base[index + 2] == UInt8(ascii: "-"), base[index + 3] == UInt8(ascii: "-") {
            return try pass("-->", from: 4)
        }
        guard base[index + 2] == UInt8(ascii: "D"), !hasRoot else {
            throw malformed("a section that health exports do not have (CDATA or the like)")
        }
        var brackets = 0
        var at = 2
        while true {
            try need(at + 1)
            let byte = base[index + at]
            switch byte {
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets -= 1
            case 0x22, 0x27:
                repeat {
                    at += 1
                    try need(at + 1)
                } while base[index + at] != byte
            case UInt8(ascii: "<"):
                try need(at + 4)
                if base[index + at + 1] == UInt8(ascii: "!"),
                    base[index + at + 2] == UInt8(ascii: "E"),
                    base[index + at + 3] == UInt8(ascii: "N")
                {
                    throw malformed("it declares entities, which nothing here expands")
                }
                if base[index + at + 1] == UInt8(ascii: "!"),
                    base[index + at + 2] == UInt8(ascii: "-")
                {
                    at += 4
                    repeat {
                        at += 1
                        try need(at + 1)
                    } while !(base[index + at] == UInt8(ascii: ">")
                        && base[index + at - 1] == UInt8(ascii: "-")
                        && base[index + at - 2] == UInt8(ascii: "-"))
                }
            case UInt8(ascii: ">") where brackets <= 0:
                index += at + 1
                return
            default: break
            }
            at += 1
        }
    }

    private func pass(_ mark: StaticString, from: Int) throws(IntakeError) {
        let count = mark.utf8CodeUnitCount
        var at = from
        while true {
            try need(at + count)
            if memcmp(base + index + at, mark.utf8Start, count) == 0 {
                index += at + count
                return
            }
            at += 1
        }
    }

    /// Makes that many bytes from `index` available.
    private func need(_ count: Int) throws(IntakeError) {
        while end - index < count {
            guard try fill() else { throw truncated() }
        }
    }

    /// Reads on, keeping what starts at `index`; false at the end.
    private func fill() throws(IntakeError) -> Bool {
        if index > 0 {
            memmove(base, base + index, end - index)
            offset += Int64(index)
            end -= index
            index = 0
        }
        if end == capacity {
            guard capacity < limit else {
                throw IntakeError(
                    .limit, "a tag is longer than \(limit) bytes",
                    mend: "Check that this is the right file", offset: offset)
            }
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + 1)
            larger.update(from: base, count: end)
            base.deallocate()
            base = larger
            capacity *= 2
        }
        let got = try stream.read(into: .init(start: base + end, count: capacity - end))
        end += got
        return got > 0
    }

    @inline(__always)
    private static func isName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || (byte >= 0x2d && byte <= 0x3a && byte != 0x2f)
            || byte == 0x5f || byte >= 0x80
    }

    private func hash(_ bytes: Bytes) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return state
    }

    func malformed(_ reason: String) -> IntakeError {
        IntakeError(
            .malformed, "the XML is broken: \(reason)", mend: "Export it again from the phone",
            offset: offset + Int64(index))
    }

    private func truncated() -> IntakeError {
        IntakeError(
            .truncated, "the XML ends too early",
            mend: "The export was cut off: export it again from the phone",
            offset: offset + Int64(end))
    }
}
