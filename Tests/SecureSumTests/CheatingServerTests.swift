// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// A server that does not keep to the protocol meets parties that stop.
@Suite struct CheatingServerTests {
    private static let keys = Simulation.keys(6)
    private static let zeros = [[Int64]](repeating: [0, 0, 0, 0], count: 6)

    private static func session(_ number: Int = 0) throws -> SumSession {
        try SumSession.plain(keys, threshold: 5, corrupt: 3, number: number)
    }

    /// Everybody's keys, and the devices that wait for the list.
    private static func adverts(
        _ session: SumSession, seed: UInt64 = 1
    ) throws -> (devices: [Device], adverts: [Advert]) {
        let devices = Simulation(session, keys: keys, seed: seed).devices
        return (devices, try devices.map { try $0.advertise(session) })
    }

    // MARK: Keys

    @Test func `keys that another than the registered party signed are refused`() throws {
        let session = try CheatingServerTests.session()
        let (devices, adverts) = try CheatingServerTests.adverts(session)
        let mine = PairKey(SecretBytes([UInt8](repeating: 9, count: 32))!)
        for key in [\Advert.cipherKey, \Advert.maskKey] {
            let real = adverts[2]
            let forged = Advert(
                from: 2, cipherKey: key == \.cipherKey ? mine.publicKey : real.cipherKey,
                maskKey: key == \.maskKey ? mine.publicKey : real.maskKey,
                signature: real.signature)
            var list = adverts
            list[2] = forged
            #expect(throws: SumError.signature(of: 2)) { try Roster(list, in: session) }
        }
        // The two keys of one party swapped.
        var list = adverts
        list[1] = Advert(
            from: 1, cipherKey: adverts[1].maskKey, maskKey: adverts[1].cipherKey,
            signature: adverts[1].signature)
        #expect(throws: SumError.signature(of: 1)) { try Roster(list, in: session) }
        // The keys of two parties swapped.
        list = adverts
        list[3] = Advert(
            from: 3, cipherKey: adverts[4].cipherKey, maskKey: adverts[4].maskKey,
            signature: adverts[4].signature)
        #expect(throws: SumError.signature(of: 3)) { try Roster(list, in: session) }
        _ = devices
    }

    @Test func `a key that occurs twice is refused`() throws {
        let session = try CheatingServerTests.session()
        let (_, adverts) = try CheatingServerTests.adverts(session)
        func resigned(_ place: Int, _ cipher: PairPublicKey, _ mask: PairPublicKey) -> Advert {
            let key = CheatingServerTests.keys.first { $0.id == session.parties[place] }!
            return Advert(
                from: place, cipherKey: cipher, maskKey: mask,
                signature: key.sign(Advert.statement(session, place, cipher, mask)))
        }
        // Party 3 is corrupt and signs keys of party 1.
        for advert in [
            resigned(3, adverts[1].cipherKey, adverts[3].maskKey),
            resigned(3, adverts[3].cipherKey, adverts[1].maskKey),
            resigned(3, adverts[1].maskKey, adverts[3].maskKey),
            resigned(3, adverts[3].maskKey, adverts[3].maskKey),
        ] {
            var list = adverts
            list[3] = advert
            #expect(throws: SumError.repeatedKey(of: 3)) { try Roster(list, in: session) }
        }
        #expect(throws: SumError.repeated(3)) { try Roster(adverts + [adverts[3]], in: session) }
        // The server for its part leaves the copy out and goes on with the others.
        var adverting = SumServer.Adverting(session)
        for (place, advert) in adverts.enumerated() {
            let advert = place == 3 ? resigned(3, adverts[1].cipherKey, advert.maskKey) : advert
            try adverting.accept(advert, from: session.parties[place])
        }
        let sharing = try adverting.close()
        let present = sharing.roster.present
        #expect(present.members == [0, 1, 2, 4, 5])
    }

    @Test func `keys of another session or of an earlier start are refused`() throws {
        let session = try CheatingServerTests.session()
        let (devices, adverts) = try CheatingServerTests.adverts(session)
        let other = try CheatingServerTests.session(1)
        let (_, foreign) = try CheatingServerTests.adverts(other)
        var list = adverts
        list[4] = foreign[4]
        #expect(throws: SumError.signature(of: 4)) { try Roster(list, in: session) }
        #expect(throws: SumError.anotherSession) {
            try Advert(parsing: foreign[4].bytes(in: other), in: session)
        }
        // The whole list of the other session.
        #expect(throws: SumError.anotherSession) {
            try devices[0].share(Roster(foreign, in: other))
        }
        // Party 1 started twice under one id: the list with its first keys does not fit the second.
        let (again, _) = try CheatingServerTests.adverts(session, seed: 2)
        let first = try Roster(adverts, in: session)
        #expect(throws: SumError.ownKeys) { try again[1].share(first) }
    }

    @Test func `keys for a number that no party has are refused`() throws {
        let large = try SumSession.plain(Simulation.keys(9), threshold: 7)
        let (_, adverts) = try CheatingServerTests.adverts(CheatingServerTests.session())
        let stranger = try Device(Simulation.keys(9)[0], seed: 1).advertise(large)
        let moved = Advert(
            from: 8, cipherKey: stranger.cipherKey, maskKey: stranger.maskKey,
            signature: stranger.signature)
        #expect(throws: SumError.notTakingPart(8)) {
            try Roster(adverts + [moved], in: CheatingServerTests.session())
        }
    }

    @Test func `fewer keys than the threshold are refused`() throws {
        let session = try CheatingServerTests.session()
        let (_, adverts) = try CheatingServerTests.adverts(session)
        #expect(throws: SumError.tooFew(have: 4, need: 5)) {
            try Roster(Array(adverts[..<4]), in: session)
        }
    }

    // MARK: Shares

    /// The devices after round 1, and what each would get.
    private static func delivered(
        _ session: SumSession, seed: UInt64 = 1
    ) throws -> (devices: [Device], roster: Roster, deliveries: [ShareDelivery]) {
        let (devices, adverts) = try adverts(session, seed: seed)
        let roster = try Roster(adverts, in: session)
        let bundles = try devices.map { try $0.share(roster) }
        let deliveries = devices.indices.map { to in
            ShareDelivery(
                to: to,
                sealed: bundles.compactMap { bundle in
                    bundle.sealed.first { $0.party == to }
                        .map { SealedShares(party: bundle.from, bytes: $0.bytes) }
                }, roster: roster.digest)
        }
        return (devices, roster, deliveries)
    }

    @Test func `shares that were changed or moved or come from elsewhere are refused`() throws {
        let session = try CheatingServerTests.session()
        let foreign = try CheatingServerTests.delivered(session, seed: 2).deliveries[0]
        func refuses(
            _ error: SumError, _ change: (inout [SealedShares], [ShareDelivery]) -> Void
        ) throws {
            let (devices, roster, deliveries) = try CheatingServerTests.delivered(session)
            var sealed = deliveries[0].sealed
            change(&sealed, deliveries)
            let delivery = ShareDelivery(to: 0, sealed: sealed, roster: roster.digest)
            #expect(throws: error) { try devices[0].mask([0, 0, 0, 0], delivery) }
            // The party is out: it answers nothing more.
            #expect(throws: Gone.self) { try devices[0].mask([0, 0, 0, 0], deliveries[0]) }
        }
        // A bit of one.
        try refuses(.sealedShares(of: 2)) { sealed, _ in
            var bytes = sealed[1].bytes
            bytes[40] ^= 1
            sealed[1] = SealedShares(party: 2, bytes: bytes)
        }
        // Those of party 3 in the name of party 2.
        try refuses(.sealedShares(of: 2)) { sealed, _ in
            sealed[1] = SealedShares(party: 2, bytes: sealed[2].bytes)
        }
        // What was sealed for party 1.
        try refuses(.sealedShares(of: 2)) { sealed, deliveries in
            sealed[1] = SealedShares(party: 2, bytes: deliveries[1].sealed[1].bytes)
        }
        // What party 0 itself sealed for party 2, reflected.
        try refuses(.sealedShares(of: 2)) { sealed, deliveries in
            sealed[1] = SealedShares(party: 2, bytes: deliveries[2].sealed[0].bytes)
        }
        // Of another start of the same session.
        try refuses(.sealedShares(of: 1)) { sealed, _ in sealed = foreign.sealed }
        // Twice the same, and too few.
        try refuses(.neighbours(of: 0)) { sealed, _ in sealed.insert(sealed[1], at: 1) }
        try refuses(.tooFew(have: 4, need: 5)) { sealed, _ in sealed.removeLast(2) }
        // For somebody else, or of another list of keys.
        let (devices, _, deliveries) = try CheatingServerTests.delivered(session)
        #expect(throws: SumError.notTheSender(claimed: 1)) {
            try devices[0].mask([0, 0, 0, 0], deliveries[1])
        }
        #expect(throws: SumError.anotherSession) {
            try devices[2].mask(
                [0, 0, 0, 0],
                ShareDelivery(to: 2, sealed: deliveries[2].sealed, roster: foreign.roster))
        }
    }

    // MARK: Survivors

    /// A session in which everybody has masked numbers, and nobody has signed yet.
    private static func masked() throws -> (devices: [Device], roster: Roster) {
        let (devices, roster, deliveries) = try delivered(session())
        for (device, delivery) in zip(devices, deliveries) {
            _ = try device.mask([0, 0, 0, 0], delivery)
        }
        return (devices, roster)
    }

    private static func list(_ members: [Int], _ roster: Roster) -> SurvivorList {
        SurvivorList(PartySet(members, universe: 6), roster: roster.digest)
    }

    @Test func `a list without the party itself or of too few is refused`() throws {
        let (devices, roster) = try CheatingServerTests.masked()
        #expect(throws: SumError.notAmongSurvivors) {
            try devices[0].check(CheatingServerTests.list([1, 2, 3, 4, 5], roster))
        }
        #expect(throws: SumError.tooFew(have: 4, need: 5)) {
            try devices[1].check(CheatingServerTests.list([0, 1, 2, 3], roster))
        }
        #expect(throws: SumError.anotherSession) {
            try devices[2].check(
                SurvivorList(PartySet(0..<6, universe: 6), roster: Simulation.id(9)))
        }
    }

    @Test func `a survivor whose shares never came is refused`() throws {
        let (devices, roster, deliveries) = try CheatingServerTests.delivered(
            CheatingServerTests.session())
        let without = ShareDelivery(
            to: 0, sealed: deliveries[0].sealed.filter { $0.party != 3 }, roster: roster.digest)
        _ = try devices[0].mask([0, 0, 0, 0], without)
        #expect(throws: SumError.survivorWithoutShares(3)) {
            try devices[0].check(CheatingServerTests.list([0, 1, 2, 3, 4, 5], roster))
        }
    }

    /// The attack that the round of signatures is for: party 5 is alive to some and gone to others,
    /// so that both of its secrets would come out.
    @Test func `two lists of survivors never get enough signatures`() throws {
        let (devices, roster) = try CheatingServerTests.masked()
        let session = try CheatingServerTests.session()
        let whole = CheatingServerTests.list([0, 1, 2, 3, 4, 5], roster)
        let less = CheatingServerTests.list([0, 1, 2, 3, 4], roster)
        // Parties 0 to 2 are corrupt and sign both lists; 3 sees the one, 4 and 5 the other.
        func signed(_ list: SurvivorList, _ place: Int) -> SurvivorCheck {
            let statement = list.statement(session: session.digest)
            return SurvivorCheck(
                from: place, signature: devices[place].key.sign(statement), roster: roster.digest)
        }
        let one = try [signed(less, 0), signed(less, 1), signed(less, 2), devices[3].check(less)]
        var other = [signed(whole, 0), signed(whole, 1), signed(whole, 2)]
        for place in 4...5 { other.append(try devices[place].check(whole)) }
        #expect(throws: SumError.tooFew(have: 4, need: 5)) {
            try SumAttestation(one, over: less, in: session, threads: 1)
        }
        // Signatures of one list do not stand for the other.
        #expect(throws: SumError.signature(of: 4)) {
            try SumAttestation(
                one + [other[3]], over: less, in: session, threads: 1)
        }
        #expect(throws: SumError.repeated(3)) {
            try SumAttestation(one + [one[3]], over: less, in: session, threads: 1)
        }
        // The other list can be attested, and then party 3, who signed the first, gives nothing.
        let attested = try SumAttestation(other, over: whole, in: session, threads: 1)
        #expect(throws: SumError.otherSurvivors) { try devices[3].unmask(attested) }
        let answer = try devices[4].unmask(attested)
        #expect(answer.entries.map(\.about) == [0, 1, 2, 3, 4, 5])
        // And nobody answers twice, whatever the second list says.
        #expect(throws: Gone.self) { try devices[4].unmask(attested) }
    }

    @Test func `for each party one share is given and never both`() throws {
        let session = try CheatingServerTests.session()
        let open = try OpenSession(
            session, keys: CheatingServerTests.keys, inputs: CheatingServerTests.zeros,
            dropping: [2])
        for place in [0, 1, 3, 4, 5] {
            guard let held = open.devices[place].checking?.shares else { throw Gone() }
            let answer = try open.devices[place].unmask(open.attestation)
            #expect(answer.entries.map(\.about) == [0, 1, 2, 3, 4, 5])
            for entry in answer.entries where entry.about != place {
                let pair = try #require(held.first { $0.party == entry.about }?.pair)
                let isGone = entry.about == 2
                #expect(entry.share.equals(isGone ? pair.ofMask : pair.ofSeed))
                #expect(!entry.share.equals(isGone ? pair.ofSeed : pair.ofMask))
            }
        }
        // The one that was late has no round left in which it would answer.
        #expect(throws: SumError.notAmongSurvivors) { try open.devices[2].check(open.list) }
    }

    @Test func `an attestation of another session is refused`() throws {
        let keys = CheatingServerTests.keys
        let first = try OpenSession(
            CheatingServerTests.session(), keys: keys, inputs: CheatingServerTests.zeros)
        let second = try OpenSession(
            CheatingServerTests.session(1), keys: keys, inputs: CheatingServerTests.zeros)
        #expect(throws: SumError.anotherSession) {
            try first.devices[0].unmask(second.attestation)
        }
    }
}
