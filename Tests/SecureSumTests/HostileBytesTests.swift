// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// Bytes of any kind give a message or an error, never a crash; and each message has one spelling.
@Suite struct HostileBytesTests {
    private static let keys = Simulation.keys(4)

    /// Tries mutations of a message, and random bytes, and every shorter start of it.
    private static func torment(
        _ bytes: [UInt8], seed: UInt64, _ parse: ([UInt8]) throws(SumError) -> [UInt8]
    ) throws {
        #expect(try parse(bytes) == bytes)
        var random = Seeded(seed)
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            #expect(throws: SumError.self) { try parse(Array(bytes[..<length])) }
        }
        #expect(throws: SumError.self) { try parse(bytes + [0]) }
        for round in 0..<Slow.count(150, 20_000) {
            let hostile =
                round.isMultiple(of: 10)
                ? random.bytes(Int.random(in: 0...200, using: &random))
                : random.mutate(bytes, cuttingOnceIn: 4)
            if let read = try? parse(hostile) {
                // What is read is written the same again: there is no second spelling.
                #expect(read == hostile)
            }
        }
    }

    @Test func `no bytes bring a reader down`() throws {
        let session = try SumSession.plain(HostileBytesTests.keys, threshold: 3, length: 5)
        let devices = Simulation(session, keys: HostileBytesTests.keys).devices
        var adverting = SumServer.Adverting(session)
        var adverts: [Advert] = []
        for device in devices {
            adverts.append(try device.advertise(session))
            try adverting.accept(adverts[adverts.count - 1], from: device.party)
        }
        try HostileBytesTests.torment(adverts[0].bytes(in: session), seed: 1) {
            bytes throws(SumError) in
            try Advert(parsing: bytes, in: session).bytes(in: session)
        }
        var sharing = try adverting.close()
        let roster = sharing.roster
        try HostileBytesTests.torment(roster.bytes, seed: 2) { bytes throws(SumError) in
            try Roster(parsing: bytes, in: session).bytes
        }
        for (place, device) in devices.enumerated() {
            let bundle = try device.share(roster)
            if place == 0 {
                try HostileBytesTests.torment(bundle.bytes, seed: 3) { bytes throws(SumError) in
                    try ShareBundle(parsing: bytes, for: roster).bytes
                }
            }
            try sharing.accept(bundle, from: device.party)
        }
        var masking = try sharing.close()
        for (place, device) in devices.enumerated() {
            guard let delivery = masking.delivery(to: device.party) else { throw Gone() }
            let input = try device.mask([1, 2, 3, 4, 5], delivery)
            if place == 0 {
                try HostileBytesTests.torment(delivery.bytes, seed: 4) { bytes throws(SumError) in
                    try ShareDelivery(parsing: bytes, for: roster).bytes
                }
                try HostileBytesTests.torment(input.bytes, seed: 5) { bytes throws(SumError) in
                    try MaskedInput(parsing: bytes, for: roster).bytes
                }
            }
            if place != 3 { try masking.accept(input, from: device.party) }
        }
        var checking = try masking.close()
        let list = checking.list
        try HostileBytesTests.torment(list.bytes, seed: 6) { bytes throws(SumError) in
            try SurvivorList(parsing: bytes, for: roster).bytes
        }
        for (place, device) in devices.enumerated() where place != 3 {
            let check = try device.check(list)
            if place == 0 {
                try HostileBytesTests.torment(check.bytes, seed: 7) { bytes throws(SumError) in
                    try SurvivorCheck(parsing: bytes, for: roster).bytes
                }
            }
            try checking.accept(check, from: device.party)
        }
        var unmasking = try checking.close()
        let attestation = unmasking.attestation
        try HostileBytesTests.torment(attestation.bytes, seed: 8) { bytes throws(SumError) in
            try SumAttestation(parsing: bytes, in: session).bytes
        }
        for (place, device) in devices.enumerated() where place != 3 {
            let answer = try device.unmask(attestation)
            if place == 0 {
                try HostileBytesTests.torment(answer.bytes, seed: 9) { bytes throws(SumError) in
                    try Unmasking(parsing: bytes, for: roster).bytes
                }
            }
            try unmasking.accept(answer, from: device.party)
        }
        #expect(try unmasking.sum().sums == [3, 6, 9, 12, 15])
    }

    @Test func `a key that is no key is refused`() throws {
        let session = try SumSession.plain(HostileBytesTests.keys, threshold: 3)
        let device = Simulation(session, keys: HostileBytesTests.keys).devices[0]
        let bytes = try device.advertise(session).bytes(in: session)
        let unreduced = [0xee] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        var high = Array(bytes[39..<71])
        high[31] |= 0x80
        let small = PairPublicKey.smallOrder.map(\.bytes)
        #expect(small.count == 5)
        // With those every secret agrees on zero, as an X25519 operation shows.
        for point in small { #expect(AgreementPublicKey(bytes: point) == nil) }
        for key in small + [unreduced, high] {
            var changed = bytes
            changed.replaceSubrange(39..<71, with: key)
            do {
                _ = try Advert(parsing: changed, in: session)
                Issue.record("taken for a key")
            } catch {
                guard case .format(let format) = error else { throw error }
                #expect(format.offset == 39)
            }
        }
    }
}
