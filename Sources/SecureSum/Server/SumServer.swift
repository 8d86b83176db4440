// SPDX-License-Identifier: Apache-2.0
public import Identity

/// The server's side of a sum: one value for each round. Each takes the parties' messages as they come
/// and is used up by closing the round; whoever has not sent by then has dropped out. A message that
/// is refused changes nothing. When to close is the caller's to decide, who has the clock.
///
///     var adverts = SumServer.Adverting(session)
///     // adverts.accept(advert, from: party) …
///     var sharing = try adverts.close()     // sharing.roster goes to all
///     // sharing.accept(bundle, from: party) …
///     var masking = try sharing.close()     // masking.delivery(to: party) to each
///     // masking.accept(input, from: party) …
///     var checking = try masking.close()    // checking.list to the survivors
///     // checking.accept(check, from: party) …
///     var unmasking = try checking.close()  // unmasking.attestation to the survivors
///     // unmasking.accept(shares, from: party) …
///     let result = try unmasking.sum()
///
/// Who sent a message is the channel's to know: a party may speak for itself alone.
public enum SumServer {}

extension SumServer {
    /// Round 0: gathers keys.
    public struct Adverting: ~Copyable, Sendable {
        private let session: SumSession
        private var adverts: [Int: Advert] = [:]

        /// Opens a session.
        public init(_ session: SumSession) { self.session = session }

        /// How many have sent their keys.
        public var count: Int { adverts.count }

        /// Takes a party's keys.
        ///
        /// - Throws: ``SumError/notTheSender(claimed:)``, ``SumError/repeated(_:)``,
        ///   ``SumError/signature(of:)`` and ``SumError/repeatedKey(of:)`` when both keys are one.
        /// - Cost: 50 µs.
        public mutating func accept(_ advert: Advert, from party: PartyID) throws(SumError) {
            try SumServer.check(advert.from, is: party, in: session)
            guard adverts[advert.from] == nil else { throw .repeated(advert.from) }
            guard advert.cipherKey != advert.maskKey else { throw .repeatedKey(of: advert.from) }
            let signed = advert.signed(in: session)
            guard signed.party.verify(signed.signature, over: signed.message) else {
                throw .signature(of: advert.from)
            }
            adverts[advert.from] = advert
        }

        /// Closes the round.
        ///
        /// Where two parties have a key in common, which only happens when one copied it, the later
        /// in the session's order is left out.
        /// - Throws: ``SumError/tooFew(have:need:)``.
        public consuming func close() throws(SumError) -> Sharing {
            var keys: Set<PairPublicKey> = []
            var kept: [Advert] = []
            for advert in adverts.values.sorted(by: { $0.from < $1.from }) {
                let own = [advert.cipherKey, advert.maskKey]
                guard own.allSatisfy({ !keys.contains($0) }) else { continue }
                keys.formUnion(own)
                kept.append(advert)
            }
            return Sharing(roster: try Roster(listed: kept, in: session))
        }
    }

    /// Fails unless the number of a party in a message is that of the one who sent it.
    static func check(
        _ claimed: Int, is party: PartyID, in session: SumSession
    ) throws(SumError) {
        guard let place = session.place(of: party) else { throw .notInSession(party) }
        guard place == claimed else { throw .notTheSender(claimed: claimed) }
    }
}
