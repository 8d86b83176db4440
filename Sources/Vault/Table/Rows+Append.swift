// SPDX-License-Identifier: Apache-2.0

extension Rows {
    /// Adds the rows of another value after these, with their texts.
    ///
    /// A column that either side left empty stays empty. Cost: linear.
    ///
    /// - Requires: rows of the same schema.
    public mutating func append(_ other: Rows) {
        precondition(other.schema == schema, "rows of the same schema")
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        for place in columns.indices {
            let left = columns[place].values.count == count
            guard left, other.columns[place].values.count == other.count else {
                columns[place] = Column(values: [])
                continue
            }
            columns[place].append(other.columns[place])
        }
        count += other.count
    }

    /// The rows at these places, in this order; a place may stand several times.
    ///
    /// Dictionaries are kept whole: sealing drops what no row points to. Cost: linear.
    ///
    /// - Requires: every place is one of a row.
    public func selecting(_ places: [Int]) -> Rows {
        let picked = columns.map { column in
            column.values.isEmpty
                ? column
                : Column(values: places.map { column.values[$0] }, dictionary: column.dictionary)
        }
        return Rows(schema: schema, columns: picked, count: places.count)
    }
}

extension Rows.Column {
    /// Adds the values of another column, which keep pointing to the same texts.
    mutating func append(_ other: Rows.Column) {
        if dictionary.isEmpty, other.dictionary.isEmpty {
            values += other.values
            return
        }
        var places = TextPlaces()
        let mine = dictionary.map { places.place(of: $0) }
        let theirs = other.dictionary.map { places.place(of: $0) }
        // Equal texts that stood twice in one dictionary get one place too.
        for index in values.indices where values[index] != Schema.null {
            values[index] = mine[Int(values[index])]
        }
        values.reserveCapacity(values.count + other.values.count)
        for value in other.values {
            values.append(value == Schema.null ? value : theirs[Int(value)])
        }
        dictionary = places.texts
    }
}
