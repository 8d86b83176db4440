// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A quotient's coefficients from what it is at the points of three blocks.
///
/// On the block that begins at s, xⁿ is sⁿ everywhere. So there q = q₀ + Xⁿ q₁ + X²ⁿ q₂ looks like
/// q₀ + sⁿ q₁ + s²ⁿ q₂, which has fewer than n coefficients; three blocks give three equations for each
/// of them. A quotient has fewer than 3 n coefficients, or what is claimed is wrong.
struct QuotientChunks {
    let table: Shape.Table

    /// Splits a quotient q into chunks of c coefficients and masks them, so that only together they say
    /// what it is: q₀ + Xᶜ r₀, q₁ − r₀ + Xᶜ r₁, q₂ − r₁ with random r. The random codeword stands behind
    /// them where the table has it.
    ///
    /// - Parameter residues: of each block its coefficients, as ``Quotient/residues(_:_:threads:)`` gives them.
    func split(
        _ residues: [ColumnTiles], _ random: inout Randomness, threads: Int
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
            for row in 0..<table.rows {
                for part in 0..<5 { chunks[row, 5 * Parameters.chunks + part] = random.element() }
            }
        }
        return chunks
    }

    private func fill(_ chunks: ColumnTiles, _ residues: [ColumnTiles], threads: Int) {
        let starts = residues.indices.map { table.domain.point(at: $0 << table.rowBits) }
        let solution = QuotientChunks.solution(starts.map { $0.power(UInt64(table.rows)) })
        // A residue's coefficient i comes times n sⁱ.
        let count = KoalaBear(reducing: UInt64(table.rows)).inverseOrZero
        let ratios = starts.map(\.inverseOrZero)
        let batch = min(table.rows, 1 << 12)
        _ = Parallel.map(table.rows / batch, threads: threads) { part in
            var powers = ratios.map { $0.power(UInt64(part * batch)) * count }
            for row in part * batch..<(part + 1) * batch {
                for order in 0..<Parameters.chunks {
                    let coefficient = order * table.rows + row
                    let (chunk, target) = coefficient.quotientAndRemainder(
                        dividingBy: table.chunk)
                    guard chunk < Parameters.chunks else { continue }
                    let factors = solution[order]
                    let (a, b, c) = (
                        factors[0] * powers[0], factors[1] * powers[1], factors[2] * powers[2]
                    )
                    for part in 0..<5 {
                        chunks[target, 5 * chunk + part] =
                            residues[0][row, part] * a + residues[1][row, part] * b
                            + residues[2][row, part] * c
                    }
                }
                for block in powers.indices { powers[block] *= ratios[block] }
            }
        }
    }

    /// The inverse of the matrix with the rows 1, x, x² for three x: row j gives what is times xʲ.
    private static func solution(_ points: [KoalaBear]) -> [[KoalaBear]] {
        // Lagrange's polynomials: column b has the coefficients of Π (X − xₖ) / (x_b − xₖ), k ≠ b.
        let columns = points.indices.map { place -> [KoalaBear] in
            let others = points.indices.filter { $0 != place }.map { points[$0] }
            let scale = others.reduce(KoalaBear.one) { $0 * (points[place] - $1) }.inverseOrZero
            return [others[0] * others[1], .zero - others[0] - others[1], .one].map { $0 * scale }
        }
        return (0..<points.count).map { order in columns.map { $0[order] } }
    }
}
