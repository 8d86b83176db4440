// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension ExtensionColumn {
    /// Folds the values of a polynomial f on a domain by two: with f(X) = e(X²) + X · o(X²), the values of
    /// e + β o on the domain of the squares, in its row order.
    ///
    /// Rows 2 k and 2 k + 1 belong to x and -x, and give row k, which belongs to x².
    ///
    /// - Throws: ``TilesError`` when the column has not one row for each point, or only one, or there is no
    ///   memory.
    /// - Cost: about 30 products for each row of the result.
    public func folded(
        on domain: EvaluationDomain, by beta: KoalaBear5, path: KernelPath = .best
    ) throws(TilesError) -> ExtensionColumn {
        guard rows == domain.rows, rows > 1 else {
            throw .shape(expected: max(domain.rows, 2), got: rows)
        }
        let result = try ExtensionColumn(rows: rows / 2)
        domain.halvedInverses.withWords { factors in
            fields_ext_fold(
                path.code, result.words, result.rows, words, rows, result.rows, factors,
                beta.coefficients.map(\.word))
        }
        return result
    }

    /// Folds by eight: with f(X) = Σ Xʲ fⱼ(X⁸), the values of Σ βʲ fⱼ on the domain of the eighth powers.
    ///
    /// Rows 8 k ..< 8 k + 8 give row k. The same as three folds by two with β, β² and β⁴.
    ///
    /// - Throws: as ``folded(on:by:path:)``, when there are fewer than eight rows.
    public func foldedByEight(
        on domain: EvaluationDomain, by beta: KoalaBear5, path: KernelPath = .best
    ) throws(TilesError) -> ExtensionColumn {
        guard rows >= 8 else { throw .shape(expected: 8, got: rows) }
        let half = try folded(on: domain, by: beta, path: path)
        let quarter = try half.folded(on: domain.squared, by: beta.squared, path: path)
        return try quarter.folded(
            on: domain.squared.squared, by: beta.squared.squared, path: path)
    }
}
