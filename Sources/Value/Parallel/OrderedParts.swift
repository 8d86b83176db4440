// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

/// Work in parts whose results are merged in the order of the parts, so that floating-point sums have
/// the same bits with any number of threads.
enum OrderedParts {
    /// Does the parts on some threads and merges each result when those before it are merged.
    ///
    /// Whoever is free takes the next part. About as many results wait as there are threads.
    static func merge<Part: Sendable, Total: Sendable>(
        _ count: Int, threads: Int, into total: Total, part: @Sendable (Int) -> Part,
        by merge: @Sendable (inout Total, Part) -> Void
    ) -> Total {
        guard threads > 1, count > 1 else {
            var total = total
            for index in 0..<count { merge(&total, part(index)) }
            return total
        }
        let next = Atomic(0)
        let state = Mutex(Waiting<Part, Total>(total: total))
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = part(index)
                state.withLock { state in
                    state.parts[index] = result
                    while let first = state.parts.removeValue(forKey: state.merged) {
                        merge(&state.total, first)
                        state.merged += 1
                    }
                }
            }
        }
        return state.withLock { $0.total }
    }

    private struct Waiting<Part: Sendable, Total: Sendable>: Sendable {
        var total: Total
        var merged = 0
        var parts: [Int: Part] = [:]
    }
}
