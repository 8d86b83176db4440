// SPDX-License-Identifier: Apache-2.0
package import Canon

/// Something that is kept by its digest and covered by a state root.
package protocol RegistryRecord: Sendable {
    /// The digest of all that may change.
    var leaf: Digest { get }
}

/// Records by digest, in order of arrival, with a Merkle root that costs only what changed.
package struct Registry<Record: RegistryRecord>: Sendable {
    private var places: [Digest: Int] = [:]
    private var records: [Record] = []
    private var keys: [Digest] = []
    private var tree = StateTree()

    package init() {}

    /// How many records there are.
    package var count: Int { records.count }

    /// All records with their digests, in order of arrival.
    package var all: [(key: Digest, record: Record)] {
        zip(keys, records).map { (key: $0, record: $1) }
    }

    /// The record of that digest. Setting nil is a programming error: records never leave.
    package subscript(key: Digest) -> Record? {
        get { places[key].map { records[$0] } }
        set {
            guard let record = newValue else { preconditionFailure("records never leave") }
            let leaf = Digest(of: key.bytes, record.leaf.bytes)
            if let place = places[key] {
                records[place] = record
                tree.update(place, leaf)
            } else {
                places[key] = records.count
                records.append(record)
                keys.append(key)
                _ = tree.append(leaf)
            }
        }
    }

    /// The record that came as the so manieth, from 0; nil where there are fewer.
    package func record(at place: Int) -> Record? {
        records.indices.contains(place) ? records[place] : nil
    }

    /// As the how manieth the record of a digest came, from 0; nil where there is none.
    package func place(of key: Digest) -> Int? { places[key] }

    /// The digest of the newest record of which something holds.
    ///
    /// - Cost: a look at each record, from the newest on, and a copy of none.
    package func lastKey(where holds: (Record) -> Bool) -> Digest? {
        records.lastIndex(where: holds).map { keys[$0] }
    }

    /// The root over all records.
    package mutating func root() -> Digest { tree.root }
}
