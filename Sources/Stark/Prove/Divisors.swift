// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// What constraints are divided by at the points of a block: one over the polynomial that vanishes in all active
/// rows; x − last; one over x − 1; one over x − last.
struct Divisors: Sendable {
    private let points: [KoalaBear]
    private let start: KoalaBear
    private let last: KoalaBear
    /// The polynomial that vanishes in the hidden rows.
    private let hidden: ColumnTiles
    /// One over xⁿ − 1, which is the same all over a block.
    private let block: KoalaBear

    init(_ shape: Shape.Table, start: KoalaBear, _ transform: NTT) throws(TilesError) {
        points = shape.trace.points
        (self.start, last) = (start, shape.last)
        block = (start.power(UInt64(shape.rows)) - .one).inverseOrZero
        let coefficients = try ColumnTiles(rowBits: shape.rowBits, columns: 1)
        for (row, coefficient) in Divisors.hidden(shape).enumerated() {
            coefficients[row, 0] = coefficient
        }
        hidden = try ColumnTiles(rowBits: shape.rowBits, columns: 1)
        try transform.evaluateBlock(tile: 0, of: coefficients, start: start, into: hidden)
    }

    /// The four of some rows.
    func rows(_ range: Range<Int>) -> [[KoalaBear]] {
        let here = range.map { points[$0] * start }
        let fromLast = here.map { $0 - last }
        return [
            range.map { hidden[$0, 0] * block }, fromLast,
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
