// SPDX-License-Identifier: Apache-2.0

/// Counters over a range of values from which every quantile can be read, once noise is on them.
///
/// Google, "Differentially Private Quantile Trees": the range is cut into `branching` equal parts,
/// each again, `height` times over. A value counts in one node of every level; the root is not
/// counted. So the counters are groups like any others: they are clipped, merged and noised with the
/// rest of a contributor's vector, and all quantiles of them cost one release.
///
/// A contributor with C values in a tree moves its counters by h·C in L1 (``l1(rows:)``) and, were all her
/// values equal, by √h·C in L2 (``l2Squared(rows:)``).
///
/// All integers: the part a value lies in is ⌊(value − lower)·b^l/width⌋ with 128 bits, for any
/// Int64 bounds; a value outside them counts at the nearer end.
public struct QuantileTree: Hashable, Sendable {
    /// The most leaves: 2^24.
    public static let maximumLeaves = 1 << 24

    /// The smallest and the largest value, both public.
    public let bounds: ClosedRange<Int64>
    /// Into how many parts a node is cut.
    public let branching: Int
    /// How many levels are counted.
    public let height: Int
    /// How many counters there are: b + b² + … + b^h.
    public let nodes: Int
    /// How many parts the last level has: b^h.
    public let leaves: Int

    /// The number of values less one; the width itself may be 2^64.
    private let span: UInt64
    /// The first counter of each level.
    private let starts: [Int]

    /// Takes the public bounds and the shape of the tree.
    ///
    /// - Throws: ``QuantileTreeError/shape(branching:height:)`` unless branching is 2 to 256, height at
    ///   least 1 and the leaves at most ``maximumLeaves``.
    public init(
        bounds: ClosedRange<Int64>, branching: Int = 16, height: Int = 4
    ) throws(QuantileTreeError) {
        guard (2...256).contains(branching), (1...24).contains(height) else {
            throw .shape(branching: branching, height: height)
        }
        var (starts, nodes, leaves) = ([Int](), 0, 1)
        for _ in 0..<height {
            starts.append(nodes)
            leaves *= branching
            guard leaves <= Self.maximumLeaves else {
                throw .shape(branching: branching, height: height)
            }
            nodes += leaves
        }
        self.bounds = bounds
        self.branching = branching
        self.height = height
        self.nodes = nodes
        self.leaves = leaves
        self.starts = starts
        span = UInt64(bitPattern: bounds.upperBound &- bounds.lowerBound)
    }

    /// The leaf a value lies in, from 0 up to ``leaves`` less one. Total, and monotone in the value.
    public func leaf(of value: Int64) -> Int {
        let clamped = min(max(value, bounds.lowerBound), bounds.upperBound)
        let offset = UInt64(bitPattern: clamped &- bounds.lowerBound)
        if span < 1 << 40 {
            // At most 2^40 · 2^24.
            return Int(truncatingIfNeeded: offset &* UInt64(leaves) / (span &+ 1))
        }
        let product = UInt128(offset) &* UInt128(leaves)
        return Int(truncatingIfNeeded: product / (UInt128(span) &+ 1))
    }

    /// The counters that a value counts in, one a level, from the coarsest to the finest.
    public func path(of value: Int64) -> [Int] {
        var path = [Int](repeating: 0, count: height)
        forEachNode(of: leaf(of: value)) { path[$0] = $1 }
        return path
    }

    /// Adds an amount to every counter of a value's path; stays at the ends of Int64. The same steps
    /// whatever the value. Cost: one division and `height` additions.
    ///
    /// - Requires: ``nodes`` counters.
    public func count(_ value: Int64, _ amount: Int64 = 1, in counters: inout [Int64]) {
        forEachNode(of: leaf(of: value)) { _, node in
            let (sum, overflow) = counters[node].addingReportingOverflow(amount)
            counters[node] = overflow ? (amount < 0 ? .min : .max) : sum
        }
    }

    /// Calls with each level and the counter of that level above a leaf, the finest level first.
    private func forEachNode(of leaf: Int, _ body: (_ level: Int, _ node: Int) -> Void) {
        var part = leaf
        for level in starts.indices.reversed() {
            body(level, starts[level] &+ part)
            part /= branching
        }
    }

    /// The counter of the first child of the part of a level; level 0 has the root's children.
    func firstChild(level: Int, part: Int) -> Int { starts[level] &+ part &* branching }

    /// The values that lie in a part of a level, in closed bounds; for more parts than values a part
    /// may have none, and is then the first value that is not below it.
    func values(level: Int, part: Int) -> ClosedRange<Int64> {
        var parts: UInt128 = 1
        for _ in 0..<level { parts *= UInt128(branching) }
        let width = UInt128(span) + 1
        let first = (UInt128(part) * width + parts - 1) / parts
        let end = (UInt128(part + 1) * width + parts - 1) / parts
        let last = max(min(first, width - 1), end - 1)
        return value(at: min(first, width - 1))...value(at: last)
    }

    private func value(at offset: UInt128) -> Int64 {
        bounds.lowerBound &+ Int64(truncatingIfNeeded: offset)
    }

    /// By how much one contributor with so many values moves the counters in L1.
    public func l1(rows: UInt32) -> UInt64 { UInt64(height) * UInt64(rows) }

    /// The square of how much one contributor with so many values moves the counters in L2.
    public func l2Squared(rows: UInt32) -> UInt128 {
        UInt128(height) * UInt128(rows) * UInt128(rows)
    }
}

/// Why a tree cannot be laid out.
public enum QuantileTreeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Branching is not 2 to 256, or there is no level, or there are more than 2^24 leaves.
    case shape(branching: Int, height: Int)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .shape(let branching, let height):
            "a tree of \(height) levels that branches \(branching) ways cannot be laid out; branch "
                + "2 to 256 ways, on 1 level or more, with at most 16777216 leaves"
        }
    }
}
