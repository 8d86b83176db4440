// SPDX-License-Identifier: Apache-2.0

/// A table of finite numbers, one record a row: what distances are measured between.
///
/// Every number lies within ±``largest``, so that no squared distance overflows. Columns are used as
/// they are: whoever wants them scaled scales them before.
public struct FeatureRows: Sendable, Hashable {
    /// The largest size of a number.
    public static let largest = 1e100
    /// How many columns there may be.
    public static let mostColumns = 1 << 20
    /// How many rows there may be.
    public static let mostRows = Int(Int32.max)

    /// How many rows there are.
    public let count: Int
    /// How many numbers a row has.
    public let columns: Int
    /// All numbers, row by row.
    public let values: [Double]

    /// Takes numbers row by row.
    ///
    /// - Throws: ``ValueError/shape(_:expected:got:)`` when the last row is not whole,
    ///   ``ValueError/number(_:row:column:)`` for one that is not finite or too large.
    /// - Cost: one pass.
    public init(flat values: [Double], columns: Int) throws(ValueError) {
        guard (1...Self.mostColumns).contains(columns) else {
            throw .setting("\(columns) columns; 1 to \(Self.mostColumns) wanted")
        }
        let (count, rest) = values.count.quotientAndRemainder(dividingBy: columns)
        guard rest == 0 else {
            throw .shape("numbers in the last row", expected: columns, got: rest)
        }
        guard count <= Self.mostRows else {
            throw .setting("\(count) rows; at most \(Self.mostRows) wanted")
        }
        // A comparison with what is not a number is false.
        if let bad = values.firstIndex(where: { !($0.magnitude <= Self.largest) }) {
            throw .number("features", row: bad / columns, column: bad % columns)
        }
        (self.count, self.columns, self.values) = (count, columns, values)
    }

    /// Takes rows, at least one.
    ///
    /// - Throws: ``ValueError/empty(_:)``, and as ``init(flat:columns:)``.
    public init(_ rows: [[Double]]) throws(ValueError) {
        guard let first = rows.first else { throw .empty("rows") }
        if let odd = rows.first(where: { $0.count != first.count }) {
            throw .shape("numbers in a row", expected: first.count, got: odd.count)
        }
        try self.init(flat: rows.flatMap(\.self), columns: first.count)
    }

    /// One row.
    public subscript(row: Int) -> ArraySlice<Double> {
        values[row * columns..<(row + 1) * columns]
    }

    /// The rows at these places, in this order.
    ///
    /// - Requires: places below ``count``.
    public func picked(_ places: [Int]) -> FeatureRows {
        var numbers: [Double] = []
        numbers.reserveCapacity(places.count * columns)
        for place in places { numbers.append(contentsOf: self[place]) }
        return FeatureRows(trusted: numbers, columns: columns)
    }

    private init(trusted values: [Double], columns: Int) {
        (self.values, self.columns) = (values, columns)
        count = values.count / columns
    }

    /// Σ (aᵢ - bᵢ)² of two rows, added up from the first column on: the same bits wherever it runs,
    /// and those of the blocks that many rows are measured by.
    public func squaredDistance(_ row: Int, to other: Int, in table: FeatureRows) -> Double {
        precondition(table.columns == columns, "rows of the same columns")
        var sum = 0.0
        var (mine, theirs) = (row * columns, other * columns)
        for _ in 0..<columns {
            let gap = values[mine] - table.values[theirs]
            sum += gap * gap
            mine += 1
            theirs += 1
        }
        return sum
    }
}
