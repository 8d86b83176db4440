// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Privacy
import SecureSum
import TestSupport

/// The first message that a device no longer sends.
enum Leaving: Int, CaseIterable {
    case advert, bundle, masked, check, unmasking, never

    /// Whether the device still sends a message.
    func sends(_ message: Leaving) -> Bool { rawValue > message.rawValue }
}

/// One sum over many devices, each holding its own numbers: all rounds of SecureSum, that of consistency
/// included, with messages handed over in one process.
struct FederatedSum {
    /// What all of them have agreed on.
    let session: SumSession
    /// In the order of the session's parties.
    let keys: [SigningKey]

    /// Plans a sum of vectors whose L2 norm is at most `bound`, in lattice units.
    ///
    /// - Parameters:
    ///   - keys: in the order of their parties, as ``keys(_:seed:)`` gives them.
    ///   - number: which of the sums of these devices it is: no two sessions have one id.
    init(
        _ keys: [SigningKey], number: Int, length: Int, bound: UInt64, degree: SumDegree? = nil,
        noise: SumNoise? = nil
    ) throws {
        self.keys = keys
        session = try SumSession(
            id: Digest(of: Array("federated \(number)".utf8)), parties: keys.map(\.id),
            threshold: FederatedSum.threshold(keys.count), corrupt: degree?.corrupt ?? 1,
            degree: degree, length: length, bound: bound, noise: noise)
    }

    /// Three quarters of the parties have to stay.
    static func threshold(_ parties: Int) -> Int { (3 * parties + 3) / 4 }

    /// So many made-up devices' keys, in the order of their parties.
    static func keys(_ count: Int, seed: UInt64) -> [SigningKey] {
        var random = Seeded(seed)
        return (0..<count).map { _ in SigningKey(using: &random) }.sorted { $0.id < $1.id }
    }

    /// Takes the sum; device d sends nothing from `leaving[d]` on.
    ///
    /// - Parameter numbers: what a device works out, asked only of one that comes so far.
    func take(
        leaving: [Leaving], seed: UInt64, numbers: (_ device: Int) throws -> [Int64]
    ) throws -> SumResult {
        var random = Seeded(seed)
        var source = ByteSource(seededBy: &random)
        let devices = keys.map { Device($0) }
        func staying(_ message: Leaving) -> [(Int, Device)] {
            zip(devices.indices, devices).filter { leaving[$0.0].sends(message) }
        }
        var adverting = SumServer.Adverting(session)
        for (_, device) in staying(.advert) {
            try adverting.accept(
                device.advertise(in: session, from: &source), from: device.key.id)
        }
        var sharing = try adverting.close()
        for (_, device) in staying(.bundle) {
            try sharing.accept(
                device.share(among: sharing.roster, from: &source), from: device.key.id)
        }
        var masking = try sharing.close()
        for (place, device) in staying(.masked) {
            guard let delivery = masking.delivery(to: device.key.id) else { throw Gone() }
            let input = try device.mask(numbers(place), delivery, from: &source)
            try masking.accept(input, from: device.key.id)
        }
        var checking = try masking.close()
        for (_, device) in staying(.check) {
            try checking.accept(device.check(checking.list), from: device.key.id)
        }
        var unmasking = try checking.close()
        for (_, device) in staying(.unmasking) {
            try unmasking.accept(device.unmask(unmasking.attestation), from: device.key.id)
        }
        return try unmasking.sum(threads: 2)
    }
}

/// A message was wanted of a device that has left.
struct Gone: Error {}

/// One contributor's device, holding the round that it is in.
private final class Device {
    let key: SigningKey
    private var advertising: SumClient.Advertising?
    private var sharing: SumClient.Sharing?
    private var masking: SumClient.Masking?
    private var checking: SumClient.Checking?

    init(_ key: SigningKey) { self.key = key }

    func advertise(in session: SumSession, from source: inout ByteSource) throws -> Advert {
        let next = try SumClient.Advertising(in: session, key: key, from: &source)
        let message = next.message
        advertising = consume next
        return message
    }

    func share(among roster: Roster, from source: inout ByteSource) throws -> ShareBundle {
        guard let last = advertising.take() else { throw Gone() }
        let next = try last.share(among: roster, from: &source)
        let message = next.message
        sharing = consume next
        return message
    }

    func mask(
        _ numbers: [Int64], _ delivery: ShareDelivery, from source: inout ByteSource
    ) throws -> MaskedInput {
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
