// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// Round 0, from the server to every party: all the keys, and with them the whole of who masks with
/// whom. Only a list whose keys were checked is one, and whose signatures: the server's own all of them, a party's own
/// those of its neighbours, with nobody else of whom it ever does anything. Whoever is listed with other keys than its
/// own signs nothing under this list, so no forged entry counts among the signatures that a sum needs.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the session's digest |
/// | 37 | 4 | how many adverts |
/// | 41 | 130 each | from, keys and signature as in ``Advert``, ascending |
///
/// Its digest is the SHA-256 of "dividend/sum/roster/v1", the session's digest and the entries; all
/// later messages and keys are bound to it. Parties that were shown different lists therefore never
/// get past the check of survivors.
public struct Roster: Sendable {
    /// What binds the list.
    public let digest: Digest
    /// Who is on it.
    public let present: PartySet
    let session: SumSession
    let graph: NeighbourGraph
    private let adverts: [Advert]
    private let slots: [Int]

    /// Checks a list of adverts.
    ///
    /// - Parameters:
    ///   - party: whose list it is: only its neighbours' signatures are checked. Nil for everybody's.
    ///   - known: what was checked before in this process.
    ///   - threads: how many signatures are checked at once, at least 1.
    /// - Throws: ``SumError/notTakingPart(_:)`` for a number that no party has,
    ///   ``SumError/signature(of:)``, ``SumError/repeated(_:)``, ``SumError/repeatedKey(of:)`` and,
    ///   below the session's threshold, ``SumError/tooFew(have:need:)``.
    /// - Cost: 50 µs for each advert whose signature is checked, divided by the threads.
    public init(
        _ adverts: [Advert], in session: SumSession, of party: PartyID? = nil,
        known: CheckedSignatures? = nil, threads: Int = 1
    ) throws(SumError) {
        let sorted = adverts.sorted { $0.from < $1.from }
        if let last = sorted.last?.from, last >= session.parties.count {
            throw .notTakingPart(last)
        }
        guard let party, session.degree != nil, let own = session.place(of: party) else {
            try Roster.check(sorted, in: session, known, threads)
            try self.init(listed: sorted, in: session)
            return
        }
        // Who is whose neighbour follows from the list.
        try self.init(listed: sorted, in: session)
        try Roster.check(
            neighbours(of: own).compactMap(advert(of:)), in: session, known, threads)
    }

    private static func check(
        _ adverts: [Advert], in session: SumSession, _ known: CheckedSignatures?, _ threads: Int
    ) throws(SumError) {
        let signed = adverts.map { $0.signed(in: session) }
        let wrong: Int? =
            known.map { $0.verifyAll(signed, threads: threads) }
            ?? PartyID.verifyAll(signed, threads: threads)
        if let wrong { throw .signature(of: adverts[wrong].from) }
    }

    /// Takes adverts whose signatures were checked or are yet to be, ascending.
    init(listed adverts: [Advert], in session: SumSession) throws(SumError) {
        var present = PartySet(universe: session.parties.count)
        var keys = Set<PairPublicKey>(minimumCapacity: 2 * adverts.count)
        var slots = [Int](repeating: -1, count: session.parties.count)
        for (slot, advert) in adverts.enumerated() {
            guard present.insert(advert.from) else { throw .repeated(advert.from) }
            guard keys.insert(advert.cipherKey).inserted,
                keys.insert(advert.maskKey).inserted
            else { throw .repeatedKey(of: advert.from) }
            slots[advert.from] = slot
        }
        guard adverts.count >= session.threshold else {
            throw .tooFew(have: adverts.count, need: session.threshold)
        }
        var writer = ByteWriter(reserving: 64 + Advert.entryBytes * adverts.count)
        writer.write("dividend/sum/roster/v1")
        writer.write(session.digest)
        for advert in adverts { advert.write(to: &writer) }
        digest = Digest(of: writer.bytes)
        graph = NeighbourGraph(session, seed: digest)
        self.session = session
        self.present = present
        self.adverts = adverts
        self.slots = slots
    }

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(
            .roster, session.digest, reserving: 4 + Advert.entryBytes * adverts.count)
        writer.write(UInt32(adverts.count))
        for advert in adverts { advert.write(to: &writer) }
        return writer.bytes
    }

    /// Reads and checks the message.
    ///
    /// - Throws: ``SumError/format(_:)``, ``SumError/anotherSession``, and as
    ///   ``init(_:in:of:known:threads:)``.
    /// - Cost: as there.
    public init(
        parsing bytes: [UInt8], in session: SumSession, of party: PartyID? = nil,
        known: CheckedSignatures? = nil, threads: Int = 1
    ) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.roster, bytes)
        guard context == session.digest else { throw .anotherSession }
        let adverts = try MessageHead.parse { () throws(FormatError) in
            let count = try reader.readCount(ofEntries: Advert.entryBytes)
            guard count <= session.parties.count else {
                throw FormatError("more adverts than parties", at: 37)
            }
            var adverts: [Advert] = []
            for _ in 0..<count {
                let start = reader.offset
                let advert = try Advert(&reader, parties: session.parties.count)
                guard advert.from > adverts.last?.from ?? -1 else {
                    throw FormatError("the adverts are not in order", at: start)
                }
                adverts.append(advert)
            }
            try reader.finish()
            return adverts
        }
        try self.init(adverts, in: session, of: party, known: known, threads: threads)
    }

    /// The advert of a party; nil when it is not on the list.
    func advert(of party: Int) -> Advert? {
        slots.indices.contains(party) && slots[party] >= 0 ? adverts[slots[party]] : nil
    }

    /// The neighbours of a party that are on the list, ascending.
    func neighbours(of party: Int) -> [Int] {
        graph.neighbours(of: party).filter { present.contains($0) }
    }
}
