// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

/// Maps values on some threads, in order; the result does not depend on how many.
///
/// For steps that need nothing of each other, such as reading entries or making signatures.
func parallelMap<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], threads: Int = 2, _ body: @Sendable (Input) -> Output
) -> [Output] {
    // Runs are dealt from one counter, so that a heavy run delays nobody else.
    let run = 32
    let runs = (inputs.count + run - 1) / run
    let next = Atomic<Int>(0)
    let parts = Mutex([[Output]](repeating: [], count: runs))
    DispatchQueue.concurrentPerform(iterations: min(threads, runs)) { _ in
        while true {
            let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard place < runs else { return }
            let part = inputs[place * run..<min((place + 1) * run, inputs.count)].map(body)
            parts.withLock { $0[place] = part }
        }
    }
    return parts.withLock { Array($0.joined()) }
}
