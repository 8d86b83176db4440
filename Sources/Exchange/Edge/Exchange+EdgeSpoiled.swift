// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Market
internal import Storage

/// Which machines kept studies from an answer: kept in the folder, for a day, so that a restart forgives nobody.
extension Exchange {
    /// The machines that spoiled a study of a pool within a day, and until when each is not asked.
    ///
    /// - Returns: none of a pool whose rows lie in the vault.
    /// - Throws: where there is no such pool.
    package func spoiled(in pool: String) throws -> [SpoiledStudies] {
        guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
        let now = now
        return try keptSpoiled(in: pool).compactMap { _, kept in
            var left = kept
            left.forget(at: now)
            return left.studies.isEmpty ? nil : left
        }.sorted { $0.party < $1.party }
    }

    /// What keeps that machines spoiled an order's study, in the write that ends it; what is older than a day goes.
    func notes(
        blaming faults: [PartyID: SpoiledStudy.Fault], for order: Digest, in pool: String
    ) throws -> [Note] {
        guard !faults.isEmpty else { return [] }
        let now = now
        var notes: [Note] = []
        var records: [PartyID: SpoiledStudies] = [:]
        for (name, kept) in try keptSpoiled(in: pool) {
            var left = kept
            left.forget(at: now)
            if left.studies.isEmpty { notes.append(.unmark(name)) }
            records[kept.party] = left
        }
        for (party, fault) in faults.sorted(by: { $0.key < $1.key }) {
            var record = records[party] ?? SpoiledStudies(of: party)
            record.add(SpoiledStudy(order: order, fault: fault, time: now))
            notes.append(.mark(spoiledMark(party, pool), try record.kept.signable()))
        }
        return notes
    }

    private func keptSpoiled(in pool: String) throws -> [(name: String, SpoiledStudies)] {
        // What cannot be read blames nobody.
        try store.marks(beginning: spoiledPrefix(pool)).compactMap { name, bytes in
            SpoiledStudies(kept: bytes).map { (name, $0) }
        }
    }

    private func spoiledPrefix(_ pool: String) -> String { "edge/spoiled/\(pool)/" }

    private func spoiledMark(_ party: PartyID, _ pool: String) -> String {
        spoiledPrefix(pool) + Digest(of: party.publicKey).hex
    }
}
