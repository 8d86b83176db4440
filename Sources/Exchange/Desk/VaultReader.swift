// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Identity
internal import Storage
package import Study
package import Vault

/// Reads the rows of a frozen cohort from mapped packs, only the columns asked for.
package struct VaultReader: CohortReader {
    /// Where the segments of one contributor lie.
    package struct Place: Sendable {
        let location: SegmentLocation
        let id: Digest
        let key: WrappedKey

        /// Names a segment.
        package init(location: SegmentLocation, id: Digest, key: WrappedKey) {
            self.location = location
            self.id = id
            self.key = key
        }
    }

    /// The segments of one table, contributor after contributor.
    private struct Segments {
        let places: [Place]
        /// Where each contributor's begin, and at last where they end.
        let starts: [Int]
    }

    private let segments: [Segments]
    private let schemas: [Schema]
    private let packs: MappedPacks
    private let keys: [NodeKey]
    /// Of each contributor by her pseudonym; none where nobody has one.
    private let marks: [UInt64]

    package let count: Int

    /// Takes, for each table and each contributor, her segments.
    package init(
        _ places: [[[Place]]], tables: [Schema], packs: MappedPacks, keys: [NodeKey],
        marks: [UInt64] = []
    ) {
        self.marks = marks
        count = places.first?.count ?? 0
        segments = places.map { people in
            var starts = [0]
            starts.reserveCapacity(people.count + 1)
            for one in people { starts.append(starts[starts.count - 1] + one.count) }
            return Segments(places: people.flatMap(\.self), starts: starts)
        }
        schemas = tables
        self.packs = packs
        self.keys = keys
    }

    init(
        cohort: [PartyID], owners: [PartyID: PartyID], tables: [Schema], store: ExchangeStore,
        packs: MappedPacks, keys: [NodeKey]
    ) throws {
        let places = try tables.map { schema in
            let byOwner = try store.segments(table: schema.table)
            let digest = schema.digest
            return cohort.map { pseudonym in
                let notes = owners[pseudonym].flatMap { byOwner[$0] } ?? []
                // Rows under another schema are none of this table's.
                return notes.filter { $0.schema == digest }.map {
                    Place(location: $0.location, id: $0.id, key: $0.key)
                }
            }
        }
        self.init(
            places, tables: tables, packs: packs, keys: keys,
            marks: cohort.map { Contribution.mark(of: $0.publicKey) })
    }

    /// What one thread reads with: for each table what opens its segments, and rows to fill.
    package struct Room {
        let openers: [SegmentOpener]
        var rows: [Rows]
    }

    package func mark(of contributor: Int) -> UInt64 {
        marks.isEmpty ? 0 : marks[contributor]
    }

    package func makeRoom(for wanted: [TableColumns]) -> Room {
        Room(
            // A reader of its own for each thread: they share nothing that is counted.
            openers: zip(schemas, wanted).map {
                SegmentOpener(SegmentReader(schema: $0), columns: $1.columns, keys: keys)
            }, rows: wanted.map { Rows(schema: $0.schema) })
    }

    package func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Room
    ) throws -> [Rows] {
        for slot in wanted.indices {
            let start = segments[slot].starts[contributor]
            let end = segments[slot].starts[contributor + 1]
            guard start < end else {
                room.rows[slot] = Rows(schema: wanted[slot].schema)
                continue
            }
            try open(start, of: slot, into: &room.rows[slot], with: room.openers[slot])
            for place in start + 1..<max(end, start + 1) {
                var more = Rows(schema: wanted[slot].schema)
                try open(place, of: slot, into: &more, with: room.openers[slot])
                room.rows[slot].append(more)
            }
        }
        return room.rows
    }

    private func open(
        _ place: Int, of slot: Int, into rows: inout Rows, with opener: SegmentOpener
    ) throws {
        let segment = segments[slot].places[place]
        let bytes = try packs.bytes(at: segment.location, id: segment.id)
        try opener.open(bytes, key: segment.key, segment: segment.id, into: &rows)
    }
}
