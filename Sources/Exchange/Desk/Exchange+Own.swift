// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
internal import Market
internal import Storage
package import Vault

/// What a contributor can have of her own: everything.
extension Exchange {
    /// All rows of a party, table by table, in the clear.
    package func ownRows(of key: SigningKey) throws -> [Rows] {
        var tables: [Digest: Rows] = [:]
        for note in try store.segments(owner: key.id) {
            guard let schema = try schema(digest: note.schema) else { continue }
            let rows = try open(note, with: SegmentReader(schema: schema), by: vaultKeys)
            tables[note.schema, default: Rows(schema: schema)].append(rows)
        }
        return tables.sorted { ($0.value.schema.table, $0.key) < ($1.value.schema.table, $1.key) }
            .map(\.value)
    }

    /// What a stored table looks like, by its last import.
    package func schema(of table: String) throws -> Schema? {
        guard let bytes = try store.mark(Exchange.schemaMark(table)) else { return nil }
        return try Schema(json: JSON(parsing: bytes))
    }

    /// The name under which a table's schema is kept.
    static func schemaMark(_ table: String) -> String { "schema/" + table }

    /// The schema that segments name by its digest.
    func schema(digest: Digest) throws -> Schema? {
        guard let bytes = try store.mark(Exchange.schemaMark(digest)) else { return nil }
        return try Schema(json: JSON(parsing: bytes))
    }

    /// The name under which a schema is kept that segments have.
    static func schemaMark(_ digest: Digest) -> String { "schema-by-digest/" + digest.hex }

    /// How many segments of each table are stored, and of how many people.
    package func tableSizes() throws -> [(table: String, segments: Int, people: Int)] {
        let byTable = Dictionary(grouping: try store.segments(), by: \.table)
        return byTable.keys.sorted().map { name in
            (name, byTable[name]!.count, Set(byTable[name]!.map(\.owner)).count)
        }
    }

    /// The keys of all people in custody whose labels are known to the caller.
    package nonisolated func custodyKeys(prefix: String, labels: [String]) -> [SigningKey] {
        parallelMap(labels) { custodyKey(of: prefix + "/" + $0) }
    }
}
