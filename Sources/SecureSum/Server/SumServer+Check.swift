// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Identity

extension SumServer {
    /// Round 3: gathers signatures over the list of survivors.
    public struct Checking: ~Copyable, Sendable {
        /// What to send to every survivor.
        public let list: SurvivorList
        let roster: Roster
        let commitments: [Int: Digest]
        let total: RingVector
        private let statement: [UInt8]
        private var checks: [Int: SurvivorCheck] = [:]

        init(
            list: SurvivorList, roster: Roster, commitments: [Int: Digest], total: RingVector
        ) {
            (self.list, self.roster, self.commitments) = (list, roster, commitments)
            self.total = total
            statement = list.statement(session: roster.session.digest)
        }

        /// How many have signed.
        public var count: Int { checks.count }

        /// Takes a survivor's signature.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/notTheSender(claimed:)``,
        ///   ``SumError/notTakingPart(_:)``, ``SumError/repeated(_:)`` and
        ///   ``SumError/signature(of:)``.
        /// - Cost: 50 µs.
        public mutating func accept(_ check: SurvivorCheck, from party: PartyID) throws(SumError) {
            guard check.roster == roster.digest else { throw .anotherSession }
            try SumServer.check(check.from, is: party, in: roster.session)
            guard list.survivors.contains(check.from) else { throw .notTakingPart(check.from) }
            guard checks[check.from] == nil else { throw .repeated(check.from) }
            guard party.verify(check.signature, over: statement) else {
                throw .signature(of: check.from)
            }
            checks[check.from] = check
        }

        /// Closes the round.
        ///
        /// - Throws: ``SumError/tooFew(have:need:)``.
        public consuming func close() throws(SumError) -> Unmasking {
            let attestation = try SumAttestation(
                verified: Array(checks.values), over: list, in: roster.session)
            return Unmasking(
                attestation: attestation, roster: roster, commitments: commitments, total: total)
        }
    }

    /// Round 4: gathers shares, and takes the masks off the sum.
    public struct Unmasking: ~Copyable, Sendable {
        /// What to send to every survivor, and what to keep.
        public let attestation: SumAttestation
        let roster: Roster
        let commitments: [Int: Digest]
        let total: RingVector
        /// By party: the shares of its one secret that is needed.
        private(set) var shares: [Int: [Shamir.Share]] = [:]
        private var answered: PartySet

        init(
            attestation: SumAttestation, roster: Roster, commitments: [Int: Digest],
            total: RingVector
        ) {
            (self.attestation, self.roster) = (attestation, roster)
            (self.commitments, self.total) = (commitments, total)
            answered = PartySet(universe: roster.session.parties.count)
        }

        /// How many have answered.
        public var count: Int { answered.count }

        /// Takes a survivor's shares.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/notTheSender(claimed:)``,
        ///   ``SumError/notTakingPart(_:)``, ``SumError/repeated(_:)``, and
        ///   ``SumError/neighbours(of:)`` unless there is one share for each neighbour that sent
        ///   shares, and one of its own.
        public mutating func accept(
            _ message: SecureSum.Unmasking, from party: PartyID
        ) throws(SumError) {
            guard message.roster == roster.digest else { throw .anotherSession }
            try SumServer.check(message.from, is: party, in: roster.session)
            guard attestation.list.survivors.contains(message.from) else {
                throw .notTakingPart(message.from)
            }
            guard !answered.contains(message.from) else { throw .repeated(message.from) }
            var expected = roster.neighbours(of: message.from).filter { commitments[$0] != nil }
            let place = expected.firstIndex { $0 > message.from } ?? expected.count
            expected.insert(message.from, at: place)
            guard message.entries.map(\.about) == expected else {
                throw .neighbours(of: message.from)
            }
            answered.insert(message.from)
            let point = SumSession.point(of: message.from)
            for entry in message.entries {
                shares[entry.about, default: []].append(
                    Shamir.Share(point: point, value: entry.share))
            }
        }
    }
}
