// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Ledger
internal import Market

/// A leaf of the journal, read and checked as far as that needs no state: on any thread, in any
/// order, while the rules of the exchange are applied in the order of the entries.
struct ReadLeaf: Sendable {
    /// The leaf's hash in the log.
    let hash: Digest
    /// What it says, or why it is no entry.
    let entry: Result<Content, any Error>

    /// What an entry says.
    struct Content: Sendable {
        let kind: String
        let time: Timestamp
        let content: BlockOrChange
        /// What the entry commits to beside its body.
        let sealed: Digest?
        /// Whether it is a grant whose signature was checked and holds.
        let hasGoodGrant: Bool
    }

    /// An entry is one or the other.
    enum BlockOrChange: Sendable {
        case block(Block)
        case change(Change)
    }

    /// How many leaves are worth reading at once.
    static let batch = 4_096

    /// Reads a leaf.
    ///
    /// - Parameter isChecking: Whether to check the signature of a grant; one that does not hold
    ///   is refused later, by the state, in its turn.
    init(_ leaf: [UInt8], checkingGrants isChecking: Bool) {
        hash = MerkleLog.leafHash(leaf)
        entry = Result {
            let entry = try Entry(leaf: leaf)
            guard entry.kind != Block.kind else {
                return Content(
                    kind: entry.kind, time: entry.time, content: .block(try Block(entry: entry)),
                    sealed: nil,
                    hasGoodGrant: false)
            }
            let change = try Change(kind: entry.kind, body: entry.body)
            try ReadLeaf.check(entry.sealed, of: change)
            var isGood = false
            if isChecking, case .granted(let grant) = change { isGood = grant.verify() }
            return Content(
                kind: entry.kind, time: entry.time, content: .change(change),
                sealed: entry.sealed, hasGoodGrant: isGood)
        }
    }

    /// An order seals its question, a call what it predicts, a commit the answer it names; nothing else seals anything.
    private static func check(
        _ sealed: Digest?, of change: Change
    ) throws(JournalError) {
        let isRight =
            switch change {
            case .ordered, .called: sealed != nil
            case .committed(_, let answer, _, _): sealed == answer
            default: sealed == nil
            }
        guard isRight else {
            throw .malformed("what is sealed beside the entry is not what it names")
        }
    }

    /// Reads leaves on some threads; the result does not depend on how many.
    static func all(
        _ leaves: [[UInt8]], checkingGrants isChecking: Bool, threads: Int = 2
    ) -> [ReadLeaf] {
        parallelMap(leaves, threads: threads) { ReadLeaf($0, checkingGrants: isChecking) }
    }
}
