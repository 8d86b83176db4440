// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// The hash of a state tree: a versioned parameter of what is proved, because the margin of
/// Poseidon2 is under discussion while that of Poseidon is older and better studied.
///
/// Both are permutations π of sixteen KoalaBear elements with x³ and 8 full and 20 partial rounds, so that
/// proving them costs the same. A truncated permutation alone could be inverted; hence the feed-forward.
public enum StateHash: UInt8, Sendable, CaseIterable {
    /// Poseidon, the default.
    case poseidon1 = 1
    /// Poseidon2: two to three times faster outside a proof.
    case poseidon2 = 2

    /// How many elements a permutation has.
    public static let width = 16

    private var table: [UInt32] {
        switch self {
        case .poseidon1: Poseidon1.table
        case .poseidon2: Poseidon2.table
        }
    }

    /// Runs a kernel with the constants of this hash.
    func withTable<R>(_ body: (Int32, UnsafePointer<UInt32>) -> R) -> R {
        let code = Int32(rawValue)
        return table.withUnsafeBufferPointer { buffer in
            // The tables are never empty.
            buffer.baseAddress.map { body(code, $0) }!
        }
    }

    /// Permutes sixteen elements in plain Swift, and shows every step.
    func permute(_ state: inout [KoalaBear], observe: (PermutationStep, [KoalaBear]) -> Void) {
        precondition(state.count == Self.width, "a state has sixteen elements")
        switch self {
        case .poseidon1: Poseidon1.permute(&state, observe: observe)
        case .poseidon2: Poseidon2.width16.permute(&state, observe: observe)
        }
    }

    /// Permutes one state of sixteen elements, in plain Swift; slow, and what the kernels are measured by.
    public func permuted(_ state: [KoalaBear]) -> [KoalaBear] {
        var state = state
        permute(&state) { _, _ in }
        return state
    }

    /// Permutes many states in place: elements 16 i ..< 16 i + 16 are state i.
    ///
    /// - Requires: a whole number of states.
    /// - Cost: sixteen states at a time; a rest costs as much as sixteen.
    public func permute(_ states: inout [KoalaBear], path: KernelPath = .best) {
        precondition(states.count % Self.width == 0, "states have sixteen elements")
        let count = states.count / Self.width
        states.withWords { words in
            withTable { fields_permute(path.code, $0, $1, words, count) }
        }
    }
}

extension [KoalaBear] {
    /// The elements as the words the kernels work on.
    func withWords<R>(_ body: (UnsafePointer<UInt32>?) throws -> R) rethrows -> R {
        try withUnsafeBytes { bytes in
            try body(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self))
        }
    }

    /// The elements as words that a kernel may change; it writes only words below p.
    mutating func withWords<R>(_ body: (UnsafeMutablePointer<UInt32>?) throws -> R) rethrows -> R {
        try withUnsafeMutableBytes { bytes in
            try body(bytes.baseAddress?.assumingMemoryBound(to: UInt32.self))
        }
    }
}
