// SPDX-License-Identifier: Apache-2.0

/// How many neighbours a party masks its numbers with, and how many of them together can rebuild its
/// secrets: computed from what may go wrong, not chosen.
///
/// Parties sit on a ring in random order; each has the k/2 nearest on either side as neighbours (the
/// Harary graph of Bell, Bonawitz, Gascón, Lepoint, Raykova, "Secure Single-Server Aggregation with
/// (Poly)Logarithmic Overhead", 2020, section 3.2). A secret is shared among the party and its
/// neighbours so that any s of them rebuild it. With c corrupt parties and D drop-outs among n:
///
/// - **Safe.** Let the server choose freely whom it calls dropped. To split the sum it must empty a
///   stretch of k/2 places next to some honest party v, so v has at most k/2 honest neighbours left
///   who answer. With v itself and the corrupt ones in the stretch, a of them, at most k/2 + 1 + a
///   shares of v's self mask come together (the corrupt ones on the other side are among its k/2). If
///   s > k/2 + 1 + a for every stretch, v's part stays masked, and with it the whole piece. The same
///   inequality keeps the corrupt neighbours of v, at most k/2 + a, below s. It fails for one of 2n
///   stretches with probability at most 2n · P[Hypergeometric(n − 1, c, k/2) ≥ s − k/2 − 1].
/// - **Alive.** A secret is lost when fewer than s of the k neighbours stay: at most
///   n · P[Hypergeometric(n − 1, D, k) ≥ k − s + 1], the drop-outs being chosen without regard to the
///   ring.
///
/// The ring follows from the roster, whose last entries a server with corrupt parties can try out;
/// the bound of safety is therefore multiplied by the number of tries that are allowed for. Who is
/// corrupt must not depend on the ring: nobody is won over while the session lasts.
public struct SumDegree: Hashable, Sendable {
    /// Log2 of the probability below which a split of the sum must stay, all tries together.
    public static let safetyBits = 40
    /// Log2 of the probability below which the loss of a sum by drop-outs must stay.
    public static let liveBits = 30
    /// Log2 of the number of rings that a server may try out.
    public static let triesBits = 40

    /// The most neighbours that are looked for.
    public static let mostNeighbours = 4096

    /// n: how many parties it is for.
    public let parties: Int
    /// c: how many of them may be corrupt.
    public let corrupt: Int
    /// D: how many may drop out in all rounds together.
    public let dropOuts: Int
    /// k: how many neighbours each has; even.
    public let neighbours: Int
    /// s: how many shares rebuild a secret.
    public let shareThreshold: Int

    /// Finds the least k, and the least s for it; nil when only the complete graph is good enough,
    /// or more than ``mostNeighbours`` would be needed.
    ///
    /// - Cost: k times some passes over k counts: milliseconds, and seconds where there is none.
    public init?(parties: Int, corrupt: Int, dropOuts: Int) {
        guard parties >= 4, parties <= SumSession.mostParties, corrupt >= 0, dropOuts >= 0,
            corrupt < parties, dropOuts < parties
        else { return nil }
        let most = min(parties - 2, SumDegree.mostNeighbours)
        for neighbours in stride(from: 2, through: most, by: 2) {
            guard
                let threshold = SumDegree.safeThreshold(
                    parties: parties, corrupt: corrupt, neighbours: neighbours)
            else { continue }
            let lost =
                Double(parties)
                * Hypergeometric(population: parties - 1, marked: dropOuts, drawn: neighbours)
                .tail(atLeast: neighbours - threshold + 1)
            guard lost <= SumDegree.power(SumDegree.liveBits) else { continue }
            self.init(
                parties: parties, corrupt: corrupt, dropOuts: dropOuts, neighbours: neighbours,
                shareThreshold: threshold)
            return
        }
        return nil
    }

    /// Takes the numbers as they are: for tests of small rings, which nobody need trust.
    init(parties: Int, corrupt: Int, dropOuts: Int, neighbours: Int, shareThreshold: Int) {
        self.parties = parties
        self.corrupt = corrupt
        self.dropOuts = dropOuts
        self.neighbours = neighbours
        self.shareThreshold = shareThreshold
    }

    /// The least s with which k neighbours are safe; nil when not even all of them are enough.
    private static func safeThreshold(parties: Int, corrupt: Int, neighbours: Int) -> Int? {
        let half = neighbours / 2
        let stretch = Hypergeometric(population: parties - 1, marked: corrupt, drawn: half)
        let bound = power(safetyBits + triesBits) / (2 * Double(parties))
        // The tail falls, so the least a with P[X ≥ a] small enough is found by halving.
        var (low, high) = (0, half + 1)
        while low < high {
            let middle = (low + high) / 2
            if stretch.tail(atLeast: middle) <= bound { high = middle } else { low = middle + 1 }
        }
        let threshold = half + 1 + low
        return threshold <= neighbours ? threshold : nil
    }

    private static func power(_ bits: Int) -> Double {
        Double(sign: .plus, exponent: -bits, significand: 1)
    }
}
