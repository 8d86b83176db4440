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

    /// All rows of several values, one after another, with their texts. Cost: linear in all of them,
    /// where adding one by one looks at all texts each time.
    ///
    /// - Requires: rows of this schema, every column filled.
    public init(schema: Schema, joining parts: [Rows]) {
        self.init(schema: schema)
        let total = parts.reduce(0) { $0 + $1.count }
        for place in columns.indices {
            var values: [Int64] = []
            values.reserveCapacity(total)
            var texts = TextPlaces()
            for part in parts {
                precondition(part.schema == schema, "rows of the same schema")
                let column = part.columns[place]
                precondition(column.values.count == part.count, "every column filled")
                guard !column.dictionary.isEmpty else {
                    values += column.values
                    continue
                }
                let moved = column.dictionary.map { texts.place(of: $0) }
                for value in column.values {
                    values.append(value == Schema.null ? value : moved[Int(value)])
                }
            }
            columns[place] = Column(values: values, dictionary: texts.texts)
        }
        count = total
    }

    /// The rows in parts of at most so many, in order.
    public func parts(of most: Int) -> [Rows] {
        guard count > most else { return [self] }
        return stride(from: 0, to: count, by: most).map { start in
            selecting(Array(start..<min(start + most, count)))
        }
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
