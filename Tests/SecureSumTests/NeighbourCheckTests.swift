// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// On a ring a party checks the signatures of its neighbours, with whom alone it shares and masks. Whoever is listed with
/// keys that are not its own signs nothing, so a forged entry helps nobody to a sum.
@Suite struct NeighbourCheckTests {
    private let keys = Simulation.keys(20)

    private func session() throws -> SumSession {
        let degree = SumDegree(
            parties: 20, corrupt: 1, dropOuts: 2, neighbours: 6, shareThreshold: 5)
        return try SumSession.plain(keys, threshold: 15, corrupt: 1, degree: degree)
    }

    @Test func `a forged neighbour is refused, and a forged stranger refuses by itself`() throws {
        let session = try session()
        let mine = PairKey(SecretBytes([UInt8](repeating: 9, count: 32))!)
        var (near, far) = (0, 0)
        for forged in 1..<20 {
            let devices = Simulation(session, keys: keys, seed: 3).devices
            var adverts = try devices.map { try $0.advertise(session) }
            adverts[forged] = Advert(
                from: forged, cipherKey: adverts[forged].cipherKey, maskKey: mine.publicKey,
                signature: adverts[forged].signature)
            // Who is whose neighbour follows from the list, forged as it is.
            let listed = try Roster(listed: adverts, in: session)
            let bytes = listed.bytes
            let first = session.parties[0]
            if listed.neighbours(of: 0).contains(forged) {
                #expect(throws: SumError.signature(of: forged)) {
                    try Roster(parsing: bytes, in: session, of: first)
                }
                near += 1
            } else {
                let roster = try Roster(parsing: bytes, in: session, of: first)
                #expect(roster.digest == listed.digest)
                #expect(throws: SumError.ownKeys) { try devices[forged].share(roster) }
                far += 1
            }
            // All of its own neighbours refuse it, and so does whoever checks the whole list.
            for neighbour in listed.neighbours(of: forged) {
                #expect(throws: SumError.signature(of: forged)) {
                    try Roster(parsing: bytes, in: session, of: session.parties[neighbour])
                }
            }
            #expect(throws: SumError.signature(of: forged)) {
                try Roster(parsing: bytes, in: session)
            }
        }
        #expect(near > 0 && far > 0)
    }

    @Test func `where everybody masks with everybody all signatures are checked`() throws {
        let session = try SumSession.plain(keys, threshold: 15, corrupt: 1)
        var adverts = try Simulation(session, keys: keys).devices.map {
            try $0.advertise(session)
        }
        adverts[7] = Advert(
            from: 7, cipherKey: adverts[7].maskKey, maskKey: adverts[7].cipherKey,
            signature: adverts[7].signature)
        for party in [0, 6, 19] {
            #expect(throws: SumError.signature(of: 7)) {
                try Roster(adverts, in: session, of: session.parties[party])
            }
        }
    }

    @Test func `what one checked another takes over, and what was never checked nobody`() throws {
        let session = try session()
        let adverts = try Simulation(session, keys: keys).devices.map {
            try $0.advertise(session)
        }
        let known = CheckedSignatures()
        _ = try Roster(adverts, in: session, known: known)
        _ = try Roster(adverts, in: session, of: session.parties[3], known: known)
        for changed in 0..<20 {
            var list = adverts
            let other = adverts[(changed + 1) % 20]
            list[changed] = Advert(
                from: changed, cipherKey: adverts[changed].cipherKey,
                maskKey: adverts[changed].maskKey, signature: other.signature)
            #expect(throws: SumError.signature(of: changed)) {
                try Roster(list, in: session, known: known)
            }
        }
        // A refusal is not kept either: the true one holds afterwards as before.
        _ = try Roster(adverts, in: session, known: known)
    }
}
