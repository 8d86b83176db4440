// SPDX-License-Identifier: Apache-2.0

extension MerkleLog {
    /// Proves that an entry is in the tree of the first `size` entries (all, when left out).
    ///
    /// - Throws: ``ProofError/outOfRange(index:size:)`` when there is no such entry or size.
    /// - Cost: O(log size) hashes.
    public func inclusionProof(of index: Int, size: Int? = nil) throws(ProofError) -> InclusionProof
    {
        let size = size ?? self.size
        guard size >= 0, size <= self.size else {
            throw .outOfRange(index: size, size: self.size)
        }
        guard index >= 0, index < size else { throw .outOfRange(index: index, size: size) }
        var path: [Digest] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + MerkleLog.split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            if index < middle {
                path.append(hash(of: right))
                range = left
            } else {
                path.append(hash(of: left))
                range = right
            }
        }
        return InclusionProof(index: index, size: size, path: path.reversed())
    }

    /// Proves that the tree of the first `new` entries extends the tree of the first `old`.
    ///
    /// - Throws: ``ProofError/wrongSizes(old:new:)`` unless `0 < old <= new`, and
    ///   ``ProofError/outOfRange(index:size:)`` when there are fewer than `new` entries.
    /// - Cost: O(log new) hashes.
    public func consistencyProof(from old: Int, to new: Int) throws(ProofError) -> ConsistencyProof
    {
        guard old > 0, old <= new else { throw .wrongSizes(old: old, new: new) }
        guard new <= size else { throw .outOfRange(index: new, size: size) }
        var path: [Digest] = []
        var range = 0..<new
        var whole = true
        while range.upperBound != old {
            let middle = range.lowerBound + MerkleLog.split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            if old <= middle {
                path.append(hash(of: right))
                range = left
            } else {
                path.append(hash(of: left))
                range = right
                whole = false
            }
        }
        if !whole { path.append(hash(of: range)) }
        return ConsistencyProof(old: old, new: new, path: path.reversed())
    }
}
