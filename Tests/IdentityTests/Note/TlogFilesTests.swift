// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Testing

/// Writes a log as files, the way an exchange publishes one.
///
/// With `TLOG_DIR` set the files stay there for `Tests/interop/tlog_verify.py`, which has them judged
/// by programs that are not ours.
@Suite struct TlogFilesTests {
    private let key = SigningKey(seed: Array(0..<32))!
    private let origin = "ledger.example/main"
    private let entries = (0..<700).map { number in
        Array(
            #"{"seq":\#(number),"debit":"acct:\#(number % 7)","credit":"acct:\#(number % 11)","#
                .utf8) + Array(#""amount":"\#(number * 100)"}"#.utf8)
    }

    private func write(_ bytes: [UInt8], to folder: URL, _ path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    private func write(_ log: MerkleLog, from old: Int, to new: Int, into folder: URL) throws
        -> SignedNote
    {
        try TileWriter.files(of: log, from: old, to: new, entry: { entries[$0] }) { file in
            try write(file.bytes, to: folder, file.path)
        }
        let note = try Checkpoint(origin: origin, size: new, root: log.root(at: new)).signed(
            by: key)
        try write(note.bytes, to: folder, TileLayout.checkpoint)
        return note
    }

    @Test func `a published log reads back entry by entry from its files alone`() throws {
        let kept = ProcessInfo.processInfo.environment["TLOG_DIR"]
        let folder =
            kept.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { if kept == nil { try? FileManager.default.removeItem(at: folder) } }
        let log = MerkleLog(leafHashes: entries.map { MerkleLog.leafHash($0) })
        let (small, whole) = (folder.appending(path: "log300"), folder.appending(path: "log"))
        let verifier = try #require(VerifierKey(name: origin, party: key.id))
        try write(Array("\(verifier)\n".utf8), to: folder, "vkey")
        _ = try write(log, from: 0, to: 300, into: small)
        _ = try write(log, from: 0, to: 300, into: whole)
        let note = try write(log, from: 300, to: 700, into: whole)

        // Made once by an independent writer in Python (hashlib and python-cryptography).
        #expect(
            verifier.description
                == "ledger.example/main+22044f0f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
        #expect(
            String(decoding: note.bytes, as: UTF8.self) == """
                ledger.example/main
                700
                P4TW5CVJMKustotf3Km12I24LztbaGYbbXjsrJyg+Ao=

                \u{2014} ledger.example/main \
                IgRPD6gM0Ewx46U53In6ScDtS679B576YGsZhA21w/rFm0J4VggLuGU/s9zRl59uvfjbPBsmCq20JI0LYPGsbIOv1Q4=

                """)

        for index in [0, 255, 256, 423, 699] {
            let path = try log.inclusionProof(of: index).path
            let proof = try TlogProof(index: index, path: path, note: note)
            try write(proof.bytes, to: folder, "proofs/\(index).tlog-proof")
            try write(entries[index], to: folder, "proofs/\(index).entry")
        }
        let growth = try log.consistencyProof(from: 300, to: 700)
        try write(
            Array(growth.path.map { Base64.encode($0.bytes) + "\n" }.joined().utf8), to: folder,
            "proofs/300-700.consistency")

        func read(_ path: String) throws -> [UInt8] {
            try Array(Data(contentsOf: whole.appending(path: path)))
        }
        let point = try Checkpoint(verifying: read(TileLayout.checkpoint), by: verifier)
        var frontier = MerkleFrontier()
        for file in TileLayout.added(from: 0, to: point.size) where file.kind == .entries {
            for entry in try TileReader.entries(read(file.path), count: file.width) {
                #expect(entry == entries[frontier.size])
                frontier.append(MerkleLog.leafHash(entry))
            }
        }
        #expect(frontier.size == 700)
        #expect(frontier.root == point.root)
        try growth.verify(
            oldRoot: Checkpoint(
                verifying: Array(Data(contentsOf: small.appending(path: "checkpoint"))),
                by: verifier
            ).root, newRoot: point.root)
    }
}
