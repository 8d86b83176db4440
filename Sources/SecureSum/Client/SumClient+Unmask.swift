// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity

extension SumClient {
    /// Round 2: the masked numbers.
    public struct Masking: ~Copyable, Sendable {
        /// What to send.
        public let message: MaskedInput
        let roster: Roster
        let key: SigningKey
        let held: SharePair
        let shares: [(party: Int, pair: SharePair)]

        /// Looks at the list of survivors and signs it; the only one that is signed.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/notAmongSurvivors``,
        ///   ``SumError/tooFew(have:need:)`` below the session's threshold,
        ///   ``SumError/notTakingPart(_:)`` for one who is not on the list of keys, and
        ///   ``SumError/survivorWithoutShares(_:)`` for a neighbour whose shares never came.
        /// - Cost: a signature.
        public consuming func check(_ list: SurvivorList) throws(SumError) -> Checking {
            guard list.roster == roster.digest else { throw .anotherSession }
            let (session, own) = (roster.session, message.from)
            guard list.survivors.contains(own) else { throw .notAmongSurvivors }
            let count = list.survivors.count
            guard count >= session.threshold else {
                throw .tooFew(have: count, need: session.threshold)
            }
            for party in list.survivors.members where !roster.present.contains(party) {
                throw .notTakingPart(party)
            }
            let delivered = PartySet(shares.map(\.party), universe: session.parties.count)
            for neighbour in roster.neighbours(of: own)
            where list.survivors.contains(neighbour) && !delivered.contains(neighbour) {
                throw .survivorWithoutShares(neighbour)
            }
            let signature = key.sign(list.statement(session: session.digest))
            return Checking(
                message: SurvivorCheck(from: own, signature: signature, roster: roster.digest),
                session: session.digest, list: list, held: held, shares: shares)
        }
    }

    /// Round 3: the signature over the list of survivors.
    public struct Checking: ~Copyable, Sendable {
        /// What to send.
        public let message: SurvivorCheck
        let session: Digest
        let list: SurvivorList
        let held: SharePair
        let shares: [(party: Int, pair: SharePair)]

        /// Gives the shares that the server needs: of survivors those of the self mask, of drop-outs
        /// those of the mask key. The last step: afterwards this party holds no share any more.
        ///
        /// - Throws: ``SumError/anotherSession``, and ``SumError/otherSurvivors`` when the signatures
        ///   are for another list than the one that was signed here.
        public consuming func unmask(
            _ attestation: SumAttestation
        ) throws(SumError) -> Unmasking {
            guard attestation.session == session, attestation.list.roster == list.roster else {
                throw .anotherSession
            }
            guard attestation.list == list else { throw .otherSurvivors }
            let own = message.from
            var entries = shares.map { party, pair in
                Unmasking.Entry(
                    about: party,
                    share: list.survivors.contains(party) ? pair.ofSeed : pair.ofMask)
            }
            let place = entries.firstIndex { $0.about > own } ?? entries.count
            entries.insert(Unmasking.Entry(about: own, share: held.ofSeed), at: place)
            return Unmasking(from: own, entries: entries, roster: list.roster)
        }
    }
}
