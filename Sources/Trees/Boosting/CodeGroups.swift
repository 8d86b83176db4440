// SPDX-License-Identifier: Apache-2.0

/// The codes once more, four features to a word: one load brings a row four codes, and the sums of
/// four features stay in the nearest memory.
struct CodeGroups: Sendable {
    static let width = 4

    /// Some neighbouring features.
    struct Group: Sendable {
        /// The first, and how many, 1...4.
        let features: Range<Int>
        /// For each row the codes of the group's features, the first lowest.
        let words: [UInt32]
        /// Where the sums of each feature begin in those of the group, and where the last ends.
        let starts: [Int]
    }

    let groups: [Group]

    init(_ columns: BinnedColumns, threads: Int) {
        let features = columns.features.count
        let count = (features + CodeGroups.width - 1) / CodeGroups.width
        groups = concurrently(count, threads: threads) { place in
            let first = place * CodeGroups.width
            let part = first..<min(first + CodeGroups.width, features)
            var starts = [0]
            for feature in part { starts.append(starts.last! + columns.features[feature].codes) }
            return Group(
                features: part, words: CodeGroups.words(columns, features: part), starts: starts)
        }
    }

    private static func words(_ columns: BinnedColumns, features: Range<Int>) -> [UInt32] {
        let rows = columns.rows
        return [UInt32](unsafeUninitializedCapacity: rows) { words, count in
            words.initialize(repeating: 0)
            columns.codes.withUnsafeBufferPointer { codes in
                for (place, feature) in features.enumerated() {
                    let column = UnsafeBufferPointer(
                        rebasing: codes[feature * rows..<(feature + 1) * rows])
                    let shift = UInt32(8 * place)
                    for row in 0..<rows { words[row] |= UInt32(column[row]) &<< shift }
                }
            }
            count = rows
        }
    }
}

extension CodeGroups.Group {
    /// The sums of rows by code: for each feature of the group, each code.
    ///
    /// - Parameters:
    ///   - places: Which rows; nil for all from `first` on.
    ///   - moments: What each of them adds, in the order of the places.
    /// - Cost: a load of four codes and four additions in the nearest memory for a row.
    func sums(
        places: UnsafeBufferPointer<UInt32>?, first: Int, moments: UnsafeBufferPointer<Moments>
    ) -> [Moments] {
        [Moments](unsafeUninitializedCapacity: starts[features.count]) { sums, count in
            sums.initialize(repeating: .zero)
            count = sums.count
            guard let base = sums.baseAddress else { return }
            words.withUnsafeBufferPointer { words in
                @inline(__always) func each(_ features: Int) {
                    let second = base + (features > 1 ? starts[1] : 0)
                    let third = base + (features > 2 ? starts[2] : 0)
                    let fourth = base + (features > 3 ? starts[3] : 0)
                    @inline(__always) func add(_ word: UInt32, _ row: Moments) {
                        base[Int(word & 255)] &+= row
                        if features > 1 { second[Int(word &>> 8 & 255)] &+= row }
                        if features > 2 { third[Int(word &>> 16 & 255)] &+= row }
                        if features > 3 { fourth[Int(word &>> 24)] &+= row }
                    }
                    guard let places else {
                        for row in 0..<moments.count { add(words[first &+ row], moments[row]) }
                        return
                    }
                    for row in 0..<moments.count { add(words[Int(places[row])], moments[row]) }
                }
                switch features.count {
                case 1: each(1)
                case 2: each(2)
                case 3: each(3)
                default: each(4)
                }
            }
        }
    }
}
