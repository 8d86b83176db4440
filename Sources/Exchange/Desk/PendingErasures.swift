// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Erased segments whose sealed bytes are not overwritten yet, and the studies they wait for: those
/// that had begun when they were erased.
struct PendingErasures {
    private struct Wait {
        let locations: [SegmentLocation]
        var studies: Set<UInt64>
    }

    private var waits: [Wait] = []
    private var running: Set<UInt64> = []
    private var begun: UInt64 = 0

    /// Notes that a study begins to read.
    ///
    /// - Returns: its number, for ``studyEnded(_:)``.
    mutating func studyBegan() -> UInt64 {
        begun += 1
        running.insert(begun)
        return begun
    }

    /// Notes that a study reads no more, with or without an answer.
    mutating func studyEnded(_ study: UInt64) {
        running.remove(study)
        for place in waits.indices { waits[place].studies.remove(study) }
    }

    /// Takes segments that were erased now.
    mutating func add(_ locations: [SegmentLocation]) {
        waits.append(Wait(locations: locations, studies: running))
    }

    /// Everything that is not overwritten yet.
    var all: [SegmentLocation] { waits.flatMap(\.locations) }

    /// What nothing reads any more.
    var due: [SegmentLocation] { waits.filter(\.studies.isEmpty).flatMap(\.locations) }

    /// Drops ``due``, which is overwritten.
    mutating func forgetDue() { waits.removeAll(where: \.studies.isEmpty) }
}
