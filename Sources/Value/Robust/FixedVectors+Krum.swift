// SPDX-License-Identifier: Apache-2.0

extension FixedVectors {
    /// The vectors that have the nearest company: multi-Krum (Blanchard et al., NeurIPS 2017).
    ///
    /// A vector's score is the sum of squared distances to its n - f - 2 nearest others, f being how many
    /// may lie; the `count` vectors of the least scores are chosen, of equal scores those that come
    /// first. With a count of 1 it is Krum.
    ///
    /// - Returns: the places of the chosen vectors, the best first. ``mean(of:)`` merges them.
    /// - Throws: ``ValueError/setting(_:)`` unless n >= 2f + 3 and 1 <= count <= n - f.
    /// - Cost: n² / 2 distances, exact in 128 bits.
    public func krum(poisoners: Int, count: Int = 1) throws(ValueError) -> [Int] {
        let clients = vectors.count
        guard poisoners >= 0, clients >= 2 * poisoners + 3 else {
            throw .setting("of \(clients) vectors \(poisoners) may lie; n >= 2f + 3 wanted")
        }
        guard (1...clients - poisoners).contains(count) else {
            throw .setting("\(count) vectors to choose; 1 to \(clients - poisoners) wanted")
        }
        var distances = [[UInt128]](repeating: [], count: clients)
        for one in 0..<clients {
            for other in one + 1..<max(one + 1, clients) {
                let distance = squaredDistance(one, other)
                distances[one].append(distance)
                distances[other].append(distance)
            }
        }
        let scores = distances.map { all in
            all.sorted().prefix(clients - poisoners - 2).reduce(0, +)
        }
        let ranked = (0..<clients).sorted {
            scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1]
        }
        return Array(ranked.prefix(count))
    }

    /// Below 2^20 · 2^96: a thousand of them stay below 2^128.
    private func squaredDistance(_ one: Int, _ other: Int) -> UInt128 {
        var sum: UInt128 = 0
        for (left, right) in zip(vectors[one], vectors[other]) {
            let gap = (left - right).magnitude
            let (high, low) = gap.multipliedFullWidth(by: gap)
            sum += UInt128(high) << 64 | UInt128(low)
        }
        return sum
    }
}
