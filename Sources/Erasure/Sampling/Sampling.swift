// SPDX-License-Identifier: Apache-2.0

/// How many chunks to draw at random to be sure that a blob can be restored (after Al-Bassam,
/// Sonnino and Buterin 2018, in one dimension).
///
/// Whoever draws d different chunks and finds every one of them right has seen something that, if
/// fewer than k of the n chunks are available, happens with a probability of at most
/// C(k - 1, d) / C(n, d), below 2⁻ᵈ for n = 2 k. All numbers here are exact.
///
/// The bound holds when the draws are made after the commitment, by a generator whose numbers nobody
/// else can know, and when a draw that finds no right chunk counts as what it is: trying another
/// index instead voids it. It says nothing of tomorrow, nor whether the chunks are a codeword, which
/// ``CodedBlob/restore(from:against:)`` finds out.
public struct Sampling: Hashable, Sendable {
    /// How many chunks there are: n.
    public let chunks: Int
    /// How many of them are enough: k.
    public let needed: Int

    /// Samples any k of n.
    ///
    /// - Throws: ``ErasureError/unsuitableSampling(needed:chunks:)`` unless
    ///   1 ≤ needed ≤ chunks ≤ 2,048.
    public init(needed: Int, of chunks: Int) throws(ErasureError) {
        guard (1...2 * ErasureCode.greatestCount).contains(chunks), (1...chunks).contains(needed)
        else { throw .unsuitableSampling(needed: needed, chunks: chunks) }
        self.chunks = chunks
        self.needed = needed
    }

    /// Samples the chunks of a code.
    public init(of code: ErasureCode) {
        chunks = code.chunks
        needed = code.dataChunks
    }

    /// How sure one is after so many draws that all met right chunks: the greatest whole s for which
    /// too few are available, and it went unnoticed, with a probability of at most 2⁻ˢ.
    ///
    /// 0 for no draw and less; `Int.max` from k draws on, since k chunks are enough and are there.
    ///
    /// - Cost: O(draws²) in machine words, at most some milliseconds.
    public func bits(afterDraws draws: Int) -> Int { odds(afterDraws: draws).bits }

    /// The fewest draws after which one is sure with a probability of at least 1 - 2⁻ˢ.
    ///
    /// 0 for no bit and less, at most k: after k draws there is no doubt.
    ///
    /// - Cost: as ``bits(afterDraws:)``.
    public func draws(for bits: Int) -> Int {
        var odds = Odds(chunks: chunks, needed: needed)
        while odds.bits < bits { odds.draw() }
        return odds.draws
    }

    /// The probability to notice that too few are available, in per cent, for people to read:
    /// "99.9" for 99.95 with one decimal.
    ///
    /// Digits are cut off and not rounded, so that it is never overstated: "100" only without doubt.
    ///
    /// - Parameters:
    ///   - draws: how many draws there were, all right.
    ///   - decimals: how many digits after the point, up to 100.
    public func percent(afterDraws draws: Int, decimals: Int = 2) -> String {
        let count = min(max(decimals, 0), 100)
        guard let digits = odds(afterDraws: draws).decimals(2 + count) else { return "100" }
        let whole = Int(digits[0]) * 10 + Int(digits[1])
        let rest = digits[2...].map { String($0) }.joined()
        return rest.isEmpty ? "\(whole)" : "\(whole).\(rest)"
    }

    /// Draws so many different indices, in the order of the draws, each order equally likely.
    ///
    /// Gives all of them when more are wanted than there are, and none for a count below 0.
    ///
    /// - Parameters:
    ///   - count: how many, as ``draws(for:)`` says.
    ///   - generator: for real samples the system's, whose numbers a dishonest holder cannot know.
    /// - Cost: O(n).
    public func indices(
        _ count: Int, using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        // The start of a shuffle (Fisher and Yates; Durstenfeld 1964).
        var indices = Array(0..<chunks)
        let count = min(max(count, 0), chunks)
        for place in 0..<count {
            indices.swapAt(place, Int.random(in: place..<chunks, using: &generator))
        }
        return Array(indices.prefix(count))
    }

    private func odds(afterDraws draws: Int) -> Odds {
        var odds = Odds(chunks: chunks, needed: needed)
        while odds.draws < draws, !odds.isCertain { odds.draw() }
        return odds
    }
}
