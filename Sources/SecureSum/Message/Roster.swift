// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

/// Round 0, from the server to every party: all the keys, and with them the whole of who masks with
/// whom. Only a list whose signatures and keys were checked is one.
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
    /// - Parameter threads: how many signatures are checked at once, at least 1.
    /// - Throws: ``SumError/notTakingPart(_:)`` for a number that no party has,
    ///   ``SumError/signature(of:)``, ``SumError/repeated(_:)``, ``SumError/repeatedKey(of:)`` and,
    ///   below the session's threshold, ``SumError/tooFew(have:need:)``.
    /// - Cost: 50 µs for each advert, divided by the threads.
    public init(
        _ adverts: [Advert], in session: SumSession, threads: Int = 1
    ) throws(SumError) {
        let sorted = adverts.sorted { $0.from < $1.from }
        if let last = sorted.last?.from, last >= session.parties.count {
            throw .notTakingPart(last)
        }
        if let wrong = PartyID.verifyAll(sorted.map { $0.signed(in: session) }, threads: threads) {
            throw .signature(of: sorted[wrong].from)
        }
        try self.init(verified: sorted, in: session)
    }

    /// Takes adverts whose signatures were checked, ascending.
    init(verified adverts: [Advert], in session: SumSession) throws(SumError) {
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
    ///   ``init(_:in:threads:)``.
    /// - Cost: 50 µs for each advert, divided by the threads.
    public init(
        parsing bytes: [UInt8], in session: SumSession, threads: Int = 1
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
        try self.init(adverts, in: session, threads: threads)
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
