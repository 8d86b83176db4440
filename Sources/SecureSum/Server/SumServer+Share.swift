// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Identity

extension SumServer {
    /// Round 1: gathers sealed shares.
    public struct Sharing: ~Copyable, Sendable {
        /// What to send to every party on it.
        public let roster: Roster
        private var commitments: [Int: Digest] = [:]
        /// By receiver: what was sealed for it.
        private var sealed: [Int: [SealedShares]] = [:]

        init(roster: Roster) { self.roster = roster }

        /// How many have sent shares.
        public var count: Int { commitments.count }

        /// Takes a party's sealed shares.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/notTheSender(claimed:)``,
        ///   ``SumError/notTakingPart(_:)``, ``SumError/repeated(_:)``, and
        ///   ``SumError/neighbours(of:)`` unless there is one entry for each neighbour on the roster.
        public mutating func accept(_ bundle: ShareBundle, from party: PartyID) throws(SumError) {
            guard bundle.roster == roster.digest else { throw .anotherSession }
            try SumServer.check(bundle.from, is: party, in: roster.session)
            guard roster.present.contains(bundle.from) else { throw .notTakingPart(bundle.from) }
            guard commitments[bundle.from] == nil else { throw .repeated(bundle.from) }
            guard bundle.sealed.map(\.party) == roster.neighbours(of: bundle.from) else {
                throw .neighbours(of: bundle.from)
            }
            commitments[bundle.from] = bundle.commitment
            for entry in bundle.sealed {
                sealed[entry.party, default: []].append(
                    SealedShares(party: bundle.from, bytes: entry.bytes))
            }
        }

        /// Closes the round.
        ///
        /// - Throws: ``SumError/tooFew(have:need:)``.
        public consuming func close() throws(SumError) -> Masking {
            let need = roster.session.threshold
            guard commitments.count >= need else {
                throw .tooFew(have: commitments.count, need: need)
            }
            return Masking(roster: roster, commitments: commitments, sealed: sealed)
        }
    }

    /// Round 2: hands out shares, and adds up masked numbers as they come.
    public struct Masking: ~Copyable, Sendable {
        private let roster: Roster
        private let commitments: [Int: Digest]
        private let sealed: [Int: [SealedShares]]
        private var survivors: PartySet
        private var total: RingVector

        init(roster: Roster, commitments: [Int: Digest], sealed: [Int: [SealedShares]]) {
            (self.roster, self.commitments, self.sealed) = (roster, commitments, sealed)
            let session = roster.session
            survivors = PartySet(universe: session.parties.count)
            total = RingVector(zeros: session.length, modulus: session.modulus)
        }

        /// How many have sent their numbers.
        public var count: Int { survivors.count }

        /// What to send to a party that sent shares; nil for any other.
        public borrowing func delivery(to party: PartyID) -> ShareDelivery? {
            guard let place = roster.session.place(of: party), commitments[place] != nil else {
                return nil
            }
            let entries = (sealed[place] ?? []).sorted { $0.party < $1.party }
            return ShareDelivery(to: place, sealed: entries, roster: roster.digest)
        }

        /// Takes a party's masked numbers.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/notTheSender(claimed:)``,
        ///   ``SumError/notTakingPart(_:)`` and ``SumError/repeated(_:)``.
        /// - Cost: one pass over them.
        public mutating func accept(_ input: MaskedInput, from party: PartyID) throws(SumError) {
            guard input.roster == roster.digest else { throw .anotherSession }
            try SumServer.check(input.from, is: party, in: roster.session)
            guard commitments[input.from] != nil else { throw .notTakingPart(input.from) }
            guard survivors.insert(input.from) else { throw .repeated(input.from) }
            total.add(input.vector)
        }

        /// Closes the round.
        ///
        /// - Throws: ``SumError/tooFew(have:need:)``.
        public consuming func close() throws(SumError) -> Checking {
            let need = roster.session.threshold
            guard survivors.count >= need else {
                throw .tooFew(have: survivors.count, need: need)
            }
            let list = SurvivorList(survivors, roster: roster.digest)
            return Checking(
                list: list, roster: roster, commitments: commitments, total: total)
        }
    }
}
