// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

extension PartyID {
    /// Something signed: by whom, the signature, and the bytes.
    public typealias Signed = (party: PartyID, signature: Signature, message: [UInt8])

    /// Checks many signatures and returns the index of the first that is wrong; nil if none is.
    ///
    /// - Parameter threads: how many run at once; at least 1.
    /// - Cost: that of ``verify(_:over:)`` for each, divided by the threads. Threads stop early once
    ///   an earlier failure is known.
    public static func verifyAll(_ signed: [Signed], threads: Int) -> Int? {
        precondition(threads >= 1, "at least one thread")
        let first = Mutex(Int.max)
        // Small chunks, dealt in turn, keep the threads level and the first failure early.
        let chunk = 32
        let chunks = (signed.count + chunk - 1) / chunk
        DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { thread in
            for start in stride(from: thread * chunk, to: signed.count, by: threads * chunk) {
                if first.withLock({ $0 }) < start { return }
                for index in start..<min(start + chunk, signed.count) {
                    let item = signed[index]
                    if !item.party.verify(item.signature, over: item.message) {
                        first.withLock { $0 = min($0, index) }
                        return
                    }
                }
            }
        }
        let found = first.withLock { $0 }
        return found == .max ? nil : found
    }
}
