// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Privacy
import TestSupport

@testable import SecureSum

/// One party on its own device, holding the one round it is in.
final class Device {
    let key: SigningKey
    var party: PartyID { key.id }
    var source: ByteSource
    var advertising: SumClient.Advertising?
    var sharing: SumClient.Sharing?
    var masking: SumClient.Masking?
    var checking: SumClient.Checking?

    init(_ key: SigningKey, seed: UInt64) {
        self.key = key
        var random = Seeded(seed)
        source = ByteSource(seededBy: &random)
    }

    func advertise(_ session: SumSession) throws -> Advert {
        let next = try SumClient.Advertising(in: session, key: key, from: &source)
        let message = next.message
        advertising = consume next
        return message
    }

    func share(_ roster: Roster) throws -> ShareBundle {
        guard let last = advertising.take() else { throw Gone() }
        let next = try last.share(among: roster, from: &source)
        let message = next.message
        sharing = consume next
        return message
    }

    func mask(_ numbers: [Int64], _ delivery: ShareDelivery) throws -> MaskedInput {
        guard let last = sharing.take() else { throw Gone() }
        let next = try last.mask(numbers, delivered: delivery, from: &source)
        let message = next.message
        masking = consume next
        return message
    }

    func check(_ list: SurvivorList) throws -> SurvivorCheck {
        guard let last = masking.take() else { throw Gone() }
        let next = try last.check(list)
        let message = next.message
        checking = consume next
        return message
    }

    func unmask(_ attestation: SumAttestation) throws -> Unmasking {
        guard let last = checking.take() else { throw Gone() }
        return try last.unmask(attestation)
    }
}

/// The round was answered already, or refused.
struct Gone: Error {}

/// The first message that a party no longer sends.
enum Stage: Int, CaseIterable {
    case advert, bundle, masked, check, unmasking, none
}

/// A whole session in one process, every message by way of its bytes.
struct Simulation {
    let session: SumSession
    /// By number in the session.
    let devices: [Device]

    /// The vectors that the server saw, by party.
    private(set) var seen: [Int: RingVector] = [:]
    private(set) var roster: Roster?

    init(_ session: SumSession, keys: [SigningKey], seed: UInt64 = 1) {
        self.session = session
        devices = keys.sorted { $0.id < $1.id }.enumerated()
            .map { Device($1, seed: seed &* 1_000_003 &+ UInt64($0)) }
    }

    static func keys(_ count: Int, seed: UInt64 = 7) -> [SigningKey] {
        var random = Seeded(seed)
        return (0..<count).map { _ in SigningKey(using: &random) }
    }

    static func id(_ number: Int) -> Digest { Digest(of: Array("sum \(number)".utf8)) }

    /// Runs all rounds; party p's first missing message is `dropping[p]`.
    ///
    /// - Parameter byBytes: whether every message goes by way of its bytes, and is checked by each side;
    ///   else what one side has checked the other takes over.
    mutating func run(
        _ inputs: [[Int64]], dropping: [Int: Stage] = [:], byBytes: Bool = true, threads: Int = 1
    ) throws -> SumResult {
        func staying(_ stage: Stage) -> [(Int, Device)] {
            devices.enumerated().filter { place, _ in
                (dropping[place] ?? .none).rawValue > stage.rawValue
            }.map { ($0, $1) }
        }
        var adverting = SumServer.Adverting(session)
        for (_, device) in staying(.advert) {
            var advert = try device.advertise(session)
            if byBytes { advert = try Advert(parsing: advert.bytes(in: session), in: session) }
            try adverting.accept(advert, from: device.party)
        }
        var sharing = try adverting.close()
        let roster =
            byBytes
            ? try Roster(parsing: sharing.roster.bytes, in: session, threads: threads)
            : sharing.roster
        self.roster = roster
        for (_, device) in staying(.bundle) {
            var bundle = try device.share(roster)
            if byBytes { bundle = try ShareBundle(parsing: bundle.bytes, for: roster) }
            try sharing.accept(bundle, from: device.party)
        }
        var masking = try sharing.close()
        for (place, device) in staying(.masked) {
            guard var delivery = masking.delivery(to: device.party) else { throw Gone() }
            if byBytes { delivery = try ShareDelivery(parsing: delivery.bytes, for: roster) }
            var input = try device.mask(inputs[place], delivery)
            if byBytes { input = try MaskedInput(parsing: input.bytes, for: roster) }
            seen[place] = input.vector
            try masking.accept(input, from: device.party)
        }
        var checking = try masking.close()
        let list = try SurvivorList(parsing: checking.list.bytes, for: roster)
        for (_, device) in staying(.check) {
            let bytes = try device.check(list).bytes
            try checking.accept(SurvivorCheck(parsing: bytes, for: roster), from: device.party)
        }
        var unmasking = try checking.close()
        let attestation =
            byBytes
            ? try SumAttestation(
                parsing: unmasking.attestation.bytes, in: session, roster: roster.digest)
            : unmasking.attestation
        for (_, device) in staying(.unmasking) {
            let bytes = try device.unmask(attestation).bytes
            try unmasking.accept(Unmasking(parsing: bytes, for: roster), from: device.party)
        }
        return try unmasking.sum(threads: threads)
    }

    /// The sum of the inputs of everybody whose numbers were sent.
    func expected(_ inputs: [[Int64]], dropping: [Int: Stage]) -> [Int64] {
        (0..<session.length).map { column in
            inputs.indices.filter { (dropping[$0] ?? .none).rawValue > Stage.masked.rawValue }
                .reduce(0) { $0 + inputs[$1][column] }
        }
    }
}

extension SumSession {
    /// A session for tests, without noise.
    static func plain(
        _ keys: [SigningKey], threshold: Int, corrupt: Int = 0, degree: SumDegree? = nil,
        length: Int = 4, bound: UInt64 = 1000, noise: SumNoise? = nil, number: Int = 0
    ) throws -> SumSession {
        try SumSession(
            id: Simulation.id(number), parties: keys.map(\.id), threshold: threshold,
            corrupt: corrupt, degree: degree, length: length, bound: bound, noise: noise)
    }
}

extension Seeded {
    /// Vectors within the bound.
    mutating func inputs(_ count: Int, length: Int, size: Int64) -> [[Int64]] {
        (0..<count).map { _ in
            (0..<length).map { _ in Int64.random(in: -size...size, using: &self) }
        }
    }
}
