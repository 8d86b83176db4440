// SPDX-License-Identifier: Apache-2.0
internal import Consent
internal import Canon
internal import Erasure
internal import Identity
internal import Ledger
package import Market
internal import Storage
internal import Synchronization
internal import Vault

/// One exchange, open: the only writer of its journal and the only reader of its vault.
///
/// Every change goes the same way: it is applied to the state in memory, written to the journal
/// with its notes in one durable transaction, and only then answered. A change that the state
/// refuses is never written; a write that fails leaves the exchange closed to further changes.
package actor Exchange {
    /// Where it lives.
    package nonisolated let home: HomeFolder
    let surroundings: Surroundings
    nonisolated let store: ExchangeStore
    nonisolated let vault: PackStore
    /// Where contributors' machines meet the studies that ask them.
    package nonisolated let desk = EdgeDesk()
    nonisolated let node: SigningKey
    /// What is sealed for the node is sealed to this.
    private(set) lazy var nodeReader = node.agreement.publicKey
    var vaultKeys: [NodeKey]
    let custody: SigningKey
    /// Erased segments whose bytes studies may still be reading.
    var erasures = PendingErasures()
    /// Where the entries stand, by their hashes.
    var leaves = LeafIndex()
    private let lock: HomeLock
    /// What the journal gives.
    var head: JournalHead
    /// How much of the journal the file beside it covers.
    private var kept = 0
    private var isBroken = false
    /// When quotes that ran out were forgotten last.
    var quotesForgotten: Timestamp?
    /// What only the node knows of hidden accounts, once somebody asked.
    var book: HiddenBook?
    /// What pending batches pay to which hidden account, in micro-units, where somebody asked.
    var pendingAmounts: [Int: [Int: Int64]] = [:]
    /// The sealed payouts that somebody asked for last, coded.
    var lastCoded: (batch: Int, blob: CodedBlob)?
    /// Whether a batch is being proven.
    var isProving = false
    /// Whose turn it is to prove an answer.
    var proofLane = ProofLane()
    /// What is shown of models that are let, by order.
    var faces: [Digest: LetModel.Face] = [:]
    /// Grows with every change of the state: what was worked out from it holds while it is the same.
    package nonisolated var version: UInt64 { changeCount.load(ordering: .acquiring) }
    private nonisolated let changeCount = Atomic<UInt64>(0)
    /// The names of parties by their keys, once somebody asked; parties that are made are added.
    nonisolated let keyOwners = Mutex<[PartyID: String]?>(nil)
    /// Access keys that were looked up.
    nonisolated let knownAccess = Mutex<[Digest: Access]>([:])

    /// Everything anyone may know.
    package var state: MarketState { head.state }
    var log: MerkleLog { head.log }

    /// The place where packs were durable after the last import.
    static let packMark = "pack-end"
    /// The signed checkpoint over the journal up to the last block.
    static let checkpointMark = "checkpoint"

    /// Makes a new exchange in an empty folder.
    ///
    /// - Throws: ``ExchangeError/exists(_:)``.
    package static func create(
        in home: HomeFolder, name: String,
        operator words: Operator = Operator(
            address: "not given", contact: "mailto:operator@localhost", jurisdiction: "EU"),
        surroundings: Surroundings = .system
    ) async throws -> Exchange {
        var random = surroundings.generator
        try home.create(using: &random)
        let exchange = try Exchange(home, surroundings: surroundings)
        // A folder whose making was cut short is made complete.
        guard await exchange.log.size == 0 else { throw ExchangeError.exists(home.path) }
        guard exchange.vault.end == PackPosition.start else {
            throw ExchangeError.journalLost(home.path)
        }
        _ = try words.controller(node: exchange.node.id, name: name)
        try await exchange.record(
            [.founded(node: exchange.node.id, name: name)],
            notes: [.mark(Exchange.operatorMark, try words.json.signable())])
        try await exchange.seal()
        return exchange
    }

    /// Opens an exchange: replays its journal and settles what a crash left behind.
    ///
    /// - Parameter newest: who says that the journal is the newest, besides the folder's own word.
    package static func open(
        _ home: HomeFolder, surroundings: Surroundings = .system, newest: NewestJournal = .kept
    ) async throws -> Exchange {
        guard home.exists else { throw ExchangeError.noExchange(home.path) }
        guard !home.isBackup else { throw ExchangeError.backup(home.path) }
        let exchange = try Exchange(home, surroundings: surroundings, newest: newest)
        guard await exchange.log.size > 0 else { throw ExchangeError.journalLost(home.path) }
        do { try await exchange.keepCheckpoint() } catch {
            // The one that is there still holds, where there is one: `doctor` tells.
            guard case .kept = newest else { throw error }
        }
        try await exchange.resumeErasing()
        try await exchange.resolveInterrupted()
        await exchange.keepState()
        return exchange
    }

    init(
        _ home: HomeFolder, surroundings: Surroundings, newest: NewestJournal = .kept
    ) throws {
        self.home = home
        self.surroundings = surroundings
        lock = try HomeLock(home)
        node = try KeyFile.read(home.nodeKey)
        custody = try KeyFile.read(home.custodyKey)
        vaultKeys = try home.vaultKeys()
        store = try ExchangeStore(path: home.database)
        let kept = home.state.read()
        if let kept, try !kept.leads(to: store) { throw ExchangeError.journalBehind(home.path) }
        // Where the journal itself is gone, everything stays as it is.
        let isLost = try store.count() == 0
        let known =
            try store.mark(Exchange.packMark).flatMap(PackPosition.init(mark:))
            ?? (isLost ? nil : .start)
        let signed = try home.newest(newest, of: node.id, isLost: isLost)
        let replayed = try Exchange.replay(store, from: kept, as: node.id)
        for (checkpoint, words) in signed where !replayed.head.holds(checkpoint) { throw words }
        (head, self.kept) = replayed
        vault = try PackStore(try DiskFolder(path: home.vault), known: known)
        // What lies behind the end that the journal knows was never acknowledged.
        if let known, known < vault.end { try vault.truncate(after: known) }
    }

    /// The head of the journal: what is kept of it as far as that goes, then by replay.
    private static func replay(
        _ store: ExchangeStore, from kept: JournalHead?, as node: PartyID, to size: Int = .max
    ) throws -> (head: JournalHead, kept: Int) {
        let checkpoint = try lastCheckpoint(in: store, of: node)
        // Everything up to the checkpoint is what this node took and signed.
        let trusted = checkpoint?.size ?? 0
        if let kept, kept.sealedSize <= trusted, try kept.fits(store) {
            var replay = Replay(from: kept, trusting: trusted)
            if (try? replay.take(all: store, to: size)) != nil, replay.head.holds(checkpoint) {
                return (replay.head, kept.log.size)
            }
        }
        var replay = Replay(trusting: trusted)
        try replay.take(all: store, to: size)
        guard replay.head.holds(checkpoint) else {
            throw ExchangeError.replay(
                line: UInt64(trusted), reason: "it is not the one that was signed")
        }
        return (replay.head, 0)
    }

    private static func lastCheckpoint(
        in store: ExchangeStore, of node: PartyID
    ) throws -> Checkpoint? {
        guard let note = try store.mark(checkpointMark),
            let key = VerifierKey(name: origin(of: node), party: node)
        else { return nil }
        return try Checkpoint(verifying: note, by: key)
    }

    /// The head by a replay of the whole journal, whatever is kept beside it.
    func replayed() throws -> JournalHead {
        try Exchange.replay(store, from: nil, as: node.id).head
    }

    /// Writes the head to its file when the journal has grown enough since the last time.
    func keepState() {
        guard !isBroken, StateFile.isDue(size: head.log.size, kept: kept) else { return }
        guard let bytes = head.snapshot() else { return }
        // Without the file the next start takes longer, nothing else.
        guard (try? home.state.write(bytes)) != nil else { return }
        kept = head.log.size
    }

    /// Now; never before the last entry.
    var now: Timestamp { max(surroundings.clock(), head.time) }

    /// The name under which the log signs its checkpoints.
    package nonisolated var origin: String { Exchange.origin(of: node.id) }

    static func origin(of node: PartyID) -> String {
        "dividend.exchange/" + node.did.dropFirst("did:key:".count)
    }

    /// Applies changes, writes them with their notes, durably, all or none.
    ///
    /// - Parameter areSignedHere: whether this process has just signed the grants with their
    ///   parties' keys; all others are checked.
    @discardableResult
    func record(
        _ changes: [Change], sealed: [Int: SealedPart] = [:], notes: [Note] = [],
        areSignedHere: Bool = false
    ) throws -> [Effects] {
        guard !isBroken else {
            throw ExchangeError.refused("an earlier write failed; open the exchange again")
        }
        let time = now
        let first = head.log.size
        // Bytes and signatures need nothing of the state, so they are made and checked ahead of it.
        let entries = try parallelMap(Array(changes.enumerated())) { offset, change in
            Result {
                try Prepared(
                    change, at: time, sealed: sealed[offset], checkingGrant: !areSignedHere)
            }
        }.map { try $0.get() }
        // One change is applied whole or not at all; several need what was before.
        let before = changes.count > 1 ? head : nil
        var effects: [Effects] = []
        do {
            for (offset, change) in changes.enumerated() {
                effects.append(
                    try head.state.apply(
                        change, at: time, index: UInt64(first + offset),
                        grantChecked: areSignedHere || entries[offset].hasGoodGrant))
            }
        } catch {
            if let before { head = before }
            throw error
        }
        let rows = zip(changes, effects).enumerated().flatMap { offset, item in
            StatementRow.rows(of: item.0, item.1, at: UInt64(first + offset), in: head.state)
        }
        do {
            try store.write(
                entries.map(\.line), after: UInt64(first),
                notes: notes + doingNote(at: first)
                    + changed(by: changes, from: first)
                    + [.statement(rows, to: UInt64(first + changes.count))])
        } catch {
            try giveUp(error, going: before)
        }
        for (change, entry) in zip(changes, entries) {
            head.follow(change, leafHash: entry.leafHash, at: time)
        }
        changeCount.add(1, ordering: .releasing)
        return effects
    }

    /// An entry on its way into the journal.
    private struct Prepared: Sendable {
        let line: JournalLine
        let leafHash: Digest
        /// Whether it is a grant whose signature holds.
        let hasGoodGrant: Bool

        init(
            _ change: Change, at time: Timestamp, sealed: SealedPart?, checkingGrant: Bool
        ) throws {
            let entry = Entry(
                kind: change.kind, time: time, body: change.body, sealed: sealed?.commitment)
            line = JournalLine(leaf: try entry.leaf(), sealed: sealed?.envelope ?? [])
            leafHash = MerkleLog.leafHash(line.leaf)
            if checkingGrant, case .granted(let grant) = change {
                hasGoodGrant = grant.verify()
            } else {
                hasGoodGrant = false
            }
        }
    }

    /// After a write that failed nobody knows what is on the disk: takes no further changes, and
    /// stands where the journal stood.
    private func giveUp(_ error: any Error, going before: JournalHead?) throws -> Never {
        isBroken = true
        let size = head.log.size
        head =
            try before
            ?? Exchange.replay(store, from: home.state.read(), as: node.id, to: size).head
        throw error
    }

    /// Closes a block over everything since the last one and signs the checkpoint.
    ///
    /// Does nothing when nothing happened.
    package func seal() throws {
        guard head.log.size > head.sealedSize else { return }
        guard !isBroken else {
            throw ExchangeError.refused("an earlier write failed; open the exchange again")
        }
        let block = Block(
            number: head.blocks, size: UInt64(head.log.size), root: head.log.root,
            state: head.state.root(), previous: head.previousBlock)
        let time = now
        let line = JournalLine(leaf: try block.entry(at: time).leaf())
        let hash = MerkleLog.leafHash(line.leaf)
        var sealed = head.log
        sealed.append(hash)
        let checkpoint = try Checkpoint(origin: origin, size: sealed.size, root: sealed.root)
        let note = try checkpoint.signed(by: node)
        do {
            try store.write(
                [line], after: UInt64(head.log.size),
                notes: [
                    .mark(Exchange.checkpointMark, note.bytes),
                    .statement([], to: UInt64(sealed.size)),
                ])
        } catch {
            try giveUp(error, going: head)
        }
        head.follow(block, leafHash: hash, at: time)
        changeCount.add(1, ordering: .releasing)
        // Where it cannot be written, the one before still holds; the next start writes it.
        try? home.checkpoint.write(note.bytes)
        keepState()
    }

    /// Writes the last signed checkpoint beside the database, where that is not the one there.
    private func keepCheckpoint() throws {
        guard let note = try store.mark(Exchange.checkpointMark),
            let signed = try Exchange.lastCheckpoint(in: store, of: node.id),
            (try? home.checkpoint.read(of: node.id)) != signed
        else { return }
        try home.checkpoint.write(note)
    }
}

extension HomeFolder {
    /// The checkpoints that a journal has to continue to be the newest, and what to say when it
    /// does not.
    ///
    /// - Parameter isLost: whether there is no journal at all.
    /// - Throws: ``ExchangeError/checkpointLost(_:_:)`` when there is nothing to go by.
    fileprivate func newest(
        _ newest: NewestJournal, of node: PartyID, isLost: Bool
    ) throws -> [(checkpoint: Checkpoint, words: ExchangeError)] {
        var signed: [(checkpoint: Checkpoint, words: ExchangeError)] = []
        if case .copy(let copy) = newest {
            let words = ExchangeError.refused(
                "the journal in \(path) lies behind \(copy), or is another one: going on would give "
                    + "back money and privacy that were spent. Bring back the newest exchange.sqlite"
            )
            signed.append((try Auditor.checkpoint(at: copy, of: node), words))
        }
        do { signed.append((try checkpoint.read(of: node), .journalBehind(path))) } catch {
            guard case .kept = newest, !isLost else { return signed }
            throw ExchangeError.checkpointLost(checkpoint.path, error.description)
        }
        if isLost, signed.contains(where: { $0.checkpoint.size > 0 }) {
            throw ExchangeError.journalLost(path)
        }
        return signed
    }
}

extension JournalHead {
    /// Whether the store's journal goes on from this one: it has its last entry, at its place.
    fileprivate func leads(to store: ExchangeStore) throws -> Bool {
        guard let leaf = try store.leaf(at: UInt64(log.size - 1)) else { return false }
        return MerkleLog.leafHash(leaf) == previousBlock
    }

    /// Whether the last block of the store's journal at that size names this state and log.
    fileprivate func fits(_ store: ExchangeStore) throws -> Bool {
        guard let leaf = try store.leaf(at: UInt64(sealedSize - 1)),
            MerkleLog.leafHash(leaf) == previousBlock, let entry = try? Entry(leaf: leaf),
            let block = try? Block(entry: entry)
        else { return false }
        var state = state
        return block.number + 1 == blocks && Int(block.size) + 1 == log.size
            && block.state == state.root() && entry.time == time
    }

    /// Whether a checkpoint signs the beginning of this log.
    fileprivate func holds(_ checkpoint: Checkpoint?) -> Bool {
        guard let checkpoint else { return true }
        return checkpoint.size <= log.size
            && (try? log.root(at: checkpoint.size)) == checkpoint.root
    }
}

extension PackPosition {
    /// The end of a vault without segments: behind the first pack's header.
    static let start = PackPosition(pack: 1, offset: 32)

    /// Reads the mark that an import leaves.
    init?(mark: [UInt8]) {
        let parts = String(decoding: mark, as: UTF8.self).split(separator: "/").compactMap {
            Int($0)
        }
        guard parts.count == 2 else { return nil }
        self.init(pack: parts[0], offset: parts[1])
    }

    /// The mark that an import leaves.
    var mark: [UInt8] { Array("\(pack)/\(offset)".utf8) }
}
