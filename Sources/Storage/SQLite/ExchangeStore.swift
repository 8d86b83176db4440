// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import GRDB
package import Ledger
internal import Synchronization

/// The one SQLite file of an exchange: the journal, what lies sealed beside it, and what only the
/// node may know (whose segments are whose, wrapped keys, open quotes), in one transaction.
///
/// WAL with `synchronous=FULL`: when a write returns, it is on the disk. `secure_delete` overwrites
/// what is deleted, so that an erased key leaves no bytes in the file.
package final class ExchangeStore: JournalStore {
    let queue: DatabaseQueue
    /// Whose segments lie where, as read last. One process at a time uses a folder, so nobody else
    /// changes it; what this one changes is read anew.
    let known = Mutex(KnownSegments())

    /// Opens or makes the file.
    ///
    /// - Throws: ``StorageError`` when it cannot be opened or is of another version.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA foreign_keys = ON")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try Migrations.all.migrate(queue)
        } catch let error as DatabaseError {
            throw StorageError.unusable(path: path, reason: error.message ?? "\(error.resultCode)")
        }
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    package func count() throws -> UInt64 {
        try queue.read { try ExchangeStore.count($0) }
    }

    package func append(_ lines: [JournalLine], after expected: UInt64) throws {
        try write(lines, after: expected, notes: [])
    }

    /// Appends lines and keeps notes, all or nothing, durably.
    ///
    /// - Throws: ``StorageError/behind(expected:found:)`` when somebody else wrote.
    package func write(_ lines: [JournalLine], after expected: UInt64, notes: [Note]) throws {
        try queue.write { database in
            let found = try ExchangeStore.count(database)
            guard found == expected else {
                throw StorageError.behind(expected: expected, found: found)
            }
            if !lines.isEmpty {
                try database.cachedStatement(
                    sql: "INSERT INTO journal (first, count, lines) VALUES (?, ?, ?)"
                ).execute(arguments: [
                    Int64(expected), lines.count, Data(JournalGroup.encode(lines.map(\.leaf))),
                ])
            }
            let sealed = try database.cachedStatement(
                sql: "INSERT INTO sealed (line, bytes) VALUES (?, ?)")
            for (offset, line) in lines.enumerated() where !line.sealed.isEmpty {
                try sealed.execute(arguments: [Int64(expected) + Int64(offset), Data(line.sealed)])
            }
            for note in notes { try note.write(to: database) }
        }
        if notes.contains(where: \.isAboutSegments) { known.withLock { $0 = KnownSegments() } }
    }

    package func read(
        from index: UInt64, _ body: (_ first: UInt64, _ lines: [JournalLine]) throws -> Void
    ) throws {
        var next = index
        while let (first, leaves) = try group(at: next) {
            let lines = leaves[Int(next - first)...].map { JournalLine(leaf: $0) }
            try body(next, lines)
            next = first + UInt64(leaves.count)
        }
        guard try next >= count() else {
            throw StorageError.damaged(line: next, reason: "lines are missing here")
        }
    }

    /// One leaf; nil when there is none.
    package func leaf(at index: UInt64) throws -> [UInt8]? {
        try group(at: index).map { $0.leaves[Int(index - $0.first)] }
    }

    /// What lies sealed beside a line; nil when nothing does.
    package func sealed(at index: UInt64) throws -> [UInt8]? {
        try queue.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM sealed WHERE line = ?", arguments: [Int64(index)]
            ).map { Array($0) }
        }
    }

    /// The group of lines that holds an index.
    private func group(at index: UInt64) throws -> (first: UInt64, leaves: [[UInt8]])? {
        let row = try queue.read { database in
            try Row.fetchOne(
                database,
                sql:
                    "SELECT first, count, lines FROM journal WHERE first <= ? ORDER BY first DESC LIMIT 1",
                arguments: [Int64(index)])
        }
        guard let row else { return nil }
        let first = UInt64(try row.natural("first"))
        let lines = try row.bytes("lines")
        let leaves: [[UInt8]]
        do { leaves = try JournalGroup.decode(lines) } catch {
            throw StorageError.damaged(line: first, reason: error.description)
        }
        guard leaves.count == (try row.natural("count")) else {
            throw StorageError.damaged(line: first, reason: "the group has \(leaves.count) lines")
        }
        guard first <= index else {
            throw StorageError.damaged(line: first, reason: "the group lies at another's place")
        }
        return index < first + UInt64(leaves.count) ? (first, leaves) : nil
    }

    private static func count(_ database: Database) throws -> UInt64 {
        let end = try Int64.fetchOne(
            database, sql: "SELECT first + count FROM journal ORDER BY first DESC LIMIT 1")
        guard let size = UInt64(exactly: end ?? 0) else {
            throw StorageError.unreadable(column: "first")
        }
        return size
    }
}

/// Why the store could not do what it was asked. Nothing was changed.
package enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened.
    case unusable(path: String, reason: String)
    /// Somebody else appended to the journal.
    case behind(expected: UInt64, found: UInt64)
    /// A group of lines is not what was written.
    case damaged(line: UInt64, reason: String)
    /// A row is not what was written.
    case unreadable(column: String)

    /// What is wrong and how to mend it.
    package var description: String {
        switch self {
        case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
        case .behind(let expected, let found):
            "the journal has \(found) lines, not \(expected): another process wrote; try again"
        case .damaged(let line, let reason):
            "the journal is damaged at line \(line): \(reason); restore a backup"
        case .unreadable(let column):
            "the database is damaged: a row's \(column) is not readable; restore a backup"
        }
    }
}
