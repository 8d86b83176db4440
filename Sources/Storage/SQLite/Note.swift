// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation
internal import GRDB
package import Identity
package import Vault

/// What only the node may know, written in the transaction of the entry it belongs to.
package enum Note: Sendable {
    /// A segment, whose it is, where it lies, and its wrapped key.
    case segment(SegmentNote)
    /// A segment's key is destroyed.
    case erased(Digest)
    /// Whose pseudonym it is in which pool.
    case pseudonym(PartyID, owner: PartyID, pool: String)
    /// A quote that may be ordered, with the text of its question.
    case quote(Digest, expires: Timestamp, bytes: [UInt8])
    /// Some bytes by a name, such as the last checkpoint.
    case mark(String, [UInt8])
    /// What was kept by a name is not needed any more.
    case unmark(String)
    /// What the entries up to a size of the journal changed in people's accounts.
    case statement([StatementRow], to: UInt64)

    /// Whether it changes whose segments lie where.
    var isAboutSegments: Bool {
        switch self {
        case .segment, .erased, .pseudonym: true
        case .quote, .mark, .unmark, .statement: false
        }
    }

    func write(to database: Database) throws {
        switch self {
        case .segment(let segment):
            try database.cachedStatement(
                sql: "INSERT INTO segment (id, owner, name, pack, offset, length, key, schema) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                Data(segment.id.bytes), Data(segment.owner.publicKey), segment.table,
                segment.location.pack, segment.location.offset, segment.location.length,
                Data(segment.key.bytes), Data(segment.schema.bytes),
            ])
        case .erased(let id):
            try database.execute(
                sql: "DELETE FROM segment WHERE id = ?", arguments: [Data(id.bytes)])
        case .pseudonym(let id, let owner, let pool):
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO pseudonym (id, owner, pool) VALUES (?, ?, ?)"
            ).execute(arguments: [Data(id.publicKey), Data(owner.publicKey), pool])
        case .quote(let id, let expires, let bytes):
            try database.execute(
                sql: "INSERT OR REPLACE INTO quote (id, expires, bytes) VALUES (?, ?, ?)",
                arguments: [Data(id.bytes), expires.milliseconds, Data(bytes)])
        case .mark(let name, let bytes):
            try database.execute(
                sql: "INSERT OR REPLACE INTO mark (name, bytes) VALUES (?, ?)",
                arguments: [name, Data(bytes)])
        case .unmark(let name):
            try database.execute(sql: "DELETE FROM mark WHERE name = ?", arguments: [name])
        case .statement(let rows, let size):
            try ExchangeStore.add(rows, to: size, in: database)
        }
    }
}

/// A segment as the node knows it.
package struct SegmentNote: Hashable, Sendable {
    package let id: Digest
    package let owner: PartyID
    package let table: String
    /// The digest of the schema that its rows were sealed with.
    package let schema: Digest
    package let location: SegmentLocation
    package let key: WrappedKey

    package init(
        id: Digest, owner: PartyID, table: String, schema: Digest, location: SegmentLocation,
        key: WrappedKey
    ) {
        self.id = id
        self.owner = owner
        self.table = table
        self.schema = schema
        self.location = location
        self.key = key
    }
}
