// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// Round 4, from the server to every survivor, and what remains afterwards: the list of survivors with
/// the signatures of at least as many of them as the threshold. Only a list whose signatures were
/// checked is one.
///
/// Two lists of one session cannot both be attested while at most the session's number of corrupt
/// parties sign twice: 2t > n + c. It proves who took part in the sum, to anybody who has the
/// session; who is on the list but did not sign is in the sum and has no claim.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 37 | head, with the roster's digest |
/// | 37 | 8 each | the survivors, as in ``SurvivorList`` |
/// | … | 4 | how many signatures |
/// | … | 66 each | from (2), Ed25519 signature (64), ascending |
public struct SumAttestation: Sendable {
    /// The digest of the session.
    public let session: Digest
    /// The survivors, and the digest of the roster they belong to.
    public let list: SurvivorList
    /// The numbers of those who signed, ascending.
    public var signers: [Int] { signatures.map(\.from) }
    /// The keys of those who signed: whom to pay.
    public let signedBy: [PartyID]
    private let signatures: [SurvivorCheck]

    /// Checks signatures over a list.
    ///
    /// - Parameters:
    ///   - known: what was checked before in this process.
    ///   - threads: how many signatures are checked at once, at least 1.
    /// - Throws: ``SumError/notTakingPart(_:)`` for one who is no survivor, ``SumError/repeated(_:)``,
    ///   ``SumError/signature(of:)``, and below the threshold ``SumError/tooFew(have:need:)``.
    /// - Cost: 50 µs for each signature, divided by the threads.
    init(
        _ checks: [SurvivorCheck], over list: SurvivorList, in session: SumSession,
        known: CheckedSignatures? = nil, threads: Int
    ) throws(SumError) {
        let statement = list.statement(session: session.digest)
        var seen = PartySet(universe: session.parties.count)
        for check in checks {
            guard check.roster == list.roster else { throw .anotherSession }
            guard list.survivors.contains(check.from) else { throw .notTakingPart(check.from) }
            guard seen.insert(check.from) else { throw .repeated(check.from) }
        }
        let signed: [PartyID.Signed] = checks.map {
            (session.parties[$0.from], $0.signature, statement)
        }
        let wrong: Int? =
            known.map { $0.verifyAll(signed, threads: threads) }
            ?? PartyID.verifyAll(signed, threads: threads)
        if let wrong { throw .signature(of: checks[wrong].from) }
        try self.init(verified: checks, over: list, in: session)
    }

    /// Takes signatures that were checked.
    init(
        verified checks: [SurvivorCheck], over list: SurvivorList, in session: SumSession
    ) throws(SumError) {
        guard checks.count >= session.threshold else {
            throw .tooFew(have: checks.count, need: session.threshold)
        }
        signatures = checks.sorted { $0.from < $1.from }
        signedBy = signatures.map { session.parties[$0.from] }
        self.session = session.digest
        self.list = list
    }

    /// The message as bytes.
    public var bytes: [UInt8] {
        var writer = MessageHead.writer(
            .attestation, list.roster, reserving: 512 + 66 * signatures.count)
        list.survivors.write(to: &writer)
        writer.write(UInt32(signatures.count))
        for check in signatures {
            writer.write(UInt16(check.from))
            writer.write(raw: check.signature.bytes)
        }
        return writer.bytes
    }

    /// Reads and checks the message: all that an auditor needs is the session.
    ///
    /// - Parameters:
    ///   - roster: the digest of the list of keys, where it is known; else whatever the signatures say.
    ///   - known: what was checked before in this process.
    /// - Throws: ``SumError/format(_:)``, ``SumError/anotherSession``, and for signatures that do not
    ///   fit, are no survivor's or are too few, what is wrong with them.
    /// - Cost: 50 µs for each signature, divided by the threads.
    public init(
        parsing bytes: [UInt8], in session: SumSession, roster: Digest? = nil,
        known: CheckedSignatures? = nil, threads: Int = 1
    ) throws(SumError) {
        var (reader, context) = try MessageHead.reader(.attestation, bytes)
        guard roster == nil || roster == context else { throw .anotherSession }
        let (list, checks) = try MessageHead.parse {
            () throws(FormatError) -> (SurvivorList, [SurvivorCheck]) in
            let survivors = try PartySet(&reader, universe: session.parties.count)
            let count = try reader.readCount(ofEntries: 66)
            var checks: [SurvivorCheck] = []
            for _ in 0..<count {
                let start = reader.offset
                let from = try reader.readParty(below: session.parties.count)
                guard from > checks.last?.from ?? -1 else {
                    throw FormatError("the signatures are not in order", at: start)
                }
                checks.append(
                    SurvivorCheck(
                        from: from, signature: try reader.readSignature(), roster: context))
            }
            try reader.finish()
            return (SurvivorList(survivors, roster: context), checks)
        }
        try self.init(checks, over: list, in: session, known: known, threads: threads)
    }
}
