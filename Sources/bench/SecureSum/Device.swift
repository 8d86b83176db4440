// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Privacy
internal import SecureSum

/// One party, holding the round that it is in.
final class Device {
    let key: SigningKey
    private var source: ByteSource
    private var advertising: SumClient.Advertising?
    private var sharing: SumClient.Sharing?
    private var masking: SumClient.Masking?
    private var checking: SumClient.Checking?

    init(_ key: SigningKey, _ random: inout some RandomNumberGenerator) {
        self.key = key
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

struct Gone: Error {}
