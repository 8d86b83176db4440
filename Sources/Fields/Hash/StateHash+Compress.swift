// SPDX-License-Identifier: Apache-2.0
internal import CFields

extension StateHash {
    /// Hashes a leaf of sixteen elements: the first eight of π(x) + x.
    ///
    /// The same function as ``node(_:_:)``, so the caller keeps one element for a tag that no node can
    /// show, or fixes the depth of the tree.
    ///
    /// - Requires: sixteen elements.
    public func leaf(_ elements: [KoalaBear]) -> StateDigest {
        precondition(elements.count == Self.width, "a leaf has sixteen elements")
        return compress(elements, path: Self.alone)[0]
    }

    /// Hashes two digests to one: the first eight of π(left ‖ right) + (left ‖ right).
    ///
    /// The feed-forward makes it one-way and collision-resistant like Davies and Meyer's construction.
    public func node(_ left: StateDigest, _ right: StateDigest) -> StateDigest {
        compress(left.elements + right.elements, path: Self.alone)[0]
    }

    /// One permutation alone fills one lane of a vector, and takes as long as all of them: longer than without.
    private static let alone = KernelPath.portable

    /// Hashes a layer of a tree to the one above it; digest i comes from 2 i and 2 i + 1.
    ///
    /// - Requires: an even number of digests.
    /// - Cost: one permutation for each pair, sixteen at a time; the result is half as long.
    public func parents(of layer: [StateDigest], path: KernelPath = .best) -> [StateDigest] {
        precondition(layer.count % 2 == 0, "a layer has an even number of digests")
        return run(layer.count / 2, path) { body in
            layer.withUnsafeBytes { body($0.assumingMemoryBound(to: UInt32.self).baseAddress) }
        }
    }

    /// Hashes many leaves: elements 16 i ..< 16 i + 16 are leaf i.
    ///
    /// - Requires: a whole number of leaves.
    public func leaves(_ elements: [KoalaBear], path: KernelPath = .best) -> [StateDigest] {
        precondition(elements.count % Self.width == 0, "leaves have sixteen elements")
        return compress(elements, path: path)
    }

    private func compress(_ elements: [KoalaBear], path: KernelPath = .best) -> [StateDigest] {
        run(elements.count / Self.width, path) { body in elements.withWords { body($0) } }
    }

    private func run(
        _ count: Int, _ path: KernelPath, source: ((UnsafePointer<UInt32>?) -> Void) -> Void
    ) -> [StateDigest] {
        [StateDigest](unsafeUninitializedCapacity: count) { room, filled in
            source { words in
                guard let words, let base = room.baseAddress else { return }
                let out = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt32.self)
                withTable { fields_compress(path.code, $0, $1, out, words, count) }
                filled = count
            }
        }
    }
}
