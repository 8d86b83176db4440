// SPDX-License-Identifier: Apache-2.0
internal import GRDBSQLite

/// The same transfers in plain SQLite through its C interface: the fastest ordinary way.
///
/// Three prepared statements a transfer (insert, debit, credit) in one transaction of 8,190; WAL,
/// `synchronous=FULL`; a CHECK keeps balances at zero or above; two secondary indexes, by debtor and
/// by creditor, so that statements can be read.
enum SQLitePeer {
    static func measure(in folder: String, batches: Int) throws -> [String: Double] {
        let database = try Connection(path: folder + "/peer.sqlite")
        try database.run(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL
                CHECK (balance >= 0)) STRICT;
            CREATE TABLE transfer (id INTEGER PRIMARY KEY, debit INTEGER NOT NULL,
                credit INTEGER NOT NULL, amount INTEGER NOT NULL, code INTEGER NOT NULL) STRICT;
            CREATE INDEX transfer_debit ON transfer (debit);
            CREATE INDEX transfer_credit ON transfer (credit);
            WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
            INSERT INTO account SELECT i, 1000000000000 FROM n;
            """)
        let insert = try database.prepare("INSERT INTO transfer VALUES (?, ?, ?, 1, 0)")
        let debit = try database.prepare("UPDATE account SET balance = balance - 1 WHERE id = ?")
        let credit = try database.prepare("UPDATE account SET balance = balance + 1 WHERE id = ?")
        defer { for statement in [insert, debit, credit] { sqlite3_finalize(statement) } }
        var dice = Dice(7)
        let work = (0..<batches * Bank.batch).map { _ in
            Batches.parties(&dice, debtor: .anybody)
        }
        let timing = try Timing.of {
            for batch in 0..<batches {
                try database.run("BEGIN")
                for place in batch * Bank.batch..<(batch + 1) * Bank.batch {
                    let (from, to) = work[place]
                    try database.step(insert, [place, from, to])
                    try database.step(debit, [from])
                    try database.step(credit, [to])
                }
                try database.run("COMMIT")
            }
        }
        let count = Double(batches * Bank.batch)
        return [
            "per_second": count / timing.wall, "per_processor_second": count / timing.processor,
        ]
    }
}

/// One open database.
private final class Connection {
    private var handle: OpaquePointer?

    init(path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw failure }
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement
        else { throw failure }
        return statement
    }

    func step(_ statement: OpaquePointer, _ values: [Int]) throws {
        for (place, value) in values.enumerated() {
            sqlite3_bind_int64(statement, Int32(place + 1), Int64(value))
        }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure }
        sqlite3_reset(statement)
    }

    private var failure: DiskError { DiskError(reason: String(cString: sqlite3_errmsg(handle))) }
}
