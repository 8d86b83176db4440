// SPDX-License-Identifier: Apache-2.0

/// The points s, s g, s g², ..., s gⁿ⁻¹ of a low-degree extension, and the order of its rows.
///
/// g is the root of unity of order n = 2 to the row bits. Row k belongs to the point s · g^rev(k),
/// where rev turns the bits of k around. Therefore:
///
/// - the eight points with the same x⁸ are the eight *consecutive* rows 8 k ..< 8 k + 8, the same for
///   any power of two: one Merkle leaf of a folding layer. Folding by eight gives row k of the domain with
///   n / 8 rows and the shift s⁸;
/// - in an extension of b · m rows of a trace of m, the rows are b blocks of m; each block is one coset of
///   the group of order m, again in bit-reversed order.
public struct EvaluationDomain: Sendable, Hashable {
    /// The logarithm of the number of points, in 0 ... 24.
    public let rowBits: Int
    /// The point of row 0.
    public let shift: KoalaBear

    private let root: KoalaBear

    /// Takes a size and a shift.
    ///
    /// - Throws: ``TilesError/rowBits(_:)`` unless the logarithm is in 0 ... 24,
    ///   ``TilesError/zeroShift`` when the points would all be zero.
    public init(rowBits: Int, shift: KoalaBear) throws(TilesError) {
        guard let root = KoalaBear.rootOfUnity(log: rowBits) else { throw .rowBits(rowBits) }
        guard shift != .zero else { throw .zeroShift }
        self.init(rowBits: rowBits, shift: shift, root: root)
    }

    private init(rowBits: Int, shift: KoalaBear, root: KoalaBear) {
        self.rowBits = rowBits
        self.shift = shift
        self.root = root
    }

    /// The number of points.
    public var rows: Int { 1 << rowBits }

    /// The bits of a row turned around: the exponent of g of its point, and back. Only the lowest
    /// bits of the row count, as many as the domain has.
    public func reversed(_ row: Int) -> Int {
        guard rowBits > 0 else { return 0 }
        var bits = UInt64(truncatingIfNeeded: row & (rows - 1))
        bits = (bits & 0x5555_5555_5555_5555) << 1 | bits >> 1 & 0x5555_5555_5555_5555
        bits = (bits & 0x3333_3333_3333_3333) << 2 | bits >> 2 & 0x3333_3333_3333_3333
        bits = (bits & 0x0f0f_0f0f_0f0f_0f0f) << 4 | bits >> 4 & 0x0f0f_0f0f_0f0f_0f0f
        return Int(bits.byteSwapped >> UInt64(64 - rowBits))
    }

    /// The point of a row.
    public func point(at row: Int) -> KoalaBear { shift * root.power(UInt64(reversed(row))) }

    /// All points in the order of the rows: one product and 4 bytes for each.
    public var points: [KoalaBear] { walk(from: shift, root: root, bits: 0..<rowBits) }

    /// 1 / 2x for the points x of the even rows.
    var halvedInverses: [KoalaBear] {
        walk(
            from: (shift + shift).inverseOrZero, root: root.inverseOrZero,
            bits: min(1, rowBits)..<rowBits)
    }

    /// First times root^rev(k) for all rows k made of the given bits only, in rising order.
    private func walk(from first: KoalaBear, root: KoalaBear, bits: Range<Int>) -> [KoalaBear] {
        var points = [first]
        points.reserveCapacity(1 << bits.count)
        for bit in bits {
            // The bit 2^j of the row stands for n / 2^(j + 1) in the exponent.
            let factor = root.power(1 << UInt64(rowBits - 1 - bit))
            points += points.map { $0 * factor }
        }
        return points
    }

    /// The domain of the squares of the points: half as many, and the square of the shift.
    ///
    /// The only point of a domain of one gives a domain of one.
    public var squared: EvaluationDomain {
        EvaluationDomain(
            rowBits: max(rowBits - 1, 0), shift: shift.squared, root: root.squared)
    }

    /// The row whose point is g^step times the point of a row.
    ///
    /// In an extension of b · m rows the next row of a trace of m rows is the one b steps on.
    public func row(after row: Int, steps: Int = 1) -> Int {
        reversed((reversed(row) + steps) & (rows - 1))
    }
}
