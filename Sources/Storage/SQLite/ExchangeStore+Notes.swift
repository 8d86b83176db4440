// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation
internal import GRDB
internal import Synchronization
package import Identity
package import Vault

/// What was read of segments and pseudonyms.
struct KnownSegments: Sendable {
    var segments: [String: [PartyID: [SegmentNote]]] = [:]
    var owners: [PartyID: PartyID]?
}

/// Reading what only the node may know.
extension ExchangeStore {
    /// All segments of one table, by owner, in the order they came.
    ///
    /// - Cost: linear the first time, then none until a segment comes or goes.
    package func segments(table: String) throws -> [PartyID: [SegmentNote]] {
        if let known = known.withLock({ $0.segments[table] }) { return known }
        let notes = try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM segment WHERE name = ? ORDER BY pack, offset",
                arguments: [table]
            ).map(ExchangeStore.segment)
        }
        let byOwner = Dictionary(grouping: notes, by: \.owner)
        known.withLock { $0.segments[table] = byOwner }
        return byOwner
    }

    /// All segments of one owner, in the order they came.
    package func segments(owner: PartyID) throws -> [SegmentNote] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM segment WHERE owner = ? ORDER BY pack, offset",
                arguments: [Data(owner.publicKey)]
            ).map(ExchangeStore.segment)
        }
    }

    /// Every segment. Cost: linear.
    package func segments() throws -> [SegmentNote] {
        try queue.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM segment ORDER BY pack, offset")
                .map(ExchangeStore.segment)
        }
    }

    private static func segment(_ row: Row) throws -> SegmentNote {
        guard let id = Digest(bytes: try row.bytes("id")) else {
            throw StorageError.unreadable(column: "id")
        }
        guard let schema = Digest(bytes: try row.bytes("schema")) else {
            throw StorageError.unreadable(column: "schema")
        }
        return SegmentNote(
            id: id, owner: try party(row, "owner"), table: try row.text("name"), schema: schema,
            location: SegmentLocation(
                pack: try row.natural("pack"), offset: try row.natural("offset"),
                length: try row.natural("length")),
            key: try WrappedKey(bytes: try row.bytes("key")))
    }

    private static func party(_ row: Row, _ column: String) throws -> PartyID {
        guard let party = PartyID(publicKey: try row.bytes(column)) else {
            throw StorageError.unreadable(column: column)
        }
        return party
    }

    /// Replaces wrapped keys of segments, all or none.
    package func rewrap(_ keys: [(segment: Digest, key: WrappedKey)]) throws {
        try queue.write { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE segment SET key = ? WHERE id = ?")
            for (segment, key) in keys {
                try statement.execute(arguments: [Data(key.bytes), Data(segment.bytes)])
            }
        }
        known.withLock { $0 = KnownSegments() }
    }

    /// Whose pseudonyms are whose.
    ///
    /// - Cost: linear the first time, then none until there is another one.
    package func owners() throws -> [PartyID: PartyID] {
        if let known = known.withLock({ $0.owners }) { return known }
        let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT id, owner FROM pseudonym") }
        var owners: [PartyID: PartyID] = [:]
        for row in rows {
            owners[try ExchangeStore.party(row, "id")] = try ExchangeStore.party(row, "owner")
        }
        known.withLock { $0.owners = owners }
        return owners
    }

    /// The bytes of a quote that was not ordered yet.
    package func quote(_ id: Digest) throws -> [UInt8]? {
        try queue.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM quote WHERE id = ?", arguments: [Data(id.bytes)]
            ).map { Array($0) }
        }
    }

    /// Forgets quotes that ran out before a moment, but for those that are wanted.
    package func forgetQuotes(before moment: Timestamp, but isWanted: (Digest) -> Bool) throws {
        let old = try queue.read { database in
            try Data.fetchAll(
                database, sql: "SELECT id FROM quote WHERE expires < ?",
                arguments: [moment.milliseconds])
        }
        let gone = old.compactMap { Digest(bytes: Array($0)) }.filter { !isWanted($0) }
        guard !gone.isEmpty else { return }
        try queue.write { database in
            for id in gone {
                try database.execute(
                    sql: "DELETE FROM quote WHERE id = ?", arguments: [Data(id.bytes)])
            }
        }
    }

    /// The bytes by a name.
    package func mark(_ name: String) throws -> [UInt8]? {
        try queue.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM mark WHERE name = ?", arguments: [name]
            ).map { Array($0) }
        }
    }

    /// All names that begin so, with their bytes, in the order of the names.
    ///
    /// - Parameter prefix: ASCII.
    package func marks(beginning prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        try queue.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT name, bytes FROM mark WHERE name >= ? AND name < ? ORDER BY name",
                arguments: [prefix, prefix + "\u{7f}"]
            ).map { (try $0.text("name"), try $0.bytes("bytes")) }
        }
    }

    /// Writes everything to the main file and empties the write-ahead log, so that nothing deleted
    /// is left in it.
    package func settle() throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Copies the file as it is now, consistently, to another path.
    package func copy(to path: String) throws {
        let copy = try DatabaseQueue(path: path)
        try queue.backup(to: copy)
        try copy.close()
    }
}
