// SPDX-License-Identifier: Apache-2.0

extension FeatureBins {
    /// Cuts numbers into bins of nearly as many rows each. Reads the data, so it is not private.
    ///
    /// A value that fills a bin alone gets one; of at most `most` different values each has its
    /// own, as in LightGBM (Ke et al., NeurIPS 2017). Edges lie in the middle between neighbours.
    /// What is missing is left out. The same for any order of the rows.
    ///
    /// - Parameter most: The most bins, 1...255.
    /// - Cost: a radix sort, some 20 ns a value.
    /// - Throws: ``TreesError/bins`` where `most` is out of range.
    public init(quantilesOf values: [Double], most: Int = FeatureBins.most) throws(TreesError) {
        guard (1...FeatureBins.most).contains(most) else { throw .bins }
        let distinct = DistinctValues(of: values)
        try self.init(edges: distinct.edges(most: most))
    }
}

/// The different values of a column, ascending, and how often each occurs.
private struct DistinctValues {
    private var values: [Double] = []
    private var counts: [Int] = []
    private var total = 0

    init(of column: [Double]) {
        var keys: [UInt64] = []
        keys.reserveCapacity(column.count)
        let largest = Double.greatestFiniteMagnitude
        for value in column where value == value {
            // Adding 0 makes -0 the 0 it equals.
            keys.append(DistinctValues.key(min(max(value, -largest), largest) + 0))
        }
        DistinctValues.sort(&keys)
        total = keys.count
        for place in keys.indices {
            if place > 0, keys[place] == keys[place - 1] {
                counts[counts.count - 1] += 1
            } else {
                values.append(DistinctValues.value(keys[place]))
                counts.append(1)
            }
        }
    }

    /// The edges of at most so many bins.
    func edges(most: Int) -> [Double] {
        guard values.count > most else {
            return values.indices.dropLast().map { edge(after: $0) }
        }
        let mean = Double(total) / Double(most)
        // Values that fill a bin alone do not count to the mean of the others.
        let isHeavy = counts.map { Double($0) >= mean }
        var restBins = most
        var restRows = total
        for (place, count) in counts.enumerated() where isHeavy[place] {
            restBins -= 1
            restRows -= count
        }
        var size = Double(restRows) / Double(max(restBins, 1))
        var edges: [Double] = []
        var rows = 0
        for place in values.indices.dropLast() {
            rows += counts[place]
            if !isHeavy[place] { restRows -= counts[place] }
            let isFull =
                isHeavy[place] || Double(rows) >= size
                || (isHeavy[place + 1] && Double(rows) >= max(1, size / 2))
            guard isFull, edges.count < most - 1 else { continue }
            edges.append(edge(after: place))
            rows = 0
            if !isHeavy[place] {
                restBins -= 1
                size = Double(restRows) / Double(max(restBins, 1))
            }
        }
        return edges
    }

    /// The middle between a value and the next; below the next even where they are neighbours.
    private func edge(after place: Int) -> Double {
        let (low, high) = (values[place], values[place + 1])
        let middle = low / 2 + high / 2
        return middle >= low && middle < high ? middle : low
    }

    /// A number whose order as unsigned is that of the values.
    private static func key(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits ^ (bits >> 63 == 1 ? .max : 1 << 63)
    }

    private static func value(_ key: UInt64) -> Double {
        Double(bitPattern: key ^ (key >> 63 == 1 ? 1 << 63 : .max))
    }

    /// Sorts by digits of 11 bits, the lowest first; digits that all keys share are left out.
    private static func sort(_ keys: inout [UInt64]) {
        guard keys.count > 256 else { return keys.sort() }
        let digit = 2048
        var other = [UInt64](repeating: 0, count: keys.count)
        for shift in stride(from: UInt64(0), to: 64, by: 11) {
            var places = [Int](repeating: 0, count: digit)
            for key in keys { places[Int(key >> shift & 2047)] += 1 }
            guard !places.contains(keys.count) else { continue }
            var start = 0
            for place in places.indices {
                (places[place], start) = (start, start + places[place])
            }
            for key in keys {
                let bucket = Int(key >> shift & 2047)
                other[places[bucket]] = key
                places[bucket] += 1
            }
            swap(&keys, &other)
        }
    }
}
