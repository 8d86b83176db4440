// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Consent
internal import Market
internal import Storage
internal import Vault

/// Erasure: keys at once, sealed bytes as soon as nothing reads them.
extension Exchange {
    /// Erases all rows of a party, or of one of her tables: the keys are destroyed at once, so that no
    /// study that begins later reads them; then the sealed bytes are overwritten. Grants under which
    /// nothing is left to read end.
    ///
    /// A study that had begun has frozen its cohort and holds the keys in memory: it finishes, and the
    /// bytes are overwritten when it ends. Later studies delay nothing.
    ///
    /// - Returns: the segments that are no more.
    package func erase(_ key: SigningKey, table: String? = nil) throws -> [Digest] {
        let all = try store.segments(owner: key.id)
        let notes = all.filter { table == nil || $0.table == table }
        guard !notes.isEmpty else { throw ExchangeError.refused("there are no rows to erase") }
        let left = Set(all.map(\.table)).subtracting(notes.map(\.table))
        var changes: [Change] = []
        for (grant, usage) in grants(of: key)
        where usage.withdrawn == nil && !usage.superseded && left.isDisjoint(with: grant.tables) {
            let pseudonym = key.pseudonym(for: Exchange.poolContext(grant.pool))
            changes.append(.withdrawn(try Withdrawal(of: grant.id, at: now, by: pseudonym)))
        }
        let pseudonym = key.pseudonym(for: Exchange.vaultContext).id
        for start in stride(from: 0, to: notes.count, by: Exchange.segmentsAnEntry) {
            let part = notes[start..<min(start + Exchange.segmentsAnEntry, notes.count)]
            changes.append(.dataErased(party: pseudonym, segments: part.map(\.id)))
        }
        let locations = notes.map(\.location)
        try record(
            changes,
            notes: notes.map { .erased($0.id) }
                + [try Exchange.erasing(erasures.all + locations)])
        erasures.add(locations)
        try finishErasing()
        return notes.map(\.id)
    }

    /// How many segments one entry erases: its leaf then still fits a log tile.
    private static let segmentsAnEntry = 800

    /// Takes up what a crash left of erasures.
    func resumeErasing() throws {
        if let mark = try store.mark(Exchange.erasingMark), !mark.isEmpty {
            erasures.add(
                try JSON(parsing: mark).array?.compactMap(SegmentLocation.init(json:)) ?? [])
        }
        try finishErasing()
    }

    /// Overwrites what is left of erased keys, and of erased segments that no study reads any more.
    func finishErasing() throws {
        try store.settle()
        let due = erasures.due
        guard !due.isEmpty else { return }
        for location in due {
            do throws(PackError) { try vault.erase([location]) } catch {
                // What a disk lost needs no overwriting.
                guard case .noSuchRecord = error else { throw error }
            }
        }
        erasures.forgetDue()
        try store.write(
            [], after: UInt64(log.size), notes: [try Exchange.erasing(erasures.all)])
    }

    private static func erasing(_ locations: [SegmentLocation]) throws -> Note {
        .mark(
            erasingMark,
            locations.isEmpty ? [] : try JSON.array(locations.map(\.json)).signable())
    }

    /// Where erased segments lie whose bytes are not overwritten yet.
    static let erasingMark = "erasing"
}

extension SegmentLocation {
    fileprivate var json: JSON {
        .array([.integer(Int64(pack)), .integer(Int64(offset)), .integer(Int64(length))])
    }

    fileprivate init?(json: JSON) {
        let numbers = json.array?.compactMap(\.integer) ?? []
        guard numbers.count == 3 else { return nil }
        self.init(pack: Int(numbers[0]), offset: Int(numbers[1]), length: Int(numbers[2]))
    }
}
