// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct SignedNoteSignTests {
    private let key = SigningKey(seed: Array(0..<32))!

    @Test func `the example of C2SP signed-note holds`() throws {
        let note = try SignedNote(
            parsing: Array(
                ("This is an example message.\n\n\u{2014} example.com/foo "
                    + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
                    .utf8))
        let verifier = try VerifierKey(
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        #expect(try note.signers(among: [verifier]) == [verifier])
    }

    @Test func `a checkpoint is signed under its origin and read by its key`() throws {
        let point = try Checkpoint(origin: "log.example/main", size: 3, root: Digest(of: [3]))
        let note = try point.signed(by: key)
        let verifier = try #require(VerifierKey(name: "log.example/main", party: key.id))
        #expect(verifier.party == key.id)
        #expect(try Checkpoint(verifying: note.bytes, by: verifier) == point)
        let foreign = try SignedNote(text: point.text, lines: []).signed(
            by: key, as: "other.example")
        let otherName = try #require(VerifierKey(name: "other.example", party: key.id))
        #expect(throws: FormatError.self) {
            try Checkpoint(verifying: foreign.bytes, by: otherName)
        }
        #expect(throws: NoteError.unknownSigner(names: ["other.example"])) {
            try Checkpoint(verifying: foreign.bytes, by: verifier)
        }
    }

    @Test func `unknown signatures are passed over and wrong ones are not`() throws {
        var random = Seeded(1)
        let other = SigningKey(using: &random)
        let known = try #require(VerifierKey(name: "a", party: key.id))
        let note = try SignedNote(text: "text\n", lines: [])
            .signed(by: other, as: "a").signed(by: key, as: "b").signed(by: key, as: "a")
        #expect(try note.signers(among: [known]) == [known])
        let wrong = try #require(
            SignedNote.Line(name: "a", keyID: known.keyID, signature: other.sign([1]).bytes))
        let spoilt = try SignedNote(text: "text\n", lines: note.lines + [wrong])
        #expect(throws: NoteError.wrongSignature(name: "a")) { try spoilt.signers(among: [known]) }
        let short = try #require(SignedNote.Line(name: "a", keyID: known.keyID, signature: [1]))
        #expect(throws: NoteError.wrongSignature(name: "a")) {
            try SignedNote(text: "text\n", lines: [short]).signers(among: [known])
        }
        #expect(throws: NoteError.self) { try note.signers(among: []) }
    }

    @Test func `no changed byte of a signed checkpoint is accepted as another checkpoint`() throws {
        let point = try Checkpoint(origin: "log.example", size: 12, root: Digest(of: [3]))
        let verifier = try #require(VerifierKey(name: "log.example", party: key.id))
        let bytes = try point.signed(by: key).bytes
        var random = Seeded(2)
        for _ in 0..<1500 {
            let changed = random.mutate(bytes)
            if let read = try? Checkpoint(verifying: changed, by: verifier) {
                #expect(read == point)
            }
        }
    }

    @Test func `a name that cannot be a key's is refused`() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b"] {
            #expect(throws: FormatError.self) {
                try SignedNote(text: "text\n", lines: []).signed(by: key, as: name)
            }
        }
    }
}
