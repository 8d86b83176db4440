// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Intake

/// Hands out bytes in pieces of a chosen size, so that records straddle every border.
final class PieceStream: ByteStream {
    private var bytes: ArraySlice<UInt8>
    private let piece: Int

    init(_ bytes: [UInt8], piece: Int) {
        self.bytes = bytes[...]
        self.piece = piece
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(piece, min(buffer.count, bytes.count))
        for place in 0..<count { buffer[place] = bytes[bytes.startIndex + place] }
        bytes = bytes.dropFirst(count)
        return count
    }
}

func records(
    _ text: String, limits: IntakeLimits = .init(), dialect: CSVDialect? = nil
) throws -> [[String]] {
    let reader = try CSVReader(MemoryStream(Array(text.utf8)), limits: limits, dialect: dialect)
    var out: [[String]] = []
    while try reader.next() {
        out.append(try (0..<reader.count).map { try reader.text($0) })
    }
    return out
}

@Suite struct CSVReaderTests {
    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2", [["a", "b"], ["1", "2"]]),
        ("\u{feff}a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\n\n\n1,\n", [["a", "b"], ["1", ""]]),
        ("a,b\n\"x,y\",\"l1\nl2\"\n", [["a", "b"], ["x,y", "l1\nl2"]]),
        ("a,b\n\"he said \"\"no\"\"\",\"\"\n", [["a", "b"], ["he said \"no\"", ""]]),
        ("a,b\n\"x\"\r\n", [["a", "b"], ["x"]]),
        ("a,b\n27\" screen,ok\n", [["a", "b"], ["27\" screen", "ok"]]),
        ("a\tb\n1,5\t2\n", [["a", "b"], ["1,5", "2"]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a,b\n1,\"2\"", [["a", "b"], ["1", "2"]]),
        (",\n,\n", [["", ""], ["", ""]]),
        ("\"a\"\n\"\"\"\"\n", [["a"], ["\""]]),
    ])
    func `records are split as RFC 4180 says`(text: String, wanted: [[String]]) throws {
        #expect(try records(text) == wanted)
    }

    @Test func `a record may straddle the border of every read`() throws {
        var text = "name,value\n"
        var wanted = [["name", "value"]]
        for row in 0..<40 {
            text += "\"row \"\"\(row)\"\", of\nmany\",\(row * 7_919)\r\n"
            wanted.append(["row \"\(row)\", of\nmany", "\(row * 7_919)"])
        }
        for padding in 0..<9 {
            // The first read fills 64 KiB at most in one go: pad so that every border is met.
            let filler = String(repeating: "x", count: 65_500 + padding)
            let whole = "name,value\n\(filler),1\n" + text.dropFirst(11)
            for piece in [1, 7, 65_536] {
                let reader = try CSVReader(
                    PieceStream(Array(whole.utf8), piece: piece), limits: .init())
                var out: [[String]] = []
                while try reader.next() {
                    out.append(try (0..<reader.count).map { try reader.text($0) })
                }
                out.remove(at: 1)
                #expect(out == wanted)
            }
        }
    }

    @Test func `lines are counted through quotes and blank lines`() throws {
        let text = "a,b\n\"1\n2\n3\",x\n\nlast,y\n"
        let reader = try CSVReader(MemoryStream(Array(text.utf8)), limits: .init())
        var lines: [Int] = []
        while try reader.next() { lines.append(reader.line) }
        #expect(lines == [1, 2, 6])
    }

    @Test func `text behind a closing quote marks the record`() throws {
        let reader = try CSVReader(
            MemoryStream(Array("a,b\n\"x\"y,z\n1,2\n".utf8)), limits: .init())
        var broken: [Bool] = []
        while try reader.next() { broken.append(reader.isBroken) }
        #expect(broken == [false, true, false])
    }

    @Test(arguments: [
        ("a,b\n1,\"never closed\n2,3\n", IntakeError.Code.truncated, 2 as Int?),
        ("a,b\n1,2\n3,\u{0}\n", .encoding, Int?.none),
        ("", .empty, Int?.none),
    ])
    func `what cannot be read is refused with its place`(
        text: String, code: IntakeError.Code, line: Int?
    ) throws {
        let error = #expect(throws: IntakeError.self) { _ = try records(text) }
        #expect(error?.code == code && error?.line == line)
        #expect(error?.mend.isEmpty == false)
    }

    @Test func `a NUL far behind the head is found on its line`() throws {
        let text = "a,b\n" + String(repeating: "1,2\n", count: 40_000) + "3,\u{0}4\n"
        let error = #expect(throws: IntakeError.self) { _ = try records(text) }
        #expect(error?.code == .encoding && error?.line == 40_002)
    }

    @Test func `long records and many columns meet their limits`() throws {
        var limits = IntakeLimits()
        limits.columns = 10
        #expect(throws: IntakeError.self) {
            _ = try records(String(repeating: "a,", count: 10) + "\n", limits: limits)
        }
        #expect(
            try records(String(repeating: "a,", count: 9) + "\n", limits: limits)[0].count == 10)
        limits.record = 1 << 20
        let long = "a,b\n\"" + String(repeating: "x", count: 3 << 20) + "\",1\n"
        let error = #expect(throws: IntakeError.self) { _ = try records(long, limits: limits) }
        #expect(error?.code == .limit && error?.line == 2)
        #expect(try records(long)[1][0].utf8.count == 3 << 20)
    }

    @Test func `UTF-16 and Latin-1 are refused with the way to convert`() throws {
        let wide = #expect(throws: IntakeError.self) {
            _ = try CSVReader(MemoryStream([0xff, 0xfe, 0x61, 0]), limits: .init())
        }
        #expect(wide?.code == .encoding && wide?.mend.contains("iconv") == true)
        let reader = try CSVReader(
            MemoryStream(Array("a\n".utf8) + [0x63, 0xe9, 0x0a]), limits: .init())
        #expect(try reader.next() && reader.next())
        let narrow = #expect(throws: IntakeError.self) { _ = try reader.text(0) }
        #expect(narrow?.code == .encoding && narrow?.line == 2)
    }
}
