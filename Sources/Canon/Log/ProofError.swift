// SPDX-License-Identifier: Apache-2.0

/// Why a Merkle proof proves nothing.
public enum ProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The leaf is outside the tree.
    case outOfRange(index: Int, size: Int)
    /// The earlier tree is larger than the later one, or empty where that says nothing.
    case wrongSizes(old: Int, new: Int)
    /// The proof has too many or too few digests for the place and the size.
    case wrongLength(expected: Int, got: Int)
    /// The proof leads to another root.
    case wrongRoot(expected: Digest, got: Digest)
    /// The proof leads to another root of the earlier, smaller tree.
    case wrongOldRoot(expected: Digest, got: Digest)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .outOfRange(let index, let size):
            "there is no entry \(index) in a tree of \(size)"
        case .wrongSizes(let old, let new):
            "a tree of \(new) cannot be shown to extend a tree of \(old)"
        case .wrongLength(let expected, let got):
            "the proof should have \(expected) digests here; it has \(got)"
        case .wrongRoot(let expected, let got):
            "the proof leads to the root \(got), not to \(expected)"
        case .wrongOldRoot(let expected, let got):
            "the proof leads to the earlier root \(got), not to \(expected)"
        }
    }
}
