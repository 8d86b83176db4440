// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// Classes of batches: numbers of changed accounts whose proofs have the same form.
extension SettlementCircuit {
    /// The form of a class's proofs.
    struct Form: Hashable {
        let layout: Layout
        let rowBits: [Int]

        /// - Parameters:
        ///   - joins: the least logarithm of the payouts' rows for which the range stands with them.
        ///   - widens: the least logarithm of the rows of hashes, one in each, for which they may stand three in a
        ///     row.
        init(hash: StateHash, depth: Int, most: Int, joins: Int = 14, widens: Int = 19) {
            func bits(_ rows: Int) -> Int {
                var bits = Parameters.leastRowBits
                while (1 << bits) - Parameters.hiddenRows < rows { bits += 1 }
                return bits
            }
            func third(_ rows: Int) -> Int { bits((rows + 2) / 3) }
            let nodes = (0..<depth).reduce(0) { $0 + min(1 << $1, most) }
            // Each node before and after; each leaf before and after, its link, and the record with that and then
            // with the weight.
            let hashes = 2 * nodes + 5 * most
            let one = bits(hashes)
            let rest = bits(hashes - (1 << (one - 1)) + Parameters.hiddenRows)
            // A row of three takes as long as two and a half of one: less, where the second of two tables would have an
            // eighth of the rows and more. Two tables where they save a fifth and more of the rows: each takes columns of
            // its own.
            let isWide = one >= widens && third(hashes) <= one - 2 && rest >= one - 3
            let isSplit =
                one > 16 && rest < one - 1 && (1 << (one - 1)) + (1 << rest) <= (4 << one) / 5
            layout = Layout(
                hash: hash, payoutBits: bits(most),
                hashes: isWide ? .wide : isSplit ? .split : .single, joins: joins)
            rowBits =
                [isWide ? third(nodes) : bits(nodes), bits(most)]
                + (layout.isJoined ? [] : [17 - layout.share])
                + (isWide ? [third(hashes)] : isSplit ? [one - 1, rest] : [one])
        }
    }

    /// Whether proofs of a class are made and taken: with the parameters that there are, every one has at least 100
    /// bits. That is any of at most 2¹⁶ accounts, and more where no table has more than 2¹⁹ rows.
    static func isOffered(_ most: Int, _ rowBits: [Int]) -> Bool {
        most <= 1 << 16 || rowBits.allSatisfy { $0 <= 19 }
    }

    /// The most accounts of the class that a batch falls into: the largest number whose proofs have the same form. A
    /// file states that one, so that a proof has one writing.
    ///
    /// - Requires: 1 to 24 levels, and accounts as ``sizes`` has it.
    /// - Cost: the form of at most eighteen numbers; what a form follows from never falls as accounts are added, so
    ///   that those of a class stand together.
    public static func capacity(depth: Int, most: Int) -> Int {
        let form = Form(hash: .poseidon1, depth: depth, most: most)
        guard isOffered(most, form.rowBits) else { return most }
        var (inside, outside) = (most, sizes.upperBound + 1)
        while outside - inside > 1 {
            let middle = (inside + outside) / 2
            let other = Form(hash: .poseidon1, depth: depth, most: middle)
            if other == form, isOffered(middle, other.rowBits) {
                inside = middle
            } else {
                outside = middle
            }
        }
        return inside
    }
}
