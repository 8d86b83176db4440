// SPDX-License-Identifier: Apache-2.0

extension Rows {
    /// The rows in the order of their key columns, or of all columns where the schema has no key.
    ///
    /// NULL comes first, numbers by size, texts by their UTF-8 bytes. Rows that are equal in those
    /// columns keep their order. Cost: n log n.
    public func sortedByKey() -> Rows {
        let key = schema.key.isEmpty ? Array(columns.indices) : schema.key
        let ranks = key.map { columns[$0].ranks }.filter { !$0.isEmpty }
        let order = (0..<count).sorted { left, right in
            for column in ranks where column[left] != column[right] {
                return column[left] < column[right]
            }
            return left < right
        }
        return selecting(order)
    }
}

extension Rows.Column {
    /// Numbers that order the rows as the values do; for text, the texts' places when sorted.
    fileprivate var ranks: [Int64] {
        guard !dictionary.isEmpty else { return values }
        let order = dictionary.indices.sorted {
            dictionary[$0].utf8.lexicographicallyPrecedes(dictionary[$1].utf8)
        }
        var rank = [Int64](repeating: 0, count: dictionary.count)
        var next: Int64 = 0
        for (index, place) in order.enumerated() {
            // Equal texts, should they stand twice, share a rank.
            if index > 0, ExactText(dictionary[order[index - 1]]) != ExactText(dictionary[place]) {
                next += 1
            }
            rank[place] = next
        }
        return values.map { $0 == Schema.null ? $0 : rank[Int($0)] }
    }
}
