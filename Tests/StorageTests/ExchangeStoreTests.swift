// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import GRDB
import Identity
import Ledger
import TestSupport
import Testing
import Vault

@testable import Storage

/// The one SQLite file.
@Suite struct ExchangeStoreTests {
    /// A folder that is removed with the test.
    final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "/dividend-store-" + UUID().uuidString

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var file: String { path + "/exchange.sqlite" }
        func open() throws -> ExchangeStore { try ExchangeStore(path: file) }

        /// All bytes of the file and of the logs beside it.
        func holds(_ wanted: [UInt8]) -> Bool {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.contains { name in
                let data = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
                return data.range(of: Data(wanted)) != nil
            }
        }
    }

    private func line(_ number: Int, sealed: String = "") -> JournalLine {
        JournalLine(leaf: Array("line \(number)".utf8), sealed: Array(sealed.utf8))
    }

    private func leaves(_ store: ExchangeStore, from index: UInt64 = 0) throws -> [String] {
        var all: [String] = []
        var next = index
        try store.read(from: index) { first, lines in
            #expect(first == next, "groups follow one another")
            next += UInt64(lines.count)
            all += lines.map { String(decoding: $0.leaf, as: UTF8.self) }
        }
        return all
    }

    @Test func `lines come back in order, from any place, after a reopening`() throws {
        let folder = try Folder()
        do {
            let store = try folder.open()
            try store.append((0..<3).map { line($0) }, after: 0)
            try store.append([line(3, sealed: "secret")], after: 3)
            try store.append((4..<10).map { line($0) }, after: 4)
        }
        let store = try folder.open()
        #expect(try store.count() == 10)
        for start in 0...10 {
            #expect(try leaves(store, from: UInt64(start)) == (start..<10).map { "line \($0)" })
        }
        #expect(try store.sealed(at: 3) == Array("secret".utf8))
        #expect(try store.sealed(at: 2) == nil)
    }

    @Test func `a writer that lies behind changes nothing`() throws {
        let folder = try Folder()
        let (first, second) = (try folder.open(), try folder.open())
        try first.append([line(0)], after: 0)
        #expect(throws: StorageError.behind(expected: 0, found: 1)) {
            try second.write([line(9)], after: 0, notes: [.mark("x", [1])])
        }
        #expect(try second.mark("x") == nil, "its notes are not kept either")
        try second.append([line(1)], after: 1)
        #expect(try leaves(first) == ["line 0", "line 1"])
        #expect(throws: StorageError.behind(expected: 5, found: 2)) {
            try first.append([line(9)], after: 5)
        }
    }

    @Test func `a note that cannot be kept takes its lines with it`() throws {
        let folder = try Folder()
        let store = try folder.open()
        let note = try self.note(1)
        try store.write([line(0)], after: 0, notes: [.segment(note)])
        #expect(throws: (any Error).self) {
            try store.write([line(1, sealed: "s")], after: 1, notes: [.segment(note)])
        }
        #expect(try store.count() == 1 && store.sealed(at: 1) == nil)
    }

    @Test(arguments: [
        "lines = zeroblob(length(lines))", "lines = substr(lines, 1, 20)",
        "lines = x''", "count = 1", "count = 3",
    ])
    func `a damaged group is an error that names the line`(damage: String) throws {
        let folder = try Folder()
        do {
            let store = try folder.open()
            try store.append([line(0)], after: 0)
            try store.append([line(1), line(2)], after: 1)
        }
        let raw = try DatabaseQueue(path: folder.file)
        try raw.write { try $0.execute(sql: "UPDATE journal SET \(damage) WHERE first = 1") }
        try raw.close()
        let store = try folder.open()
        do {
            _ = try leaves(store)
            Issue.record("read without an error")
        } catch StorageError.damaged(let line, let reason) {
            #expect(line == 1 && !reason.isEmpty)
        }
    }

    @Test func `a file cut short is an error, wherever it is cut`() throws {
        let folder = try Folder()
        do {
            let store = try folder.open()
            let long = (0..<20_000).map { UInt8(truncatingIfNeeded: ($0 &* $0 &* 2_654_435) >> 7) }
            try store.append([JournalLine(leaf: long, sealed: [])], after: 0)
        }
        let raw = try DatabaseQueue(path: folder.file)
        try raw.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try raw.close()
        let whole = try #require(FileManager.default.contents(atPath: folder.file))
        for length in stride(from: 4096, to: whole.count, by: 4096) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: folder.file))
            #expect(throws: (any Error).self) { _ = try leaves(try folder.open()) }
        }
    }

    /// What a bad disk leaves behind: STRICT tables do not help there.
    @Test func `a file with changed bytes is an error or other values, never a trap`() throws {
        let folder = try Folder()
        let store = try folder.open()
        let notes = try (1...3).map { try note($0) }
        let rows = [StatementRow(account: AccountID(high: 7, low: 7), entry: 0, event: .shares(9))]
        try store.write(
            (0..<4).map { line($0, sealed: "s") }, after: 0,
            notes: notes.map { .segment($0) } + [
                .pseudonym(notes[0].owner, owner: notes[1].owner, pool: "p"),
                .quote(notes[0].id, expires: Timestamp(milliseconds: 5), bytes: [1]),
                .mark("m", [2]), .statement(rows, to: 4),
            ])
        try store.settle()
        let whole = try [UInt8](#require(FileManager.default.contents(atPath: folder.file)))
        var random = Seeded(41)
        // Only where something is written: most of a small file is empty.
        let places = whole.indices.filter { whole[$0] != 0 }
        var errors = 0
        for _ in 0..<Slow.count(600, 20_000) {
            var damaged = whole
            let place = places.randomElement(using: &random)!
            damaged[place] = [0, 1, 8, 9, 0x7f, 0x80, 0xff, whole[place] ^ 1, whole[place] &+ 1]
                .randomElement(using: &random)!
            let copy = try Folder()
            try Data(damaged).write(to: URL(fileURLWithPath: copy.file))
            guard let opened = try? copy.open() else {
                errors += 1
                continue
            }
            let reads: [() throws -> Void] = [
                { _ = try opened.count() }, { try opened.read(from: 0) { _, _ in } },
                { _ = try opened.leaf(at: 2) }, { _ = try opened.sealed(at: 1) },
                { _ = try opened.segments() }, { _ = try opened.segments(table: "walks") },
                { _ = try opened.segments(owner: notes[0].owner) }, { _ = try opened.owners() },
                { _ = try opened.quote(notes[0].id) }, { _ = try opened.mark("m") },
                { _ = try opened.statement(of: rows[0].account) },
                { _ = try opened.statementSize() },
                { try opened.append([line(4)], after: 4) },
                { try opened.forgetQuotes(before: Timestamp(milliseconds: 9)) { _ in false } },
            ]
            for read in reads {
                do { try read() } catch { errors += 1 }
            }
        }
        #expect(errors > 100, "the damage is seen")
    }

    @Test func `a group that is missing is an error, not a shorter journal`() throws {
        let folder = try Folder()
        do {
            let store = try folder.open()
            for number in 0..<4 { try store.append([line(number)], after: UInt64(number)) }
        }
        let raw = try DatabaseQueue(path: folder.file)
        try raw.write { try $0.execute(sql: "DELETE FROM journal WHERE first = 1") }
        try raw.close()
        let store = try folder.open()
        #expect(throws: StorageError.self) { _ = try leaves(store) }
    }

    @Test func `every changed bit of a group is found`() throws {
        let group = JournalGroup.encode([Array("alpha".utf8), [], Array("beta".utf8)])
        #expect(try JournalGroup.decode(group).map(\.count) == [5, 0, 4])
        for place in group.indices {
            for bit in 0..<8 {
                var damaged = group
                damaged[place] ^= 1 << UInt8(bit)
                #expect(throws: FormatError.self) { try JournalGroup.decode(damaged) }
            }
            #expect(throws: FormatError.self) {
                try JournalGroup.decode(Array(group.prefix(place)))
            }
        }
    }

    private func note(_ number: UInt8) throws -> SegmentNote {
        var random = SystemRandomNumberGenerator()
        let id = Digest(of: [number])
        let key = SegmentKey(using: &random)
        let wrapping = try NodeKey(epoch: 1, bytes: [UInt8](repeating: number, count: 32))
        return SegmentNote(
            id: id, owner: SigningKey(using: &random).id, table: "walks",
            schema: Digest(of: [1]),
            location: SegmentLocation(pack: 1, offset: 32 * Int(number), length: 100),
            key: wrapping.wrap(key, segment: id))
    }

    @Test func `segments of a file from before get the schema of their table`() throws {
        let folder = try Folder()
        let note = try note(1)
        let schema = Schema(table: "walks", columns: [.init("day", .date)])
        let bytes = try schema.json.signable()
        do {
            let queue = try DatabaseQueue(path: folder.file)
            try Migrations.all.migrate(queue, upTo: "2 statements")
            try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO segment (id, owner, name, pack, offset, length, key) "
                        + "VALUES (?, ?, 'walks', 1, 32, 100, ?)",
                    arguments: [
                        Data(note.id.bytes), Data(note.owner.publicKey), Data(note.key.bytes),
                    ])
                try database.execute(
                    sql: "INSERT INTO mark (name, bytes) VALUES ('schema/walks', ?)",
                    arguments: [Data(bytes)])
            }
            try queue.close()
        }
        let store = try folder.open()
        #expect(try store.segments().map(\.schema) == [schema.digest])
        #expect(try store.mark("schema-by-digest/" + schema.digest.hex) == bytes)
        #expect(try store.mark("schema/walks") == bytes)
    }

    @Test func `segments come back by table and owner, and their order is that of the packs`()
        throws
    {
        let folder = try Folder()
        let store = try folder.open()
        let notes = try (1...3).map { try note($0) }
        try store.write([], after: 0, notes: notes.reversed().map { .segment($0) })
        #expect(try store.segments() == notes)
        #expect(try store.segments(owner: notes[1].owner) == [notes[1]])
        #expect(try store.segments(table: "walks").count == 3)
        #expect(try store.segments(table: "other").isEmpty)
    }

    @Test func `an erased key leaves no bytes in the file or the log beside it`() throws {
        let folder = try Folder()
        let store = try folder.open()
        let notes = try (1...40).map { try note($0) }
        try store.write([], after: 0, notes: notes.map { .segment($0) })
        #expect(folder.holds(notes[7].key.bytes))
        try store.write([], after: 0, notes: [.erased(notes[7].id)])
        try store.settle()
        #expect(!folder.holds(notes[7].key.bytes))
        #expect(folder.holds(notes[8].key.bytes), "the others stay")
        #expect(try store.segments().count == 39)
    }

    @Test func `a mark is replaced, and a long one leaves nothing behind`() throws {
        let folder = try Folder()
        let store = try folder.open()
        let long = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try store.write([], after: 0, notes: [.mark("a", long)])
        try store.write([], after: 0, notes: [.mark("a", [7])])
        try store.settle()
        #expect(try store.mark("a") == [7])
        #expect(!folder.holds(Array(long[5000..<5040])))
    }

    @Test func `a copy has everything`() throws {
        let folder = try Folder()
        let store = try folder.open()
        try store.write([line(0, sealed: "s")], after: 0, notes: [.mark("a", [1])])
        try store.copy(to: folder.path + "/copy.sqlite")
        let copy = try ExchangeStore(path: folder.path + "/copy.sqlite")
        #expect(try copy.count() == 1 && copy.mark("a") == [1])
        #expect(try copy.sealed(at: 0) == Array("s".utf8))
    }

    @Test func `what is no database is refused in words`() throws {
        let folder = try Folder()
        try Data("this is a letter to my aunt, not a database, and it is long".utf8)
            .write(to: URL(fileURLWithPath: folder.file))
        do {
            _ = try folder.open()
            Issue.record("it was opened")
        } catch let error as StorageError {
            #expect("\(error)".contains("cannot be used"))
        }
    }

    /// The file as a power cut may leave it: what was written last is missing, never half there.
    @Test func `a log cut anywhere gives an earlier state or an error`() throws {
        let folder = try Folder()
        let store = try folder.open()
        for number in 0..<6 { try store.append([line(number)], after: UInt64(number)) }
        let main = try #require(FileManager.default.contents(atPath: folder.file))
        let wal = try #require(FileManager.default.contents(atPath: folder.file + "-wal"))
        var seen: Set<UInt64> = []
        for length in Array(stride(from: 0, to: wal.count, by: max(1, wal.count / 60))) + [
            wal.count
        ] {
            let cut = try Folder()
            try main.write(to: URL(fileURLWithPath: cut.file))
            try wal.prefix(length).write(to: URL(fileURLWithPath: cut.file + "-wal"))
            let opened = try cut.open()
            let count = try opened.count()
            #expect(try leaves(opened) == (0..<Int(count)).map { "line \($0)" })
            seen.insert(count)
        }
        #expect(seen.count > 3 && seen.max() == 6, "the cuts reach several states")
    }
}
