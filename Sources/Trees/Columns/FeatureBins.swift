// SPDX-License-Identifier: Apache-2.0

/// How the values of one feature become codes of a byte.
///
/// Code 0 is for what is missing: NaN, or a category that does not exist. Numbers have codes from 1
/// in their order; code c holds what is above edge c - 2 and at most edge c - 1. Thus "code at most
/// c" and "value at most edge c - 1" say the same, and a tree that was grown on codes can be asked
/// with values. Infinite values lie in the outer bins.
public struct FeatureBins: Hashable, Sendable {
    /// The most bins of a feature, without that of what is missing.
    public static let most = 255

    /// The upper edge of every bin but the last, ascending; of categories code - 1/2, so that
    /// category k has code k + 1. Finite.
    public let edges: [Double]
    /// Whether values are the categories 0, 1, …; else they are numbers.
    public let isCategorical: Bool

    /// How many codes there are, with that of what is missing: 2...256.
    public var codes: Int { edges.count + 2 }

    /// Takes edges, which must be finite, ascending, and at most 254.
    ///
    /// - Throws: ``TreesError/bins``.
    public init(edges: [Double]) throws(TreesError) {
        let isAscending = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
        guard edges.count < FeatureBins.most, isAscending, edges.allSatisfy(\.isFinite) else {
            throw .bins
        }
        self.edges = edges
        isCategorical = false
    }

    /// Cuts public bounds into bins of one width. Reads no data, so it costs no privacy; values
    /// beyond the bounds count to the outer bins.
    ///
    /// - Throws: ``TreesError/bins`` where bounds are not finite or one point,
    ///   where bins are not 1...255, or are too narrow to be told apart.
    public init(bounds: ClosedRange<Double>, bins: Int) throws(TreesError) {
        let width = bounds.upperBound - bounds.lowerBound
        guard width > 0, width.isFinite, (1...FeatureBins.most).contains(bins) else {
            throw .bins
        }
        let edges = (1..<max(bins, 1)).map {
            bounds.lowerBound + width * (Double($0) / Double(bins))
        }
        try self.init(edges: edges)
    }

    /// Takes the number of categories, 1...255: the values 0, 1, …. Trees split them in this order.
    ///
    /// - Throws: ``TreesError/bins``.
    public init(categories: Int) throws(TreesError) {
        guard (1...FeatureBins.most).contains(categories) else { throw .bins }
        edges = (1..<max(categories, 1)).map { Double($0) - 0.5 }
        isCategorical = true
    }

    /// The code of a value. Cost: 8 comparisons.
    public func code(of value: Double) -> UInt8 {
        guard !isCategorical || isCategory(value) else { return 0 }
        guard value == value else { return 0 }
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if value > edges[middle] { low = middle + 1 } else { high = middle }
        }
        return UInt8(low + 1)
    }

    /// Whether a value is one of the categories.
    func isCategory(_ value: Double) -> Bool {
        value >= 0 && value <= Double(edges.count) && value == value.rounded(.down)
    }

    /// Writes the codes of values: as ``code(of:)`` for each, in the same number of steps for any.
    func encode(_ values: Span<Double>, to codes: inout MutableSpan<UInt8>) {
        // With edges beyond the last, all searches take 8 steps and no branch.
        let padded = edges + [Double](repeating: .infinity, count: 255 - edges.count)
        padded.withUnsafeBufferPointer { edges in
            for row in values.indices {
                let value = values[row]
                var place = 0
                var step = 128
                while step > 0 {
                    place &+= value > edges[place &+ step &- 1] ? step : 0
                    step &>>= 1
                }
                let code = UInt8(truncatingIfNeeded: place &+ 1)
                let isMissing = value != value || (isCategorical && !isCategory(value))
                codes[row] = isMissing ? 0 : code
            }
        }
    }
}
