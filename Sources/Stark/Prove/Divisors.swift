// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// What constraints are divided by at the points of a block: one over the polynomial that vanishes in all active
/// rows; x − last; one over x − 1; one over x − last.
struct Divisors: Sendable {
    private let points: [KoalaBear]
    private let starts: [KoalaBear]
    private let last: KoalaBear
    /// The polynomial that vanishes in the hidden rows: a column for each block.
    private let hidden: ColumnTiles
    /// One over xⁿ − 1, which is the same all over a block.
    private let blocks: [KoalaBear]

    /// Prepares for the first blocks of an extension.
    init(_ shape: Shape.Table, _ main: Extension) throws(TilesError) {
        points = shape.trace.points
        last = shape.last
        starts = (0..<Parameters.chunks).map { main.start(of: $0) }
        blocks = starts.map { ($0.power(UInt64(shape.rows)) - .one).inverseOrZero }
        hidden = try ColumnTiles(rowBits: shape.rowBits, columns: Parameters.chunks)
        // p (s x) on the rows' points is p on the block that begins at s: one transform for all of them.
        var powers = starts.map { _ in KoalaBear.one }
        for (row, coefficient) in Divisors.hidden(shape).enumerated() {
            for (block, start) in starts.enumerated() {
                hidden[row, block] = coefficient * powers[block]
                powers[block] *= start
            }
        }
        try main.transform.evaluateBlock(tile: 0, of: hidden, start: .one, into: hidden)
    }

    /// The four of some rows of a block.
    func rows(_ range: Range<Int>, of block: Int) -> [[KoalaBear]] {
        let here = range.map { points[$0] * starts[block] }
        let fromLast = here.map { $0 - last }
        return [
            range.map { hidden[$0, block] * blocks[block] }, fromLast,
            Divisors.inverses(here.map { $0 - .one }), Divisors.inverses(fromLast),
        ]
    }

    private static func inverses(_ values: [KoalaBear]) -> [KoalaBear] {
        var inverses = values
        KoalaBear.invert(&inverses)
        return inverses
    }

    /// The coefficients of the polynomial that vanishes in the hidden rows.
    private static func hidden(_ shape: Shape.Table) -> [KoalaBear] {
        var coefficients = [KoalaBear.one]
        var point = shape.root.power(UInt64(shape.activeRows))
        for _ in 0..<Parameters.hiddenRows {
            var next = [KoalaBear.zero] + coefficients
            for (place, coefficient) in coefficients.enumerated() {
                next[place] -= coefficient * point
            }
            coefficients = next
            point *= shape.root
        }
        return coefficients
    }
}
