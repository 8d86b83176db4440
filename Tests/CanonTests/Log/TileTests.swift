// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct TileTests {
    private func entries(_ count: Int) -> [[UInt8]] {
        (0..<count).map { Array("entry \($0)".utf8) }
    }

    /// The files of a whole log by the standard's definition alone.
    private func plainFiles(_ entries: [[UInt8]]) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var hashes = entries.map { MerkleLog.leafHash($0) }
        var level = 0
        while !hashes.isEmpty {
            for start in stride(from: 0, to: hashes.count, by: 256) {
                let end = min(start + 256, hashes.count)
                var name = "00\(start / 256)"
                name = String(name.suffix(3)) + (end - start < 256 ? ".p/\(end - start)" : "")
                files["tile/\(level)/\(name)"] = hashes[start..<end].flatMap(\.bytes)
                if level == 0 {
                    files["tile/entries/\(name)"] = entries[start..<end].flatMap {
                        [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0
                    }
                }
            }
            hashes = (0..<hashes.count / 256).map {
                PlainTree.root(hashes[$0 * 256..<$0 * 256 + 256])
            }
            level += 1
        }
        return files
    }

    @Test(arguments: [
        (TileLayout.Kind.hashes(level: 0), 0, 256, "tile/0/000"),
        (.hashes(level: 0), 1_234_067, 256, "tile/0/x001/x234/067"),
        (.hashes(level: 2), 5, 17, "tile/2/005.p/17"),
        (.entries, 1000, 1, "tile/entries/x001/000.p/1"),
        (.entries, 999, 255, "tile/entries/999.p/255"),
        (.entries, 1_000_000, 256, "tile/entries/x001/x000/000"),
    ])
    func `paths are those of the standard`(
        kind: TileLayout.Kind, index: Int, width: Int, path: String
    ) {
        #expect(TileLayout(kind, index: index, width: width)?.path == path)
        #expect(TileLayout(path: path) == TileLayout(kind, index: index, width: width))
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "tile/0/00", "tile/0/0000", "tile/0/x000/001",
        "tile/00/000",
        "tile/8/000", "tile/-1/000", "tile/0/+01", "tile/0/001/002", "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "/tile/0/000",
        "tile/0/000/", "tile/../000", "tile/entries/..", "tile/data/000", "tile/7.p/8",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/xx01/000", "tile/0/000.p/8.p/8",
    ])
    func `other paths are refused`(path: String) {
        #expect(TileLayout(path: path) == nil)
    }

    @Test func `a path that reads is written as it was`() {
        var random = Seeded(12)
        for _ in 0..<6000 {
            let start = ["tile/0/x001/x234/067", "tile/entries/x001/000.p/17"].randomElement(
                using: &random)!
            let path = String(decoding: random.mutate(Array(start.utf8)), as: UTF8.self)
            if let file = TileLayout(path: path) { #expect(file.path == path) }
        }
    }

    @Test func `the standard's example of 70,000 entries has its files`() {
        let files = TileLayout.added(from: 0, to: 70_000)
        func count(_ kind: TileLayout.Kind, full: Bool) -> Int {
            files.count { $0.kind == kind && ($0.width == 256) == full }
        }
        #expect(count(.hashes(level: 0), full: true) == 273)
        #expect(files.contains(TileLayout(.hashes(level: 0), index: 273, width: 112)!))
        #expect(count(.hashes(level: 1), full: true) == 1)
        #expect(files.contains(TileLayout(.hashes(level: 1), index: 1, width: 17)!))
        #expect(files.contains(TileLayout(.hashes(level: 2), index: 0, width: 1)!))
        #expect(count(.entries, full: true) == 273)
        #expect(files.count == 274 + 2 + 1 + 274)
        #expect(
            TileLayout.added(from: 0, to: 256).map(\.path)
                == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
        #expect(TileLayout.added(from: 0, to: 0).isEmpty)
        #expect(TileLayout.added(from: 5, to: 5).isEmpty)
    }

    @Test(arguments: [1, 2, 255, 256, 257, 700, 1000])
    func `files are those of the definition`(count: Int) throws {
        let entries = entries(count)
        let files = try TileWriter.files(of: entries)
        let made = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        #expect(made == plainFiles(entries))
    }

    @Test func `a log that grows has the files of each size on the way`() throws {
        let all = entries(900)
        var made: [String: [UInt8]] = [:]
        var old = 0
        for new in [1, 2, 255, 256, 300, 300, 511, 512, 513, 700, 900] {
            for file in try TileWriter.files(of: Array(all[..<new]), from: old) {
                #expect(made[file.path] == nil, "\(file.path) is written twice")
                made[file.path] = file.bytes
            }
            old = new
            for (path, bytes) in plainFiles(Array(all[..<new])) { #expect(made[path] == bytes) }
        }
    }

    @Test func `an entry that is too long or another is refused before its file is made`() throws {
        let long = [UInt8](repeating: 1, count: 65_536)
        #expect(throws: TileError.tooLong(index: 1, count: 65_536)) {
            try TileWriter.files(of: [[1], long])
        }
        _ = try TileWriter.files(of: [Array(long.dropLast())])
        let log = MerkleLog(leafHashes: entries(3).map { MerkleLog.leafHash($0) })
        #expect(throws: TileError.otherEntry(index: 0)) {
            try TileWriter.files(of: log, from: 0, to: 3, entry: { _ in [] }, write: { _ in })
        }
        #expect(throws: ProofError.self) {
            try TileWriter.files(of: log, from: 0, to: 4, entry: { _ in [] }, write: { _ in })
        }
        #expect(throws: ProofError.self) {
            try TileWriter.files(of: log, from: 2, to: 1, entry: { _ in [] }, write: { _ in })
        }
    }

    @Test func `files read back, and nothing else does`() throws {
        let all = entries(300)
        for file in try TileWriter.files(of: all) {
            let layout = try #require(TileLayout(path: file.path))
            if layout.kind == .entries {
                let start = layout.index * 256
                #expect(
                    try TileReader.entries(file.bytes, count: layout.width)
                        == Array(all[start..<start + layout.width]))
                #expect(throws: FormatError.self) {
                    try TileReader.entries(file.bytes, count: layout.width - 1)
                }
                #expect(throws: FormatError.self) {
                    try TileReader.entries(Array(file.bytes.dropLast()), count: layout.width)
                }
            } else {
                #expect(
                    try TileReader.hashes(file.bytes, count: layout.width).count == layout.width)
                #expect(throws: FormatError.self) {
                    try TileReader.hashes(file.bytes + [0], count: layout.width)
                }
            }
        }
    }

    @Test func `a receipt reads, writes and holds for its entry alone`() throws {
        let all = entries(70)
        let log = MerkleLog(leafHashes: all.map { MerkleLog.leafHash($0) })
        let point = try Checkpoint(origin: "log.example", size: 70, root: log.root)
        let line = try #require(SignedNote.Line(name: "log.example", keyID: 1, signature: [1, 2]))
        let note = try SignedNote(text: point.text, lines: [line])
        for extra: [UInt8]? in [nil, [], [1, 2, 3]] {
            let path = try log.inclusionProof(of: 42).path
            let proof = try TlogProof(index: 42, path: path, extra: extra, note: note)
            #expect(try TlogProof(parsing: proof.bytes) == proof)
            try proof.verify(entry: all[42])
            #expect(throws: ProofError.self) { try proof.verify(entry: all[43]) }
            var random = Seeded(13)
            for _ in 0..<2000 {
                let bytes = random.mutate(proof.bytes)
                guard let back = try? TlogProof(parsing: bytes) else { continue }
                #expect(back.bytes == bytes)
                if back.index != 42 || back.path != proof.path
                    || back.checkpoint != proof.checkpoint
                {
                    let same =
                        back.checkpoint.root == log.root && back.index == 42 && back.path == path
                    if !same {
                        #expect(throws: ProofError.self) { try back.verify(entry: all[42]) }
                    }
                }
            }
        }
        #expect(throws: FormatError.self) { try TlogProof(index: 70, path: [], note: note) }
        #expect(throws: FormatError.self) {
            try TlogProof(index: 1, path: [Digest](repeating: .zero, count: 64), note: note)
        }
    }
}
