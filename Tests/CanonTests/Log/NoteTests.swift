// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct NoteTests {
    /// The example of C2SP signed-note.
    static let example =
        "This is an example message.\n\n\u{2014} example.com/foo "
        + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

    @Test func `the example of the standard reads and writes`() throws {
        let note = try SignedNote(parsing: Array(NoteTests.example.utf8))
        #expect(note.text == "This is an example message.\n")
        #expect(note.lines.count == 1)
        #expect(note.lines[0].name == "example.com/foo")
        #expect(note.lines[0].keyID == 0x530d_903a)
        #expect(note.lines[0].signature.count == 64)
        #expect(note.bytes == Array(NoteTests.example.utf8))
    }

    @Test func `the last empty line ends the text`() throws {
        let note = try SignedNote(parsing: Array("a\n\nb\n\n\u{2014} k AAAAAAE=\n".utf8))
        #expect(note.text == "a\n\nb\n")
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\n\u{2014} k AAAAAAE=",
        "text\n\u{2014} k AAAAAAE=\n",
        "text\n\n- k AAAAAAE=\n", "text\n\n\u{2014}  AAAAAAE=\n", "text\n\n\u{2014} k\n",
        "text\n\n\u{2014} k AAAAAA==\n", "text\n\n\u{2014} k AAAAAAF=\n",
        "text\n\n\u{2014} k+ AAAAAAE=\n",
        "text\n\n\u{2014} k\u{a0}b AAAAAAE=\n", "text\n\n\u{2014} k AAAAAAE= x\n",
        "te\txt\n\n\u{2014} k AAAAAAE=\n",
        "text\r\n\n\u{2014} k AAAAAAE=\n", "text\n\n\u{2014} k AAAAAAE=\r\n",
        "text\n\n\u{2014} k AAAAAAE=\n\n",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: FormatError.self) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test func `bytes that are not UTF-8 and endless notes are refused`() {
        #expect(throws: FormatError.self) {
            try SignedNote(parsing: [0xff] + Array("\n\n\u{2014} k AAAAAAE=\n".utf8))
        }
        let long = [UInt8](repeating: 0x61, count: SignedNote.most) + Array(NoteTests.example.utf8)
        #expect(throws: FormatError.self) { try SignedNote(parsing: long) }
    }

    @Test func `a hundred signatures are read`() throws {
        let line = "\u{2014} k AAAAAAE=\n"
        let note = try SignedNote(
            parsing: Array(("t\n\n" + String(repeating: line, count: 100)).utf8))
        #expect(note.lines.count == 100)
    }

    @Test func `a note that reads is written as it was, whatever was done to it`() {
        var random = Seeded(9)
        var read = 0
        for _ in 0..<6000 {
            let bytes = random.mutate(Array(NoteTests.example.utf8))
            guard let note = try? SignedNote(parsing: bytes) else { continue }
            read += 1
            #expect(note.bytes == bytes)
        }
        #expect(read > 100)
    }

    @Test func `the verifier key of the standard reads and writes`() throws {
        let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        let key = try VerifierKey(text)
        #expect(key.description == text)
        #expect(key.type == VerifierKey.ed25519)
        #expect(key.publicKey.count == 32)
        let note = try SignedNote(parsing: Array(NoteTests.example.utf8))
        #expect(key.claims(note.lines[0]))
        #expect(
            VerifierKey(name: "example.com/bar", publicKey: key.publicKey)?.claims(note.lines[0])
                == false)
    }

    @Test func `a name is claimed byte for byte`() throws {
        let key = try #require(
            VerifierKey(name: "caf\u{e9}", publicKey: [UInt8](repeating: 1, count: 32)))
        let line = try #require(
            SignedNote.Line(name: "cafe\u{301}", keyID: key.keyID, signature: [1]))
        #expect(!key.claims(line))
    }

    @Test(arguments: [
        "", "a+b", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d90+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a+00000000+",
    ])
    func `a verifier key that does not fit itself is refused`(text: String) {
        #expect(throws: FormatError.self) { try VerifierKey(text) }
    }

    @Test func `verifier keys survive what is done to them`() {
        let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        var random = Seeded(10)
        for _ in 0..<3000 {
            let changed = String(decoding: random.mutate(Array(text.utf8)), as: UTF8.self)
            if let key = try? VerifierKey(changed) { #expect(key.description == changed) }
        }
    }
}

@Suite struct CheckpointTests {
    private let root = Digest(of: [1])

    @Test func `a checkpoint is three lines`() throws {
        let point = try Checkpoint(origin: "log.example/a b", size: 20_852_163, root: root)
        #expect(point.text == "log.example/a b\n20852163\n\(Base64.encode(root.bytes))\n")
        #expect(try Checkpoint(parsing: point.text) == point)
        let empty = try Checkpoint(origin: "x", size: 0, root: MerkleLog.emptyRoot)
        #expect(try Checkpoint(parsing: empty.text) == empty)
        let extended = try Checkpoint(origin: "x", size: 1, root: root, extensions: ["a", "b c"])
        #expect(try Checkpoint(parsing: extended.text).extensions == ["a", "b c"])
    }

    @Test func `a line that would break the form is refused`() {
        for origin in ["", "a\nb", "a\tb"] {
            #expect(throws: FormatError.self) {
                try Checkpoint(origin: origin, size: 1, root: root)
            }
        }
        #expect(throws: FormatError.self) { try Checkpoint(origin: "a", size: -1, root: root) }
        #expect(throws: FormatError.self) {
            try Checkpoint(origin: "a", size: 1, root: root, extensions: [""])
        }
    }

    @Test(arguments: [
        "", "a\n", "a\n1\n", "a\n1\nROOT", "a\n01\nROOT\n", "a\n+1\nROOT\n", "a\n-1\nROOT\n",
        "a\n 1\nROOT\n", "a\n1e3\nROOT\n", "a\n9223372036854775808\nROOT\n", "a\n\nROOT\n",
        "\n1\nROOT\n", "a\n1\nAAAA\n", "a\n1\nROOT\n\n", "a\n1\nROOT \n", "a\r\n1\nROOT\n",
        "a\n1\r\nROOT\n", "a\n\u{661}\nROOT\n",
    ])
    func `anything else is refused`(text: String) {
        let filled = text.split(separator: "ROOT", omittingEmptySubsequences: false)
            .joined(separator: Base64.encode(root.bytes))
        #expect(throws: FormatError.self) { try Checkpoint(parsing: filled) }
    }

    @Test func `a checkpoint that reads is written as it was`() throws {
        let text = try Checkpoint(origin: "log.example", size: 12, root: root).text
        var random = Seeded(11)
        for _ in 0..<4000 {
            let changed = String(decoding: random.mutate(Array(text.utf8)), as: UTF8.self)
            if let point = try? Checkpoint(parsing: changed) { #expect(point.text == changed) }
        }
    }
}
