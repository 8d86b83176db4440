// SPDX-License-Identifier: Apache-2.0
public import Identity
public import Privacy

/// A party's side of a sum: one value for each round. Each holds the message to send and is used up by
/// the next step, also when that step refuses; so nothing is ever answered twice, and a party that was
/// cheated is out for good.
///
///     let advertising = try SumClient.Advertising(in: session, key: key, from: &source)
///     // send advertising.message, receive the roster
///     let sharing = try advertising.share(among: roster, from: &source)
///     // send sharing.message, receive a delivery
///     let masking = try sharing.mask(numbers, delivered: delivery, from: &source)
///     // send masking.message, receive the list of survivors
///     let checking = try masking.check(list)
///     // send checking.message, receive the attestation
///     let unmasking = try checking.unmask(attestation)
///     // send unmasking
///
/// Messages go over a channel on which each side knows the other and nobody else reads. Secrets live
/// in memory until the session ends; the memory is not wiped.
public enum SumClient {}

extension SumClient {
    /// Round 0: two new keys, signed.
    public struct Advertising: ~Copyable, Sendable {
        /// What to send.
        public let message: Advert
        private let session: SumSession
        private let key: SigningKey
        private let cipher: PairKey
        private let mask: PairKey

        /// Makes keys for one session.
        ///
        /// - Parameters:
        ///   - session: what the party agreed to; it looks at bound, noise and parties itself.
        ///   - key: its registered key.
        ///   - source: random bytes from the operating system.
        /// - Throws: ``SumError/notInSession(_:)``.
        /// - Cost: two X25519 operations and a signature.
        public init(
            in session: SumSession, key: SigningKey, from source: inout ByteSource
        ) throws(SumError) {
            guard let place = session.place(of: key.id) else { throw .notInSession(key.id) }
            self.session = session
            self.key = key
            cipher = PairKey(SecretBytes(from: &source))
            mask = PairKey(SecretBytes(from: &source))
            let statement = Advert.statement(session, place, cipher.publicKey, mask.publicKey)
            message = Advert(
                from: place, cipherKey: cipher.publicKey, maskKey: mask.publicKey,
                signature: key.sign(statement))
        }

        /// Shares the secrets among the neighbours on the list of keys.
        ///
        /// - Throws: ``SumError/anotherSession``, ``SumError/ownKeys`` for a list without exactly the
        ///   keys that were sent, and ``SumError/tooFew(have:need:)`` when so few neighbours are left
        ///   that the secrets could not be rebuilt.
        /// - Cost: for k neighbours k X25519 operations, and 2ks multiplications of shares.
        public consuming func share(
            among roster: Roster, from source: inout ByteSource
        ) throws(SumError) -> Sharing {
            guard roster.session.digest == session.digest else { throw .anotherSession }
            let own = message.from
            guard let listed = roster.advert(of: own), listed.cipherKey == cipher.publicKey,
                listed.maskKey == mask.publicKey
            else { throw .ownKeys }
            let neighbours = roster.neighbours(of: own)
            let threshold = session.shareThreshold
            guard neighbours.count + 1 >= threshold else {
                throw .tooFew(have: neighbours.count + 1, need: threshold)
            }
            let seed = SecretBytes(from: &source)
            let points = (neighbours + [own]).map { SumSession.point(of: $0) }
            let masks = Shamir.split(mask.secret, at: points, threshold: threshold, from: &source)
            let seeds = Shamir.split(seed, at: points, threshold: threshold, from: &source)
            var channels: [Channel] = []
            var sealed: [SealedShares] = []
            for (place, neighbour) in neighbours.enumerated() {
                guard let other = roster.advert(of: neighbour) else { continue }
                let channel = Channel(
                    to: neighbour, agreed: cipher.agreed(with: other.cipherKey))
                let pair = SharePair(ofMask: masks[place].value, ofSeed: seeds[place].value)
                sealed.append(channel.seal(pair, from: own, roster: roster.digest))
                channels.append(channel)
            }
            let held = SharePair(
                ofMask: masks[neighbours.count].value, ofSeed: seeds[neighbours.count].value)
            let bundle = ShareBundle(
                from: own,
                commitment: DerivedKey.commitment(to: seed, roster: roster.digest, of: own),
                sealed: sealed, roster: roster.digest)
            return Sharing(
                message: bundle, roster: roster, key: key, mask: mask, seed: seed, held: held,
                channels: channels)
        }
    }
}
