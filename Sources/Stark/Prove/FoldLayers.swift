// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The layers of the proof that codewords are near polynomials of low degree (FRI: Ben-Sasson and others,
/// ICALP 2018), for codewords of several lengths.
///
/// A layer commits to its codeword in leaves of 2ᶠ consecutive values, the points of which have the same
/// 2ᶠ-th power. It is folded by a challenge β, and codewords as long as the result join it, times β to the 2ᶠ.
/// What is left in the end is a polynomial, told by its coefficients.
struct FoldLayers {
    private(set) var trees: [MixedTree] = []
    /// The coefficients of what is left.
    private(set) var final: [KoalaBear5] = []

    /// Folds codewords, the longest of which comes first.
    ///
    /// - Parameter codewords: by the logarithm of their length, one for each length.
    init(
        _ codewords: [Int: ExtensionColumn], _ shape: Shape, _ transcript: inout Transcript,
        threads: Int
    ) throws(TilesError) {
        var domain = shape.longest
        guard var word = codewords[shape.bits] else { return }
        for fold in shape.folds {
            let leaves = try FoldLayers.leaves(word, fold)
            let tree = MixedTree([leaves], threads: threads)
            trees.append(tree)
            transcript.absorb("fold", tree.root)
            var beta = transcript.element()
            for _ in 0..<fold {
                word = try word.folded(on: domain, by: beta)
                domain = domain.squared
                beta = beta.squared
            }
            if let joining = codewords[domain.rowBits] {
                for row in 0..<word.rows { word[row] = word[row] + joining[row] * beta }
            }
        }
        let coefficients = try NTT(rowBits: domain.rowBits).interpolate(
            word.elements, on: domain)
        final = Array(coefficients.prefix(1 << Parameters.finalBits))
        transcript.absorb("final", final)
    }

    private static func leaves(
        _ word: ExtensionColumn, _ fold: Int
    ) throws(TilesError) -> ColumnTiles {
        let size = 1 << fold
        let leaves = try ColumnTiles(
            rowBits: (word.rows / size).trailingZeroBitCount, columns: 5 * size)
        for row in 0..<word.rows {
            let value = word[row]
            for part in 0..<5 { leaves[row >> fold, 5 * (row & (size - 1)) + part] = value[part] }
        }
        return leaves
    }
}
