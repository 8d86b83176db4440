// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A quotient's coefficients from what it is at the points of two blocks, and at a few of a third.
///
/// On the block that begins at s, xⁿ is t = sⁿ everywhere. So there q looks like a polynomial of fewer than n
/// coefficients, R₀ on the first block and R₁ on the second. With D = (R₀ − R₁) / (t₀ − t₁) and E = R₀ − t₀ D
/// it is
///
///     q = E + Xⁿ D + (Xⁿ − t₀) (Xⁿ − t₁) C
///
/// where C has few coefficients, so that as many values on the third block tell it: there it is
/// (q − E − t₂ D) / ((t₂ − t₀) (t₂ − t₁)). What has more than that is no quotient, and what is claimed wrong.
struct QuotientChunks {
    let table: Shape.Table

    /// Splits a quotient q into chunks of c coefficients and masks them, so that only together they say
    /// what it is: q₀ + Xᶜ r₀, q₁ − r₀ + Xᶜ r₁, q₂ − r₁ with random r. The random codeword stands behind
    /// them where the table has it.
    ///
    func split(
        _ residues: Quotient.Residues, _ random: inout Randomness, threads: Int
    ) throws(TilesError) -> ColumnTiles {
        let chunks = try ColumnTiles(
            rowBits: table.rowBits, columns: table.quotientColumns + Parameters.saltColumns)
        fill(chunks, residues, threads: threads)
        for mask in 0..<Parameters.chunks - 1 {
            for row in 0..<Parameters.maskedCoefficients {
                for part in 0..<5 {
                    let value = random.element()
                    chunks[table.chunk + row, 5 * mask + part] = value
                    chunks[row, 5 * (mask + 1) + part] -= value
                }
            }
        }
        if table.hasRandom {
            chunks.write(
                random.elements(5 * table.rows), from: 0, column: 5 * Parameters.chunks, width: 5)
        }
        return chunks
    }

    private func fill(_ chunks: ColumnTiles, _ residues: Quotient.Residues, threads: Int) {
        let starts = (0..<3).map { table.domain.point(at: $0 << table.rowBits) }
        let t = starts.map { $0.power(UInt64(table.rows)) }
        // A residue's coefficient i comes times n sⁱ.
        let count = KoalaBear(reducing: UInt64(table.rows)).inverseOrZero
        let ratios = starts.map(\.inverseOrZero)
        let slope = (t[0] - t[1]).inverseOrZero
        let rest = residues.rest.rows
        let step = starts[2].power(UInt64(rest))
        let batch = max(rest, 1 << 12)
        let batches = max(1, table.rows / batch)
        // E and D, and for each batch of rows what E + t₂ D is there modulo Xᵐ − s₂ᵐ, m = rest.
        let parts = Parallel.map(batches, threads: threads) { part -> [KoalaBear] in
            let rows = part * table.rows / batches..<(part + 1) * table.rows / batches
            var powers = ratios[..<2].map { $0.power(UInt64(rows.lowerBound)) * count }
            var third = step.power(UInt64(rows.lowerBound / rest))
            var sums = [KoalaBear](repeating: .zero, count: 5 * rest)
            for row in rows {
                for part in 0..<5 {
                    let first = residues.blocks[0][row, part] * powers[0]
                    let d = (first - residues.blocks[1][row, part] * powers[1]) * slope
                    let e = first - t[0] * d
                    add(e, at: row, part, to: chunks)
                    add(d, at: table.rows + row, part, to: chunks)
                    sums[5 * (row % rest) + part] += (e + t[2] * d) * third
                }
                powers[0] *= ratios[0]
                powers[1] *= ratios[1]
                if row % rest == rest - 1 { third *= step }
            }
            return sums
        }
        let scale = ((t[2] - t[0]) * (t[2] - t[1])).inverseOrZero
        var power = KoalaBear(reducing: UInt64(rest)).inverseOrZero
        for row in 0..<rest {
            for part in 0..<5 {
                let known = parts.reduce(KoalaBear.zero) { $0 + $1[5 * row + part] }
                let c = (residues.rest[row, part] * power - known) * scale
                add(t[0] * t[1] * c, at: row, part, to: chunks)
                add(.zero - (t[0] + t[1]) * c, at: table.rows + row, part, to: chunks)
                add(c, at: 2 * table.rows + row, part, to: chunks)
            }
            power *= ratios[2]
        }
    }

    /// Adds to a coefficient of the quotient, where a chunk has it.
    private func add(
        _ value: KoalaBear, at coefficient: Int, _ part: Int, to chunks: ColumnTiles
    ) {
        let (chunk, row) = coefficient.quotientAndRemainder(dividingBy: table.chunk)
        guard chunk < Parameters.chunks else { return }
        chunks[row, 5 * chunk + part] += value
    }
}
