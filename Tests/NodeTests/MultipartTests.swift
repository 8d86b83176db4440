// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Node

/// Files in forms, however they are cut into pieces.
@Suite struct MultipartTests {
    private let boundary = "----form7MA4"

    private func form(_ parts: [(head: String, content: [UInt8])], end: String = "--\r\n")
        -> [UInt8]
    {
        var out: [UInt8] = []
        for part in parts {
            out += "--\(boundary)\r\n\(part.head)\r\n\r\n".utf8
            out += part.content + Array("\r\n".utf8)
        }
        return out + Array("--\(boundary)\(end)".utf8)
    }

    private func file(_ name: String) -> String {
        "Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: application/zip"
    }

    private func read(_ body: [UInt8], in pieces: Int) throws -> (name: String?, bytes: [UInt8]) {
        var form = MultipartFile(boundary: boundary)
        var out: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: pieces) {
            out += try form.take(body[start..<min(start + pieces, body.count)])
        }
        try form.finish()
        return (form.name, out)
    }

    @Test(arguments: [1, 2, 3, 7, 50, 100_000])
    func `the file comes out whole, also with what nearly is a boundary in it`(pieces: Int) throws {
        var random = Seeded(4)
        let nearly = Array("\r\n--\(boundary.dropLast())\r\n--\r\n".utf8)
        for content in [
            [], [0x0d], Array("\r\n".utf8), nearly, random.bytes(500) + nearly + [0x0d, 0x0a],
        ] {
            let field = ("Content-Disposition: form-data; name=\"note\"", Array("x".utf8))
            for parts in [[(file("a.zip"), content)], [field, (file("a.zip"), content)]] {
                let found = try read(form(parts), in: pieces)
                #expect(found.name == "a.zip")
                #expect(found.bytes == content)
            }
        }
    }

    @Test func `a form that is cut off, has no file, two files or no form in it is refused`() {
        let whole = form([(file("a"), Array("abc".utf8))])
        for length in [0, 5, 60, whole.count - 5] {
            #expect(throws: Problem.self) { try read(Array(whole[..<length]), in: 9) }
        }
        let field = ("Content-Disposition: form-data; name=\"note\"", Array("x".utf8))
        #expect(throws: Problem.self) { try read(form([field]), in: 9) }
        let two = [(file("a"), Array("a".utf8)), (file("b"), Array("b".utf8))]
        #expect(throws: Problem.self) { try read(form(two), in: 9) }
        #expect(throws: Problem.self) { try read([UInt8](repeating: 65, count: 100_000), in: 999) }
        let long = form([(String(repeating: "h", count: 10_000), [])])
        #expect(throws: Problem.self) { try read(long, in: 999) }
    }

    @Test(arguments: [
        ("export.zip", "export.zip"), ("../../etc/passwd", "passwd"),
        ("C:\\x\\steps.json", "steps.json"),
        ("..", "upload"), ("", "upload"), (".hidden", "hidden"), ("a\u{0}b\u{7f}.csv", "a_b_.csv"),
        ("\u{202e}gpj.exe", "gpj.exe"),
        ("/\u{200d}..\u{2f}\u{200d}keys/\u{200d}operator.key", "operator.key"),
        ("\u{600}/\u{600}/etc/passwd", "passwd"), ("a/\u{301}b", "b"),
        ("Schritte für März.csv", "Schritte_f__r_M__rz.csv"),
    ])
    func `a name cannot leave its folder or hide`(given: String, kept: String) {
        #expect(Upload.plain(given) == kept)
    }
}
