// SPDX-License-Identifier: Apache-2.0
internal import Consent
internal import Canon
internal import Identity
internal import Ledger
package import Market
internal import Storage
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
    nonisolated let node: SigningKey
    let vaultKeys: [NodeKey]
    let custody: SigningKey
    private let lock: HomeLock
    /// Everything anyone may know.
    package internal(set) var state = MarketState()
    var log = MerkleLog()
    var blocks: UInt64 = 0
    var previousBlock = Digest.zero
    /// The size of the log at the last block, the block included.
    var sealedSize = 0
    /// Where the entries that commit to answers stand.
    var commits: [Digest: UInt64] = [:]
    /// The time of the last entry, blocks included: no entry is ever earlier.
    private var latest = Timestamp(milliseconds: .min)
    private var isBroken = false

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
    package static func open(
        _ home: HomeFolder, surroundings: Surroundings = .system
    ) async throws -> Exchange {
        guard home.exists else { throw ExchangeError.noExchange(home.path) }
        guard !home.isBackup else { throw ExchangeError.backup(home.path) }
        let exchange = try Exchange(home, surroundings: surroundings)
        guard await exchange.log.size > 0 else { throw ExchangeError.journalLost(home.path) }
        try await exchange.finishErasing()
        try await exchange.resolveInterrupted()
        return exchange
    }

    init(_ home: HomeFolder, surroundings: Surroundings) throws {
        self.home = home
        self.surroundings = surroundings
        lock = try HomeLock(home)
        node = try KeyFile.read(home.nodeKey)
        custody = try KeyFile.read(home.custodyKey)
        vaultKeys = try home.vaultKeys()
        store = try ExchangeStore(path: home.database)
        // What lies behind the end that the journal knows was never acknowledged; where the journal
        // itself is gone, everything stays as it is.
        let isLost = try store.count() == 0
        let known =
            try store.mark(Exchange.packMark).flatMap(PackPosition.init(mark:))
            ?? (isLost ? nil : .start)
        vault = try PackStore(try DiskFolder(path: home.vault), known: known)
        if let known, known < vault.end { try vault.truncate(after: known) }
        var replayed = Replay(knowingSignatures: true)
        try replayed.take(all: store)
        // Everything up to the checkpoint is what this node took and signed.
        if let note = try store.mark(Exchange.checkpointMark),
            let key = VerifierKey(name: Exchange.origin(of: node.id), party: node.id)
        {
            let checkpoint = try Checkpoint(verifying: note, by: key)
            guard checkpoint.size <= replayed.log.size,
                try replayed.log.root(at: checkpoint.size) == checkpoint.root
            else {
                throw ExchangeError.replay(
                    line: UInt64(checkpoint.size), reason: "it is not the one that was signed")
            }
        }
        state = replayed.state
        log = replayed.log
        blocks = replayed.blocks
        previousBlock = replayed.previousBlock
        sealedSize = replayed.sealedSize
        commits = replayed.commits
        latest = replayed.time
    }

    /// Now; never before the last entry.
    var now: Timestamp { max(surroundings.clock(), latest) }

    /// The name under which the log signs its checkpoints.
    package nonisolated var origin: String { Exchange.origin(of: node.id) }

    static func origin(of node: PartyID) -> String {
        "dividend.exchange/" + node.did.dropFirst("did:key:".count)
    }

    /// Applies changes, writes them with their notes, durably, all or none.
    @discardableResult
    func record(
        _ changes: [Change], sealed: [Int: SealedPart] = [:], notes: [Note] = []
    ) throws -> [Effects] {
        guard !isBroken else {
            throw ExchangeError.refused("an earlier write failed; open the exchange again")
        }
        let before = state
        let time = now
        var lines: [JournalLine] = []
        var effects: [Effects] = []
        // Signatures need nothing of the state, so they are checked ahead of it.
        let checked = parallelMap(changes) { change in
            if case .granted(let grant) = change { grant.verify() } else { false }
        }
        do {
            for (offset, change) in changes.enumerated() {
                let index = UInt64(log.size + offset)
                let entry = Entry(
                    kind: change.kind, time: time, body: change.body,
                    sealed: sealed[offset]?.commitment)
                lines.append(
                    JournalLine(leaf: try entry.leaf(), sealed: sealed[offset]?.envelope ?? []))
                effects.append(
                    try state.apply(
                        change, at: time, index: index, grantChecked: checked[offset]))
            }
        } catch {
            state = before
            throw error
        }
        do { try write(lines, notes, at: time) } catch {
            state = before
            throw error
        }
        for (offset, change) in changes.enumerated() {
            guard case .committed(_, let answer) = change else { continue }
            commits[answer] = UInt64(log.size - changes.count + offset)
        }
        return effects
    }

    private func write(_ lines: [JournalLine], _ notes: [Note], at time: Timestamp) throws {
        do {
            try store.write(lines, after: UInt64(log.size), notes: notes)
        } catch {
            isBroken = true
            throw error
        }
        for line in lines { log.append(MerkleLog.leafHash(line.leaf)) }
        latest = time
    }

    /// Closes a block over everything since the last one and signs the checkpoint.
    ///
    /// Does nothing when nothing happened.
    package func seal() throws {
        guard log.size > sealedSize else { return }
        let block = Block(
            number: blocks, size: UInt64(log.size), root: log.root, state: state.root(),
            previous: previousBlock)
        let time = now
        let leaf = try block.entry(at: time).leaf()
        var sealed = log
        sealed.append(MerkleLog.leafHash(leaf))
        let checkpoint = try Checkpoint(origin: origin, size: sealed.size, root: sealed.root)
        let note = try checkpoint.signed(by: node)
        try write([JournalLine(leaf: leaf)], [.mark(Exchange.checkpointMark, note.bytes)], at: time)
        blocks += 1
        previousBlock = MerkleLog.leafHash(leaf)
        sealedSize = log.size
    }
}

/// What is sealed beside an entry: the commitment that is public, and the ciphertext.
struct SealedPart: Sendable {
    let commitment: Digest
    let envelope: [UInt8]
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
