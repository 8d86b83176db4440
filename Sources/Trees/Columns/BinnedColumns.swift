// SPDX-License-Identifier: Apache-2.0

/// Columns whose values have become codes of a byte: what trees are grown on.
///
/// Shape: rows × features, 1 byte each, column after column. A value; sharing it copies nothing.
public struct BinnedColumns: Hashable, Sendable {
    /// The most rows: for so many, no sum of ``GradientBoosting`` can leave 64 bits.
    public static let mostRows = 1 << 23

    /// How each feature was cut.
    public let features: [FeatureBins]
    /// How many rows there are.
    public let rows: Int
    let codes: [UInt8]

    /// Codes columns by bins that are known: those of bounds and categories, or of other data.
    ///
    /// - Parameters:
    ///   - columns: For each feature the values of all rows; NaN where one is missing.
    ///   - bins: For each feature its bins.
    /// - Cost: some 10 ns a value.
    /// - Throws: ``TreesError`` where there is no feature or row, or columns differ in length.
    public init(_ columns: [[Double]], bins: [FeatureBins]) throws(TreesError) {
        guard columns.count == bins.count else {
            throw .features(expected: bins.count, got: columns.count)
        }
        let rows = try BinnedColumns.rows(of: columns)
        self.rows = rows
        features = bins
        codes = [UInt8](unsafeUninitializedCapacity: rows * columns.count) { room, count in
            room.initialize(repeating: 0)
            for (place, column) in columns.enumerated() {
                let part = UnsafeMutableBufferPointer(
                    rebasing: room[place * rows..<(place + 1) * rows])
                var codes = part.mutableSpan
                bins[place].encode(column.span, to: &codes)
            }
            count = room.count
        }
    }

    /// Cuts each column by its own quantiles and codes it. Not private: edges are values of rows.
    ///
    /// - Parameters:
    ///   - columns: For each feature the values of all rows; NaN where one is missing.
    ///   - most: The most bins of a feature, 1...255.
    /// - Cost: some 30 ns a value.
    /// - Throws: ``TreesError``, as ``init(_:bins:)``, and where `most` is out of range.
    public init(
        quantilesOf columns: [[Double]], most: Int = FeatureBins.most
    ) throws(TreesError) {
        _ = try BinnedColumns.rows(of: columns)
        var bins: [FeatureBins] = []
        for column in columns {
            bins.append(try FeatureBins(quantilesOf: column, most: most))
        }
        try self.init(columns, bins: bins)
    }

    /// The code of a row in a feature; 0 where the value is missing.
    public func code(row: Int, feature: Int) -> UInt8 {
        precondition(row >= 0 && row < rows, "a row that is there")
        return codes[feature * rows + row]
    }

    /// The length that all columns share.
    private static func rows(of columns: [[Double]]) throws(TreesError) -> Int {
        guard let first = columns.first else { throw .noFeatures }
        guard !first.isEmpty else { throw .noRows }
        for column in columns where column.count != first.count {
            throw .rows(expected: first.count, got: column.count)
        }
        guard first.count <= mostRows else {
            throw .tooManyRows(most: mostRows, got: first.count)
        }
        return first.count
    }
}
