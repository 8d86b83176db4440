// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity
internal import Privacy

/// What everybody agrees on before a sum is taken: who, how many must stay, and of what size the
/// numbers are. A value; two devices with the same one have the same ``digest``.
///
/// The protocol is that of Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving
/// Machine Learning" (2017), with the round that holds off a server that cheats. The server learns
/// the sum over those who sent their numbers, and nothing else, while at most ``corrupt`` parties
/// help it. A sum that would have fewer than ``threshold`` parts is never revealed.
///
/// Every run needs an ``id`` of its own: a party that takes part twice under one id could be shown the
/// lists of either run.
public struct SumSession: Sendable {
    /// How many parties a session may have: as many as there are points for shares.
    public static let mostParties = 65_535
    /// How many numbers a vector may have.
    public static let longest = 1 << 24
    /// The largest bound on one party's numbers, in lattice units.
    public static let largestBound: UInt64 = 1 << 52

    /// What the sum is for: the digest of model, round and plan. Never the same twice.
    public let id: Digest
    /// The registered parties, in ascending order; a party's place here is its number in messages.
    public let parties: [PartyID]
    /// t: how many parts a sum must have, and how many must sign for its list.
    public let threshold: Int
    /// How many parties may be corrupt, and help the server.
    public let corrupt: Int
    /// The neighbours of each party; nil for the complete graph.
    public let degree: SumDegree?
    /// How many numbers each party gives.
    public let length: Int
    /// R: the largest L2 norm of one party's numbers, in lattice units; longer vectors are clipped.
    public let bound: UInt64
    /// The noise that each party adds; nil for none, and then the sum itself comes out.
    public let noise: SumNoise?
    /// The modulus of the masked numbers.
    public let modulus: SumModulus
    /// What binds everything above; it is in every message.
    public let digest: Digest

    private let places: [PartyID: Int]

    /// Plans a session.
    ///
    /// - Parameters:
    ///   - id: the digest of what the sum is for; must not have been used before.
    ///   - parties: 2 to ``mostParties`` registered keys, in any order.
    ///   - threshold: t, with 3t > 2n and 2t > n + c, at most n.
    ///   - corrupt: c: how many parties may help the server.
    ///   - degree: the neighbours for n parties and at least c corrupt ones; nil for all of them.
    ///   - length: how many numbers a vector has, 1 to ``longest``.
    ///   - bound: R, 1 to ``largestBound``.
    ///   - noise: what each party adds; for at least R, counting on at most t − c survivors.
    /// - Throws: ``SumPlanError``, among others when n · R + 10 · σ · √n does not fit half of 2^64.
    public init(
        id: Digest, parties: [PartyID], threshold: Int, corrupt: Int, degree: SumDegree? = nil,
        length: Int, bound: UInt64, noise: SumNoise? = nil
    ) throws(SumPlanError) {
        let count = parties.count
        guard (2...SumSession.mostParties).contains(count) else { throw .parties(count) }
        let sorted = parties.sorted()
        for (party, next) in zip(sorted, sorted.dropFirst()) where party == next {
            throw .repeated(party)
        }
        guard (1...SumSession.longest).contains(length) else { throw .length(length) }
        guard (1...SumSession.largestBound).contains(bound) else { throw .bound(bound) }
        guard threshold <= count, 3 * threshold > 2 * count else {
            throw .threshold(threshold, parties: count)
        }
        guard corrupt >= 0, corrupt < count, 2 * threshold > count + corrupt else {
            throw .corrupt(corrupt, threshold: threshold, parties: count)
        }
        if let degree, degree.parties != count || degree.corrupt < corrupt {
            throw .degree(degree)
        }
        if let noise {
            guard noise.counted <= threshold - corrupt else {
                throw .counted(noise.counted, honest: threshold - corrupt)
            }
            guard noise.sensitivity >= bound else {
                throw .sensitivity(noise.sensitivity, bound: bound)
            }
        }
        let sigma = noise?.own.sigma ?? 0
        guard let modulus = SumModulus(parties: count, bound: bound, sigma: sigma) else {
            throw .tooLarge
        }
        self.id = id
        self.parties = sorted
        (self.threshold, self.corrupt, self.degree) = (threshold, corrupt, degree)
        (self.length, self.bound, self.noise, self.modulus) = (length, bound, noise, modulus)
        places = Dictionary(uniqueKeysWithValues: zip(sorted, 0..<count))
        digest = SumSession.digest(
            id, sorted, threshold, corrupt, degree, length, bound, noise, modulus)
    }

    /// A party's number in messages; nil for one that is not registered.
    public func place(of party: PartyID) -> Int? { places[party] }

    /// How many shares rebuild a secret.
    var shareThreshold: Int { degree?.shareThreshold ?? threshold }

    /// The point at which a party's shares are read; never zero.
    static func point(of party: Int) -> UInt16 { UInt16(party + 1) }

    private static func digest(
        _ id: Digest, _ parties: [PartyID], _ threshold: Int, _ corrupt: Int, _ degree: SumDegree?,
        _ length: Int, _ bound: UInt64, _ noise: SumNoise?, _ modulus: SumModulus
    ) -> Digest {
        var writer = ByteWriter(reserving: 128 + 32 * parties.count)
        writer.write("dividend/sum/session/v1")
        writer.write(id)
        for number in [
            threshold, corrupt, degree?.neighbours ?? 0, degree?.shareThreshold ?? 0,
            degree?.dropOuts ?? 0, length, noise?.own.sigma ?? 0, noise?.counted ?? 0,
        ] { writer.write(UInt64(number)) }
        writer.write(bound)
        writer.write(noise?.sensitivity ?? 0)
        writer.write(modulus.rawValue)
        writer.write(UInt32(parties.count))
        for party in parties { writer.write(raw: party.publicKey) }
        return Digest(of: writer.bytes)
    }
}
