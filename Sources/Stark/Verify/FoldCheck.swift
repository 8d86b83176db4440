// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Checks that codewords were folded rightly: see ``FoldLayers``.
struct FoldCheck {
    private let shape: Shape
    private let roots: [[UInt8]]
    private let betas: [KoalaBear5]
    private let final: [KoalaBear5]

    /// Reads what was committed to, and draws the challenges.
    init(
        _ shape: Shape, _ reader: inout ProofReader, _ transcript: inout Transcript
    ) throws(ProofError) {
        self.shape = shape
        var roots: [[UInt8]] = []
        var betas: [KoalaBear5] = []
        for _ in shape.folds {
            let root = try reader.digest()
            transcript.absorb("fold", root)
            roots.append(root)
            betas.append(transcript.element())
        }
        (self.roots, self.betas) = (roots, betas)
        final = try reader.extended(1 << Parameters.finalBits)
        transcript.absorb("final", final)
    }

    /// Follows every place through all layers.
    ///
    /// - Parameter value: the value of the codewords of a length at one of their places; nil where there
    ///   are none.
    func check(
        _ indices: [Int], _ reader: inout ProofReader,
        value: (_ bits: Int, _ index: Int) -> KoalaBear5?
    ) throws(ProofError) {
        var domain = shape.longest
        var wanted: [Int: KoalaBear5] = [:]
        for index in indices { wanted[index] = value(shape.bits, index) }
        for (layer, fold) in shape.folds.enumerated() {
            let halves = FoldCheck.halves(domain, fold)
            let leaves = Set(wanted.keys.map { $0 >> fold }).sorted()
            let rows = try MixedTree.open(
                "layer \(layer)", roots[layer], [(domain.rowBits - fold, 5 << fold)], at: leaves,
                from: &reader)[0]
            for (index, value) in wanted {
                let cells = rows[index >> fold] ?? []
                let start = 5 * (index & (1 << fold - 1))
                try reader.demand(element(cells, start) == value, or: .folding(layer: layer))
            }
            var next: [Int: KoalaBear5] = [:]
            let joining = betas[layer].power(1 << UInt64(fold))
            let after = domain.rowBits - fold
            for leaf in leaves {
                let cells = rows[leaf] ?? []
                var values = (0..<1 << fold).map { element(cells, 5 * $0) }
                // One over the leaf's first point; squared as its points are.
                var inverse = domain.point(at: leaf << fold).inverseOrZero
                var beta = betas[layer]
                for step in 0..<fold {
                    values = (0..<values.count / 2).map { place in
                        let (a, b) = (values[2 * place], values[2 * place + 1])
                        return (a + b) * FoldCheck.half
                            + beta * (a - b) * (halves[step][place] * inverse)
                    }
                    inverse = inverse.squared
                    beta = beta.squared
                }
                next[leaf] = values[0] + (value(after, leaf).map { $0 * joining } ?? .zero)
            }
            for _ in 0..<fold { domain = domain.squared }
            wanted = next
        }
        for (index, value) in wanted {
            let x = domain.point(at: index)
            try reader.demand(final.reversed().reduce(.zero) { $0 * x + $1 } == value, or: .final)
        }
    }

    private static let half = KoalaBear.two.inverseOrZero

    /// Of each step of a fold s / 2x for the points x at the even places of the first leaf, whose first point is s: in every
    /// leaf points stand to the first as they do there.
    private static func halves(_ domain: EvaluationDomain, _ fold: Int) -> [[KoalaBear]] {
        var here = domain
        return (0..<fold).map { step in
            defer { here = here.squared }
            return (0..<1 << (fold - step - 1)).map { place in
                half * here.shift * here.point(at: 2 * place).inverseOrZero
            }
        }
    }

    private func element(_ cells: [KoalaBear], _ start: Int) -> KoalaBear5 {
        KoalaBear5(
            cells[start], cells[start + 1], cells[start + 2], cells[start + 3], cells[start + 4])
    }
}
