// SPDX-License-Identifier: Apache-2.0

/// Rows of one table of one contributor, column by column, in the clear.
///
/// Exists only in memory: on its way from a file into a segment, and from a segment into a study.
public struct Rows: Hashable, Sendable {
    /// One column's values.
    public struct Column: Hashable, Sendable {
        /// The values in row order; ``Schema/null`` where there is none.
        public var values: [Int64]
        /// The texts that the values of a ``Schema/Kind/text`` column point to; otherwise empty.
        public var dictionary: [String]

        /// Takes values, and texts where they point to any.
        public init(values: [Int64], dictionary: [String] = []) {
            self.values = values
            self.dictionary = dictionary
        }
    }

    /// What the columns mean.
    public let schema: Schema
    /// The columns, in the schema's order; a column that was not asked for is empty.
    public var columns: [Column]
    /// How many rows there are.
    public var count: Int

    /// Takes columns of equal length.
    ///
    /// - Requires: one column for each of the schema's, each empty or of `count` values.
    public init(schema: Schema, columns: [Column], count: Int) {
        precondition(columns.count == schema.columns.count, "one column for each of the schema's")
        precondition(
            columns.allSatisfy { $0.values.isEmpty || $0.values.count == count },
            "columns of equal length")
        self.schema = schema
        self.columns = columns
        self.count = count
    }

    /// No rows yet.
    public init(schema: Schema) {
        self.init(
            schema: schema, columns: schema.columns.map { _ in Column(values: []) }, count: 0)
    }
}
