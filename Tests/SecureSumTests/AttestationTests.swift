// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// Who is paid: those who signed that they took part.
@Suite struct AttestationTests {
    private static let keys = Simulation.keys(7)

    @Test func `survivors who signed are named and those who did not are in the sum only`() throws {
        let session = try SumSession.plain(AttestationTests.keys, threshold: 5, length: 1)
        let inputs: [[Int64]] = (0..<7).map { [1 << Int64($0)] }
        // 1 never sends numbers, 4 sends them and does not sign.
        var simulation = Simulation(session, keys: AttestationTests.keys)
        let result = try simulation.run(inputs, dropping: [1: .masked, 4: .check])
        #expect(result.sums == [127 - 2])
        #expect(result.parts == 6)
        #expect(result.attestation.list.survivors.members == [0, 2, 3, 4, 5, 6])
        #expect(result.attestation.signers == [0, 2, 3, 5, 6])
        #expect(result.attestation.signedBy == [0, 2, 3, 5, 6].map { session.parties[$0] })
        // Anybody who has the session checks it, and only for that session.
        let bytes = result.attestation.bytes
        let read = try SumAttestation(parsing: bytes, in: session, threads: 2)
        #expect(read.signedBy == result.attestation.signedBy)
        let other = try SumSession.plain(
            AttestationTests.keys, threshold: 5, length: 1, number: 1)
        #expect(throws: SumError.signature(of: 0)) {
            try SumAttestation(parsing: bytes, in: other)
        }
        #expect(throws: SumError.anotherSession) {
            try SumAttestation(parsing: bytes, in: session, roster: Simulation.id(3))
        }
    }

    @Test func `the server takes a message from its own sender only and only once`() throws {
        let session = try SumSession.plain(AttestationTests.keys, threshold: 5)
        let devices = Simulation(session, keys: AttestationTests.keys).devices
        let stranger = Simulation.keys(1, seed: 99)[0].id
        var adverting = SumServer.Adverting(session)
        let first = try devices[0].advertise(session)
        #expect(throws: SumError.notTheSender(claimed: 0)) {
            try adverting.accept(first, from: devices[1].party)
        }
        #expect(throws: SumError.notInSession(stranger)) {
            try adverting.accept(first, from: stranger)
        }
        try adverting.accept(first, from: devices[0].party)
        #expect(throws: SumError.repeated(0)) {
            try adverting.accept(first, from: devices[0].party)
        }
        for device in devices[1..<6] {
            try adverting.accept(device.advertise(session), from: device.party)
        }
        var sharing = try adverting.close()
        let roster = sharing.roster
        let bundle = try devices[0].share(roster)
        let short = ShareBundle(
            from: 0, commitment: bundle.commitment, sealed: Array(bundle.sealed.dropLast()),
            roster: roster.digest)
        #expect(throws: SumError.neighbours(of: 0)) {
            try sharing.accept(short, from: devices[0].party)
        }
        let late = ShareBundle(
            from: 6, commitment: bundle.commitment, sealed: bundle.sealed, roster: roster.digest)
        #expect(throws: SumError.notTakingPart(6)) {
            try sharing.accept(late, from: devices[6].party)
        }
        try sharing.accept(bundle, from: devices[0].party)
        for device in devices[1..<5] {
            try sharing.accept(device.share(roster), from: device.party)
        }
        var masking = try sharing.close()
        #expect(masking.delivery(to: devices[5].party) == nil)
        var inputs: [MaskedInput] = []
        for device in devices[0..<5] {
            guard let delivery = masking.delivery(to: device.party) else { throw Gone() }
            inputs.append(try device.mask([1, 2, 3, 4], delivery))
            try masking.accept(inputs[inputs.count - 1], from: device.party)
        }
        #expect(throws: SumError.repeated(2)) {
            try masking.accept(inputs[2], from: devices[2].party)
        }
        let foreign = MaskedInput(from: 5, vector: inputs[2].vector, roster: roster.digest)
        #expect(throws: SumError.notTakingPart(5)) {
            try masking.accept(foreign, from: devices[5].party)
        }
        let other = MaskedInput(from: 2, vector: inputs[2].vector, roster: Simulation.id(4))
        #expect(throws: SumError.anotherSession) {
            try masking.accept(other, from: devices[2].party)
        }
    }
}
