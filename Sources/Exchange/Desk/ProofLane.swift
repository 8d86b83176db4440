// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Whose turn it is to prove an answer: one after the other, since each takes all processors, and memory.
struct ProofLane {
    /// Whether an answer is being proven.
    var isTaken = false
    /// Who waits for that to end, in order.
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// How many proofs about columns are made and not recorded yet, by the columns' root.
    var unrecorded: [Digest: Int] = [:]
}

extension Exchange {
    /// Waits until no other answer is being proven.
    func proofTurn() async {
        while proofLane.isTaken {
            await withCheckedContinuation { proofLane.waiting.append($0) }
        }
        proofLane.isTaken = true
    }

    /// Lets the next one go on.
    func proofDone() {
        proofLane.isTaken = false
        if !proofLane.waiting.isEmpty { proofLane.waiting.removeFirst().resume() }
    }
}
