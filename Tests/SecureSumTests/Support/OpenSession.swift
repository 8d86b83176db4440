// SPDX-License-Identifier: Apache-2.0
import Identity
import TestSupport

@testable import SecureSum

/// A session that has come as far as the attestation, everybody still there: what a test cheats with.
final class OpenSession {
    let devices: [Device]
    let roster: Roster
    let list: SurvivorList
    let checks: [SurvivorCheck]
    let inputs: [MaskedInput]
    let attestation: SumAttestation
    private var unmasking: SumServer.Unmasking?

    init(
        _ session: SumSession, keys: [SigningKey], inputs: [[Int64]], dropping: Set<Int> = [],
        seed: UInt64 = 1
    ) throws {
        devices = Simulation(session, keys: keys, seed: seed).devices
        var adverting = SumServer.Adverting(session)
        for device in devices {
            try adverting.accept(device.advertise(session), from: device.party)
        }
        var sharing = try adverting.close()
        roster = sharing.roster
        for device in devices { try sharing.accept(device.share(roster), from: device.party) }
        var masking = try sharing.close()
        var masked: [MaskedInput] = []
        for (place, device) in devices.enumerated() {
            guard let delivery = masking.delivery(to: device.party) else { throw Gone() }
            let input = try device.mask(inputs[place], delivery)
            masked.append(input)
            if !dropping.contains(place) { try masking.accept(input, from: device.party) }
        }
        self.inputs = masked
        var checking = try masking.close()
        list = checking.list
        var checks: [SurvivorCheck] = []
        for (place, device) in devices.enumerated() where !dropping.contains(place) {
            let check = try device.check(list)
            checks.append(check)
            try checking.accept(check, from: device.party)
        }
        self.checks = checks
        let next = try checking.close()
        attestation = next.attestation
        unmasking = consume next
    }

    /// By party: the shares that the server has got.
    var shares: [Int: [Shamir.Share]] { unmasking?.shares ?? [:] }

    func accept(_ message: Unmasking, from party: PartyID) throws(SumError) {
        try unmasking?.accept(message, from: party)
    }

    /// Takes the masks off; once.
    func sum() throws -> SumResult {
        guard let last = unmasking.take() else { throw Gone() }
        return try last.sum()
    }
}

extension SecretBytes {
    func equals(_ other: SecretBytes) -> Bool { bytes == other.bytes }
}
