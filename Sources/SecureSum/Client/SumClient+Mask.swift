// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
public import Privacy

extension SumClient {
    /// Round 1: shares for each neighbour.
    public struct Sharing: ~Copyable, Sendable {
        /// What to send.
        public let message: ShareBundle
        let roster: Roster
        let key: SigningKey
        let mask: PairKey
        let seed: SecretBytes
        let held: SharePair
        let channels: [Channel]

        /// Clips the numbers, adds this party's noise, and masks them.
        ///
        /// - Parameters:
        ///   - numbers: as many as the session says, in lattice units. A vector longer than the
        ///     session's bound is shortened to it.
        ///   - delivery: the neighbours' shares.
        ///   - source: random bytes for the noise, which is drawn before the numbers are looked at.
        /// - Throws: ``SumError/length(_:wanted:)``, ``SumError/anotherSession``,
        ///   ``SumError/notTheSender(claimed:)`` for a delivery to somebody else,
        ///   ``SumError/neighbours(of:)``, ``SumError/sealedShares(of:)`` for shares that do not open,
        ///   and ``SumError/tooFew(have:need:)``.
        /// - Cost: for k neighbours k X25519 operations, and k + 1 key streams as long as the vector.
        public consuming func mask(
            _ numbers: [Int64], delivered delivery: ShareDelivery, from source: inout ByteSource
        ) throws(SumError) -> Masking {
            let (session, own) = (roster.session, message.from)
            guard numbers.count == session.length else {
                throw .length(numbers.count, wanted: session.length)
            }
            let shares = try open(delivery)
            var vector = RingVector(
                SumClient.noised(numbers, in: session, from: &source), modulus: session.modulus)
            for (neighbour, _) in shares {
                guard let other = roster.advert(of: neighbour) else { continue }
                let pair = DerivedKey.pairMask(
                    mask.agreed(with: other.maskKey), roster: roster.digest, between: own,
                    and: neighbour)
                // Of two parties the one with the lower number adds and the other takes away.
                vector.add(streamOf: pair, negated: neighbour < own)
            }
            vector.add(
                streamOf: DerivedKey.selfMask(seed, roster: roster.digest, of: own), negated: false)
            return Masking(
                message: MaskedInput(from: own, vector: vector, roster: roster.digest),
                roster: roster, key: key, held: held, shares: shares)
        }

        /// Opens every neighbour's shares.
        private borrowing func open(
            _ delivery: ShareDelivery
        ) throws(SumError) -> [(party: Int, pair: SharePair)] {
            guard delivery.roster == roster.digest else { throw .anotherSession }
            guard delivery.to == message.from else { throw .notTheSender(claimed: delivery.to) }
            let threshold = roster.session.shareThreshold
            guard delivery.sealed.count + 1 >= threshold else {
                throw .tooFew(have: delivery.sealed.count + 1, need: threshold)
            }
            var shares: [(party: Int, pair: SharePair)] = []
            // Both ascend, so one walk finds the channel of each entry.
            var place = 0
            for sealed in delivery.sealed {
                while place < channels.count, channels[place].to < sealed.party { place += 1 }
                guard place < channels.count, channels[place].to == sealed.party else {
                    throw .neighbours(of: message.from)
                }
                guard
                    let pair = channels[place].open(
                        sealed, for: message.from, roster: roster.digest)
                else { throw .sealedShares(of: sealed.party) }
                shares.append((sealed.party, pair))
                place += 1
            }
            return shares
        }
    }

    /// The numbers, clipped to the session's bound, with the party's noise.
    private static func noised(
        _ numbers: [Int64], in session: SumSession, from source: inout ByteSource
    ) -> [Int64] {
        let noise = session.noise?.own.draw(session.length, from: &source)
        var numbers = numbers
        L2Clip(radius: session.bound).clip(&numbers)
        guard let noise else { return numbers }
        // At most 2^52 and some multiple of 2^31.
        return zip(numbers, noise).map { $0 &+ $1 }
    }
}
