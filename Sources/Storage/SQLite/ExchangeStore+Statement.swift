// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import GRDB
package import Ledger

/// Something that changed what an account has, as statements list it: a read model of the journal,
/// which can be deleted and is then made again.
package struct StatementRow: Hashable, Sendable {
    /// Whose account.
    package let account: AccountID
    /// The journal index of the entry.
    package let entry: UInt64
    /// What changed.
    package let event: Event

    /// What can change.
    package enum Event: Hashable, Sendable {
        /// Micro-units that came, or went if below zero, and why.
        case money(Int64, Reason)
        /// The number of shares that a pool's holder has from then on.
        case shares(UInt64)
    }

    /// Describes a row.
    package init(account: AccountID, entry: UInt64, event: Event) {
        self.account = account
        self.entry = entry
        self.event = event
    }

    /// The code of a row about shares; those about money have the code of their reason.
    fileprivate static let sharesCode = -1

    fileprivate var numbers: (code: Int, amount: Int64) {
        switch event {
        case .money(let amount, let reason): (Int(reason.rawValue), amount)
        case .shares(let count): (StatementRow.sharesCode, Int64(bitPattern: count))
        }
    }

    fileprivate static func event(code: Int64, amount: Int64) -> Event {
        code == Int64(sharesCode)
            ? .shares(UInt64(bitPattern: amount))
            : .money(amount, Reason(rawValue: UInt16(clamping: code)) ?? .other)
    }
}

extension ExchangeStore {
    /// How many entries the statement rows cover; 0 when they were deleted.
    package func statementSize() throws -> UInt64 {
        try queue.read { database in
            let size = try Int64.fetchOne(
                database, sql: "SELECT amount FROM statement WHERE account = x'' AND entry = 0")
            // Rows that cover nothing that can be are made again.
            return UInt64(exactly: size ?? 0) ?? 0
        }
    }

    /// The rows of an account, in the order of the journal.
    package func statement(of account: AccountID) throws -> [StatementRow] {
        try queue.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT entry, code, amount FROM statement WHERE account = ? "
                    + "ORDER BY entry, place", arguments: [Data(account.bytes)]
            ).map { row in
                StatementRow(
                    account: account, entry: UInt64(try row.natural("entry")),
                    event: StatementRow.event(
                        code: try row.whole("code"), amount: try row.whole("amount")))
            }
        }
    }

    /// Puts rows in the place of all that are kept.
    package func replaceStatement(_ rows: [StatementRow], to size: UInt64) throws {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM statement")
            try ExchangeStore.insert(rows, to: size, in: database)
        }
    }

    /// Adds rows, unless some before them are missing: then all have to be made again.
    static func add(_ rows: [StatementRow], to size: UInt64, in database: Database) throws {
        let known = try Int64.fetchOne(
            database, sql: "SELECT amount FROM statement WHERE account = x'' AND entry = 0")
        let before = try Int64.fetchOne(
            database, sql: "SELECT first FROM journal ORDER BY first DESC LIMIT 1")
        guard known ?? 0 == before ?? 0 else { return }
        try insert(rows, to: size, in: database)
    }

    private static func insert(
        _ rows: [StatementRow], to size: UInt64, in database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO statement (account, entry, place, code, amount) "
                + "VALUES (?, ?, ?, ?, ?)")
        for (place, row) in rows.enumerated() {
            let (code, amount) = row.numbers
            try statement.execute(arguments: [
                Data(row.account.bytes), Int64(row.entry), place, code, amount,
            ])
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO statement (account, entry, place, code, amount) "
                + "VALUES (x'', 0, 0, 0, ?)", arguments: [Int64(size)])
    }
}
