// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// A private copy of a browser's history database, opened without trust.
///
/// A browser may hold the file and its write-ahead log; both are copied first, since opening the
/// original could change it. The copy is removed with this object.
final class BrowserDatabase {
    private let folder: String
    let queue: DatabaseQueue

    /// Copies and opens.
    ///
    /// - Throws: ``IntakeError/Code/limit``, ``IntakeError/Code/malformed``,
    ///   ``IntakeError/Code/unreadable``.
    init(_ entry: Parcel.Entry, limits: IntakeLimits) throws(IntakeError) {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "dividend-\(UUID().uuidString)").path
        guard mkdir(folder, 0o700) == 0 else {
            throw IntakeError(
                .unreadable, "no temporary folder can be made", mend: "Make room in \(folder)")
        }
        do throws(IntakeError) {
            let copy = folder + "/history.db"
            try BrowserDatabase.copy(try entry.open(), to: copy, limits: limits)
            for suffix in ["-wal", "-shm"] {
                if let path = entry.path, let log = try? FileStream(path: path + suffix) {
                    try BrowserDatabase.copy(log, to: copy + suffix, limits: limits)
                }
            }
            queue = try BrowserDatabase.open(copy)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        self.folder = folder
    }

    deinit {
        try? queue.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The browser, by its tables.
    ///
    /// - Throws: ``IntakeError/Code/unknownFormat`` for any other database.
    static func format(of entry: Parcel.Entry) throws(IntakeError) -> Format {
        let database = try BrowserDatabase(entry, limits: .init())
        let tables = try database.read { db in
            // A view of the same name could run anything.
            try Set(
                String.fetchAll(
                    db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 10000"))
        }
        if tables.isSuperset(of: ["moz_places", "moz_historyvisits"]) { return .firefox }
        if tables.isSuperset(of: ["history_items", "history_visits"]) { return .safari }
        if tables.isSuperset(of: ["urls", "visits"]) { return .chrome }
        throw IntakeError(
            .unknownFormat, "a database, but not the history of Chrome, Firefox or Safari",
            mend: "Name History, places.sqlite or History.db")
    }

    /// Runs a query, with the database's errors made into ours.
    func read<Value>(_ body: (Database) throws -> Value) throws(IntakeError) -> Value {
        do { return try queue.read(body) } catch let error as IntakeError { throw error } catch {
            throw BrowserDatabase.damaged(error)
        }
    }

    /// Bytes of the longest value, row or statement that is read.
    private static let longest: Int32 = 16 << 20

    /// Makes sure that a table is a plain one, as browsers make it.
    ///
    /// Columns that are computed, and tables that a module makes up, could run for hours or fill
    /// memory; rows that share an id would multiply when visits are joined to pages.
    ///
    /// - Throws: ``IntakeError/Code/malformed``.
    static func requirePlain(_ table: String, in db: Database) throws {
        let isStored = try Bool.fetchOne(
            db, sql: "SELECT rootpage > 0 FROM sqlite_master WHERE type = 'table' AND name = ?",
            arguments: [table])
        let columns = try Row.fetchAll(
            db, sql: "SELECT name, upper(type) AS type, pk, hidden FROM pragma_table_xinfo(?)",
            arguments: [table])
        let keys = columns.filter { $0["pk"] != 0 }
        guard isStored == true, columns.allSatisfy({ $0["hidden"] == 0 }), keys.count == 1,
            keys[0]["name"] == "id", keys[0]["type"] == "INTEGER"
        else {
            throw IntakeError(
                .malformed, "the table \(table) is not as a browser makes it",
                mend: "Import the browser's own file, unchanged")
        }
    }

    private static func open(_ path: String) throws(IntakeError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // One value may not fill memory; the file itself may ask for a huge cache.
            sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, longest)
            sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_ATTACHED, 0)
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
                    PRAGMA cache_size = -8192; PRAGMA mmap_size = 0; PRAGMA temp_store = FILE
                    """)
        }
        do { return try DatabaseQueue(path: path, configuration: configuration) } catch {
            throw damaged(error)
        }
    }

    private static func damaged(_ error: any Error) -> IntakeError {
        IntakeError(
            .malformed, "the database cannot be read: \(error)",
            mend: "Close the browser, copy the file again, and import the copy")
    }

    private static func copy(
        _ source: any ByteStream, to path: String, limits: IntakeLimits
    ) throws(IntakeError) {
        let target = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else {
            throw IntakeError(.unreadable, "no copy can be made", mend: "Make room in \(path)")
        }
        defer { close(target) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var total: Int64 = 0
        while true {
            let got = try source.read(into: buffer)
            if got == 0 { return }
            total += Int64(got)
            guard total <= limits.database else {
                throw IntakeError(
                    .limit, "the database is larger than \(limits.database) bytes",
                    mend: "Clear old history in the browser first")
            }
            var written = 0
            while written < got {
                let more = write(target, buffer.baseAddress.map { $0 + written }, got - written)
                guard more > 0 else {
                    throw IntakeError(
                        .unreadable, "the copy cannot be written", mend: "Make room in \(path)")
                }
                written += more
            }
        }
    }
}
