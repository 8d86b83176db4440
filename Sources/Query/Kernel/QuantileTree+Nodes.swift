// SPDX-License-Identifier: Apache-2.0
internal import Privacy

extension QuantileTree {
    /// Calls with the counter above a leaf on each level, the finest level first.
    @inline(__always)
    func forEachNode(above leaf: Int, _ body: (_ node: Int) -> Void) {
        var (part, size) = (leaf, leaves)
        var first = nodes &- leaves
        for _ in 0..<height {
            body(first &+ part)
            part /= branching
            size /= branching
            first &-= size
        }
    }
}
