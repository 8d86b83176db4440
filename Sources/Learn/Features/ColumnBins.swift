// SPDX-License-Identifier: Apache-2.0
internal import Query
internal import Trees
internal import Vault

/// How the values of a row become codes of a byte, what trees are grown on, by the published schema alone.
///
/// Code 0 is for NULL, and for a place that no list has. Numbers have codes from 1 in their order, what lies beyond the
/// bounds the outer ones; a category has one code more than its place.
struct ColumnBins: Hashable, Sendable {
    /// One column, in the place that it has in a row.
    struct Column: Hashable, Sendable {
        /// What its values are.
        enum Kind: Hashable, Sendable {
            /// A number in units of 10^-scale. Code c holds what is above edge c − 2 and at most edge c − 1.
            case number(scale: Int, low: Int64, high: Int64, edges: [Int64])
            /// A place among categories.
            case choice([String])
        }

        let name: String
        let kind: Kind

        /// How many codes there are, with that of NULL: 2...256.
        var codes: Int {
            switch kind {
            case .number(_, _, _, let edges): edges.count + 2
            case .choice(let categories): categories.count + 1
            }
        }

        /// The code of a value. Cost: at most 8 comparisons.
        func code(of value: Int64) -> UInt8 {
            switch kind {
            case .number(_, _, _, let edges):
                guard value != Schema.null else { return 0 }
                var (least, most) = (0, edges.count)
                while least < most {
                    let middle = (least + most) / 2
                    if value > edges[middle] { least = middle + 1 } else { most = middle }
                }
                return UInt8(least + 1)
            case .choice(let categories):
                let isListed = value >= 0 && value < Int64(categories.count)
                return isListed ? UInt8(value + 1) : 0
            }
        }
    }

    let columns: [Column]

    /// The most categories of a column, and the most bins of a number.
    static let most = FeatureBins.most

    init(_ columns: [Column]) { self.columns = columns }

    /// Cuts columns in their order.
    ///
    /// - Returns: nil where a list has more than ``most`` categories.
    init?(_ columns: some Collection<RowSelection.Column>) {
        var cut: [Column] = []
        for column in columns {
            switch column.kind {
            case .number(let scale, let bounds):
                cut.append(
                    Column(
                        name: column.name,
                        kind: .number(
                            scale: scale, low: bounds.lowerBound, high: bounds.upperBound,
                            edges: ColumnBins.edges(bounds))))
            case .category(let list):
                guard list.count <= ColumnBins.most else { return nil }
                cut.append(Column(name: column.name, kind: .choice(list)))
            case .boolean:
                cut.append(Column(name: column.name, kind: .choice(["false", "true"])))
            }
        }
        self.init(cut)
    }

    /// Where public bounds are cut: each value alone where there are at most 64; else in 32 parts of like width, and
    /// nearer and nearer to 0, or to the bound that is next to it, at distances that halve: money, and much else,
    /// lies densest there.
    ///
    /// - Returns: the largest value of every bin but the last, ascending; at most 66.
    static func edges(_ bounds: ClosedRange<Int64>) -> [Int64] {
        let (low, high) = (bounds.lowerBound, bounds.upperBound)
        // Both are offsets from the lower bound, up to 2^64 − 1.
        let width = UInt64(bitPattern: high &- low)
        guard width >= 64 else { return (0..<width).map { low + Int64($0) } }
        var offsets: Set<UInt64> = []
        for part in 1..<UInt64(32) {
            let (product, rest) = width.multipliedFullWidth(by: part)
            offsets.insert((product << 59) | (rest >> 5))
        }
        let middle = UInt64(bitPattern: min(max(0, low), high) &- low)
        for halvings in 1...16 {
            let distance = width >> UInt64(halvings)
            if width - middle > distance { offsets.insert(middle + distance) }
            if middle > distance { offsets.insert(middle - distance - 1) }
        }
        if middle > 0 { offsets.insert(middle - 1) }
        if middle < width { offsets.insert(middle) }
        return offsets.sorted().map { low &+ Int64(bitPattern: $0) }
    }

    /// The bins as trees know them: of numbers, how many there are, since rows are coded here.
    var features: [FeatureBins] {
        get throws(TreesError) {
            try columns.map { column throws(TreesError) in
                switch column.kind {
                case .number(_, _, _, let edges):
                    try FeatureBins(bounds: 0...1, bins: edges.count + 1)
                case .choice(let categories): try FeatureBins(categories: categories.count)
                }
            }
        }
    }

    /// Codes a row, column by column.
    func read(_ values: UnsafeBufferPointer<Int64>, to codes: inout [UInt8]) {
        for (place, column) in columns.enumerated() {
            codes[place] = column.code(of: values[place])
        }
    }

    /// One spelling for one meaning.
    var canonical: String {
        columns.map { column in
            switch column.kind {
            case .number(_, _, _, let edges): "\(edges)"
            case .choice(let categories): "\(categories.count)"
            }
        }.joined(separator: " ")
    }
}
