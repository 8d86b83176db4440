// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Dispatch
internal import Synchronization

/// What a session gives: the sum, and who took part.
public struct SumResult: Sendable {
    /// The sum over the survivors, in lattice units, with the noise of each.
    public let sums: [Int64]
    /// The list of survivors and the signatures over it: who is paid.
    public let attestation: SumAttestation
    /// The noise that each party was to add; nil for none.
    let noise: SumNoise?
    /// How many vectors are in the sum.
    public var parts: Int { attestation.list.survivors.count }
}

extension SumServer.Unmasking {
    /// A mask to take off the total.
    private struct Mask {
        /// The party whose secret gives it.
        let about: Int
        let isSurvivor: Bool
    }

    /// Takes every mask off the sum.
    ///
    /// For each survivor its self mask; for each party that dropped out behind its shares the masks
    /// that it had in common with surviving neighbours.
    /// - Parameter threads: how many run at once, at least 1.
    /// - Throws: ``SumError/tooFew(have:need:)`` when a secret has too few shares, and
    ///   ``SumError/wrongSecret(of:)`` when what they rebuild is not what was committed to, whichever
    ///   of them in a row are taken. Nothing is revealed then but shares that were sent already.
    /// - Cost: a key stream for each survivor and each pair of a drop-out with a survivor, and for each
    ///   of these pairs an X25519 operation; divided by the threads.
    public consuming func sum(threads: Int = 1) throws(SumError) -> SumResult {
        precondition(threads >= 1, "at least one thread")
        let (roster, commitments, shares) = (roster, commitments, shares)
        let list = attestation.list
        let session = roster.session
        let masks = commitments.keys.sorted().map {
            Mask(about: $0, isSurvivor: list.survivors.contains($0))
        }
        let state = Mutex(Merge(total: total))
        DispatchQueue.concurrentPerform(iterations: min(threads, masks.count)) { _ in
            var sum = RingVector(zeros: session.length, modulus: session.modulus)
            while let next = state.withLock({ $0.take(below: masks.count) }) {
                let mask = masks[next]
                do throws(SumError) {
                    let held = shares[mask.about] ?? []
                    if mask.isSurvivor {
                        try sum.takeOffSelfMask(
                            of: mask.about, held, commitments[mask.about] ?? .zero, roster)
                    } else {
                        try sum.takeOffPairMasks(of: mask.about, held, list.survivors, roster)
                    }
                } catch {
                    state.withLock { $0.fail(error, at: next) }
                }
            }
            state.withLock { $0.total.add(sum) }
        }
        let merge = state.withLock { $0 }
        if let failure = merge.failure { throw failure.error }
        return SumResult(
            sums: merge.total.signed, attestation: attestation, noise: session.noise)
    }

    /// What the threads share.
    private struct Merge {
        var total: RingVector
        private var next = 0
        private(set) var failure: (place: Int, error: SumError)?

        init(total: RingVector) { self.total = total }

        /// The next mask to take off; nil when there is none, or one failed.
        mutating func take(below count: Int) -> Int? {
            guard next < count, failure == nil else { return nil }
            defer { next += 1 }
            return next
        }

        /// Keeps the failure of the first mask, so that it does not depend on the threads.
        mutating func fail(_ error: SumError, at place: Int) {
            if place < failure?.place ?? .max { failure = (place, error) }
        }
    }
}

extension RingVector {
    /// Takes off the mask that a survivor put over its own numbers.
    fileprivate mutating func takeOffSelfMask(
        of party: Int, _ shares: [Shamir.Share], _ commitment: Digest, _ roster: Roster
    ) throws(SumError) {
        let seed = try RingVector.rebuild(shares, of: party, roster.session.shareThreshold) {
            DerivedKey.commitment(to: $0, roster: roster.digest, of: party) == commitment
        }
        add(streamOf: DerivedKey.selfMask(seed, roster: roster.digest, of: party), negated: true)
    }

    /// Takes off the masks that surviving neighbours share with a party that dropped out.
    fileprivate mutating func takeOffPairMasks(
        of party: Int, _ shares: [Shamir.Share], _ survivors: PartySet, _ roster: Roster
    ) throws(SumError) {
        guard let advert = roster.advert(of: party) else { throw .notTakingPart(party) }
        let secret = try RingVector.rebuild(shares, of: party, roster.session.shareThreshold) {
            PairKey($0).publicKey == advert.maskKey
        }
        let key = PairKey(secret)
        for neighbour in roster.neighbours(of: party) where survivors.contains(neighbour) {
            guard let other = roster.advert(of: neighbour) else { continue }
            let pair = DerivedKey.pairMask(
                key.agreed(with: other.maskKey), roster: roster.digest, between: party,
                and: neighbour)
            // The survivor added it when its number is the lower one.
            add(streamOf: pair, negated: neighbour < party)
        }
    }

    /// Rebuilds a secret from the first shares that give the right one, as many in a row as it needs:
    /// so a party that lies about its shares spoils a sum only where no others are left over.
    private static func rebuild(
        _ shares: [Shamir.Share], of party: Int, _ threshold: Int,
        isRight: (SecretBytes) -> Bool
    ) throws(SumError) -> SecretBytes {
        guard shares.count >= threshold else {
            throw .tooFew(have: shares.count, need: threshold)
        }
        let starts = shares.count == threshold ? 1 : shares.count
        for start in 0..<starts {
            let row = (0..<threshold).map { shares[(start + $0) % shares.count] }
            let secret = Shamir.rebuild(row)
            if isRight(secret) { return secret }
        }
        throw .wrongSecret(of: party)
    }
}
