// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Ledger
internal import Consent
internal import Market

/// Reads a journal: applies every entry and checks every block.
///
/// The node uses it on its own journal when it starts, an auditor on the public copy: the same
/// rules, so nothing that the node would take can look different to others.
package struct Replay: Sendable {
    /// What the entries read so far give.
    package private(set) var head = JournalHead()
    /// How many entries of each kind were read.
    package private(set) var kinds: [String: Int] = [:]
    /// How many grants their contributors confirmed with a passkey, the signatures checked.
    package private(set) var confirmed = 0

    /// What each order that was read commits its question to.
    private var questions: [Digest: Digest] = [:]

    /// The size of the log that this node signed: the grants up to there were checked as it took
    /// them.
    let trusted: Int

    /// Nothing was read.
    ///
    /// - Parameter trusted: the size of the log that the reader itself signed; 0 for an auditor.
    package init(trusting trusted: Int = 0) { self.trusted = trusted }

    /// Goes on from a head that was kept.
    init(from head: JournalHead, trusting trusted: Int) {
        self.head = head
        self.trusted = trusted
    }

    /// Takes the next entry.
    ///
    /// - Throws: whatever is wrong with it; what was read is then no longer of use.
    package mutating func take(_ leaf: [UInt8], at index: UInt64) throws {
        try take(ReadLeaf(leaf, checkingGrants: index >= UInt64(trusted)), at: index)
    }

    /// Takes the next entry, which was read before.
    ///
    /// - Throws: as ``take(_:at:)``, in the order of the entries.
    mutating func take(_ leaf: ReadLeaf, at index: UInt64) throws {
        let entry = try leaf.entry.get()
        guard entry.time >= head.time else { throw JournalError.backwards(index: index) }
        switch entry.content {
        case .block(let block):
            try check(block, at: index)
            head.follow(block, leafHash: leaf.hash, at: entry.time)
        case .change(let change):
            try checkQuestion(change, sealed: entry.sealed)
            let isChecked = index < UInt64(trusted) || entry.hasGoodGrant
            try head.state.apply(change, at: entry.time, index: index, grantChecked: isChecked)
            head.follow(change, leafHash: leaf.hash, at: entry.time)
            if case .granted(let grant) = change, grant.passkey != nil { confirmed += 1 }
        }
        kinds[entry.kind, default: 0] += 1
    }

    /// A question that is made public has to be the one that was ordered. A node that goes on from what it
    /// kept has not read every order; what it published itself it checked then.
    private mutating func checkQuestion(_ change: Change, sealed: Digest?) throws {
        switch change {
        case .ordered(let order): questions[order.id] = sealed
        case .published(let publication):
            let known = questions[publication.order]
            guard known == nil || known == publication.questionCommitment else {
                throw MarketError.quoteDiffers("question")
            }
        default: break
        }
    }

    /// Takes all that a store keeps behind the head, reading some thousand entries at a time on two
    /// threads.
    ///
    /// - Parameter size: the size of the log at which to stop.
    /// - Throws: ``ExchangeError/replay(line:reason:)`` for the first entry that is wrong, and what
    ///   the store throws.
    package mutating func take(all store: some JournalStore, to size: Int = .max) throws {
        var waiting: [[UInt8]] = []
        try store.read(from: UInt64(head.log.size)) { first, lines in
            let wanted = lines.prefix(max(0, size - Int(first)))
            waiting.append(contentsOf: wanted.map(\.leaf))
            if waiting.count >= ReadLeaf.batch { try take(&waiting) }
        }
        try take(&waiting)
    }

    private mutating func take(_ waiting: inout [[UInt8]]) throws {
        let isSigned = head.log.size + waiting.count <= trusted
        for leaf in ReadLeaf.all(waiting, checkingGrants: !isSigned) {
            let index = UInt64(head.log.size)
            do { try take(leaf, at: index) } catch {
                throw ExchangeError.replay(line: index, reason: "\(error)")
            }
        }
        waiting = []
    }

    private mutating func check(_ block: Block, at index: UInt64) throws {
        guard block.number == head.blocks else {
            throw BlockError.number(expected: head.blocks, got: block.number)
        }
        guard block.size == index else { throw BlockError.size(expected: index, got: block.size) }
        guard block.previous == head.previousBlock else {
            throw BlockError.previous(expected: head.previousBlock, got: block.previous)
        }
        guard block.root == head.log.root else {
            throw BlockError.root(expected: head.log.root, got: block.root)
        }
        let root = head.state.root()
        guard block.state == root else { throw BlockError.state(expected: root, got: block.state) }
    }
}

/// What does not hold in a block.
package enum BlockError: Error, Hashable, Sendable, CustomStringConvertible {
    case number(expected: UInt64, got: UInt64)
    case size(expected: UInt64, got: UInt64)
    case previous(expected: Digest, got: Digest)
    case root(expected: Digest, got: Digest)
    case state(expected: Digest, got: Digest)

    /// What does not hold.
    package var description: String {
        switch self {
        case .number(let expected, let got): "the block is number \(got), not \(expected)"
        case .size(let expected, let got): "the block counts \(got) entries, there are \(expected)"
        case .previous(let expected, let got):
            "the block follows \(got.short)…, not \(expected.short)…"
        case .root(let expected, let got):
            "the block's log root is \(got.short)…, the entries give \(expected.short)…"
        case .state(let expected, let got):
            "the block's state root is \(got.short)…, the entries give \(expected.short)…"
        }
    }
}
