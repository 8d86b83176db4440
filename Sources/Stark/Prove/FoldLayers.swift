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
    /// The codewords, as each tree commits to them.
    private var words: [ExtensionColumn] = []
    private let folds: [Int]
    /// The coefficients of what is left.
    private(set) var final: [KoalaBear5] = []

    /// Folds codewords, the longest of which comes first.
    ///
    /// - Parameter codewords: by the logarithm of their length, one for each length.
    init(
        _ codewords: [Int: ExtensionColumn], _ shape: Shape, _ transcript: inout Transcript,
        threads: Int
    ) throws(TilesError) {
        folds = shape.folds
        var domain = shape.longest
        guard var word = codewords[shape.bits] else { return }
        for fold in shape.folds {
            let height = domain.rowBits - fold
            let tree = try MixedTree(height: height, threads: threads) {
                (bits: Int) throws(TilesError) -> DigestLayer? in
                bits == height ? try FoldLayers.leaves(word, fold, threads: threads) : nil
            }
            trees.append(tree)
            words.append(word)
            transcript.absorb("fold", tree.root)
            var beta = transcript.element()
            for _ in 0..<fold {
                word = try word.folded(on: domain, by: beta)
                domain = domain.squared
                beta = beta.squared
            }
            if let joining = codewords[domain.rowBits] {
                let (word, beta) = (word, beta)
                let batch = min(word.rows, 1 << 14)
                _ = Parallel.map(word.rows / batch, threads: threads) { part in
                    for row in part * batch..<(part + 1) * batch {
                        word[row] = word[row] + joining[row] * beta
                    }
                }
            }
        }
        let coefficients = try NTT(rowBits: domain.rowBits).interpolate(
            word.elements, on: domain)
        final = Array(coefficients.prefix(1 << Parameters.finalBits))
        transcript.absorb("final", final)
    }

    /// The digests of leaves.
    private static func leaves(
        _ word: ExtensionColumn, _ fold: Int, threads: Int
    ) throws(TilesError) -> DigestLayer {
        let leaves = try DigestLayer(count: word.rows >> fold)
        let batch = min(word.rows, 1 << 12)
        _ = Parallel.map(word.rows / batch, threads: threads) { part in
            leaves.write(
                elements: part * batch..<(part + 1) * batch, of: word, width: 1 << fold,
                at: (part * batch) >> fold)
        }
        return leaves
    }

    /// What shows that the leaves of a layer at some places are committed to.
    func opening(layer: Int, at places: [Int]) -> [UInt8] {
        let fold = folds[layer]
        func leaf(_ place: Int) -> [UInt8] {
            words[layer].bytes(ofRows: place << fold..<(place + 1) << fold)
        }
        return places.flatMap(leaf)
            + trees[layer].path(of: places) { SHA256.digest([0] + leaf($0)) }
    }
}
