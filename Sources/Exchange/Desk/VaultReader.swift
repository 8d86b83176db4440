// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Storage
internal import Study
internal import Vault

/// Reads the rows of a frozen cohort from mapped packs, only the columns asked for.
struct VaultReader: CohortReader {
    /// Where one contributor's segments lie, table by table.
    private let segments: [[[SegmentNote]]]
    private let readers: [SegmentReader]
    private let packs: MappedPacks
    private let keys: [UInt32: NodeKey]

    let count: Int

    init(
        cohort: [PartyID], owners: [PartyID: PartyID], tables: [Schema], store: ExchangeStore,
        packs: MappedPacks, keys: [NodeKey]
    ) throws {
        var places = [[[SegmentNote]]](
            repeating: tables.map { _ in [] }, count: cohort.count)
        for (slot, schema) in tables.enumerated() {
            let byOwner = try store.segments(table: schema.table)
            for (place, pseudonym) in cohort.enumerated() {
                guard let owner = owners[pseudonym] else { continue }
                places[place][slot] = byOwner[owner] ?? []
            }
        }
        segments = places
        readers = tables.map { SegmentReader(schema: $0) }
        self.packs = packs
        self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.epoch, $0) })
        count = cohort.count
    }

    func tables(of contributor: Int, reading wanted: [TableColumns]) throws -> [Rows] {
        var tables: [Rows] = []
        for (slot, table) in wanted.enumerated() {
            var rows = Rows(schema: table.schema)
            for note in segments[contributor][slot] {
                guard let wrapping = keys[note.key.epoch] else {
                    throw ExchangeError.refused("vault-\(note.key.epoch).key is missing")
                }
                let key = try wrapping.unwrap(note.key, segment: note.id)
                let bytes = try packs.bytes(at: note.location, id: note.id)
                rows.append(
                    try readers[slot].rows(of: Array(bytes), key: key, columns: table.columns))
            }
            tables.append(rows)
        }
        return tables
    }
}
