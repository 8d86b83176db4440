// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes

/// The one file in a form (`multipart/form-data`, RFC 7578), read as it comes.
///
/// The file is the first part that has a `filename`; other parts before it are passed over, and nothing
/// may come behind it but the end. Memory: one piece of the body, and a boundary.
struct MultipartFile {
    private enum State { case preamble, head, other, file, closed }

    /// What the file was called; nil until its part was met.
    private(set) var name: String?
    private let mark: [UInt8]
    private var state = State.preamble
    /// Bytes that were not looked at yet.
    private var rest: [UInt8]

    /// The most bytes of a part's head.
    private static let mostHead = 8_192

    init(boundary: String) {
        mark = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning.
        rest = Array("\r\n".utf8)
    }

    /// Takes the next bytes of the body.
    ///
    /// - Returns: the next bytes of the file.
    mutating func take(_ bytes: some Collection<UInt8>) throws -> [UInt8] {
        rest += bytes
        var out: [UInt8] = []
        while true {
            switch state {
            case .preamble, .other, .file:
                guard let place = MultipartFile.find(mark, in: rest) else {
                    // The last bytes may begin a boundary.
                    let safe = max(0, rest.count - mark.count + 1)
                    if state == .file { out += rest[..<safe] }
                    rest.removeFirst(safe)
                    return out
                }
                let behind = place + mark.count
                guard rest.count >= behind + 2 else {
                    if state == .file { out += rest[..<place] }
                    rest.removeFirst(place)
                    return out
                }
                if state == .file { out += rest[..<place] }
                let isEnd = rest[behind] == 0x2d && rest[behind + 1] == 0x2d
                let isNext = rest[behind] == 0x0d && rest[behind + 1] == 0x0a
                guard isEnd || isNext else { throw MultipartFile.malformed }
                guard isEnd || state != .file else {
                    throw Problem(
                        .unprocessableContent, "format", "send one file in a form, as its last part"
                    )
                }
                rest.removeFirst(behind + 2)
                state = isEnd ? .closed : .head
            case .head:
                guard let end = MultipartFile.find(Array("\r\n\r\n".utf8), in: rest) else {
                    guard rest.count <= MultipartFile.mostHead else {
                        throw MultipartFile.malformed
                    }
                    return out
                }
                let head = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 2)
                name = MultipartFile.fileName(in: head)
                state = name == nil ? .other : .file
                // The line break before a boundary is the boundary's: one stands before an empty part.
                if state == .file { rest.removeFirst(2) }
                if state == .file, rest.starts(with: mark.dropFirst(2)) {
                    rest.insert(contentsOf: [0x0d, 0x0a], at: 0)
                }
            case .closed:
                rest = []
                return out
            }
        }
    }

    /// Says that the body is over.
    ///
    /// - Throws: when the form was cut off, or has no file.
    func finish() throws {
        guard state == .closed else { throw MultipartFile.malformed }
        guard name != nil else {
            throw Problem(.unprocessableContent, "format", "the form has no file in it")
        }
    }

    private static let malformed = Problem(
        .badRequest, "format", "the form is cut off, or not of multipart/form-data")

    private static func fileName(in head: String) -> String? {
        for line in head.split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition:"),
                let start = line.firstRange(of: "filename=\"")?.upperBound
            else { continue }
            return String(line[start...].prefix { $0 != "\"" })
        }
        return nil
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            mark.withUnsafeBufferPointer { mark in
                var place = 0
                while place <= bytes.count - mark.count {
                    if bytes[place] == mark[0] {
                        var same = 1
                        while same < mark.count, bytes[place + same] == mark[same] { same += 1 }
                        if same == mark.count { return place }
                    }
                    place += 1
                }
                return nil
            }
        }
    }
}
