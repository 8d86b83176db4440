// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Fields
internal import Foundation
internal import Identity
internal import Ledger
internal import Market
internal import Settlement
internal import Storage
internal import Vault

/// Writes a journal of changes as a node does: applied, stored in groups, sealed in blocks, signed.
struct JournalWriter {
    let node: SigningKey
    /// How many signatures of people the entries hold.
    private(set) var signatures = 0
    private var state = MarketState()
    private var log = MerkleLog()
    let store: ExchangeStore
    private var blocks: UInt64 = 0
    private var previousBlock = Digest.zero
    private var milliseconds: Int64 = 1_767_225_600_000
    private var dice = Dice(13)
    private let pool = "health"
    /// Who grants, and how many of them are linked to a hidden account, to which payouts go.
    private var granted: [PartyID] = []
    private var linked = 0

    /// Begins an exchange with one pool.
    init(in folder: String) throws {
        store = try ExchangeStore(path: folder + "/journal.sqlite")
        node = SigningKey(using: &dice)
        let schema = Schema(
            table: "activity_days",
            columns: [
                Schema.Column("day", .date),
                Schema.Column("steps", .integer, unit: "steps", bounds: 0...100_000),
            ])
        let offer = try PoolOffer(
            name: pool, title: "Health", tables: [schema],
            purposes: [.known("dpv:ResearchAndDevelopment")],
            basePrice: Bank.amount(5_000_000), premium: Bank.amount(1_000), feeBasisPoints: 500,
            minimumCohort: 5, rowsPerPerson: 100, split: .equal)
        try record([.founded(node: node.id, name: "bench"), .poolOpened(offer)])
    }

    private var now: Timestamp { Timestamp(milliseconds: milliseconds) }

    private var digest: Digest {
        mutating get { Digest(words: (dice.next(), dice.next(), dice.next(), dice.next())) }
    }

    /// People who bring rows and grant, a study and a payout after every four thousand.
    mutating func writePeople(_ people: Int) throws {
        for start in stride(from: 0, to: people, by: 500) {
            let keys = (start..<min(start + 500, people)).map { _ in SigningKey(using: &dice) }
            try record(
                keys.map { .dataAdded(party: $0.id, table: "activity_days", segment: digest) })
            try record(try keys.map { .granted(try grant(by: $0)) })
            signatures += keys.count
            granted += keys.map(\.id)
            if start % 4_000 == 3_500 { try sell() }
            if start % 2_000 == 1_500 { try seal() }
        }
    }

    /// Rows taken in and money received, alternately.
    mutating func writeNodeEntries(_ entries: Int) throws {
        let keys = (0..<1_000).map { _ in SigningKey(using: &dice).id }
        let unit = try Bank.amount(1_000_000)
        for start in stride(from: 0, to: entries, by: 1_000) {
            var changes: [Change] = []
            for place in 0..<min(1_000, entries - start) {
                changes.append(
                    place % 2 == 0
                        ? .dataAdded(party: keys[place], table: "activity_days", segment: digest)
                        : .deposited(keys[place], unit, reference: digest))
            }
            try record(changes)
            if start % 4_000 == 3_000 { try seal() }
        }
    }

    private mutating func grant(by key: SigningKey) throws -> SignedGrant {
        let grant = try Grant(
            party: key.id, pool: pool, tables: ["activity_days"],
            purposes: [.known("dpv:ResearchAndDevelopment")], priceFloor: 0, privacyLimit: 1 << 40,
            privacyPerStudy: 1 << 36, uses: 100, starts: now,
            expires: now.adding(milliseconds: 365 * 86_400_000), notice: digest,
            commitment: digest)
        guard let signed = SignedGrant(grant, by: key) else { throw ReplayDiffers() }
        return signed
    }

    /// Quote, order, study, payout.
    private mutating func sell() throws {
        let buyer = SigningKey(using: &dice)
        let rho: UInt64 = 1 << 30
        guard let price = state.pools[pool]?.offer.price(rho: rho) else { throw ReplayDiffers() }
        let quote = Quote(
            pool: pool, tables: ["activity_days"], purpose: .known("dpv:ResearchAndDevelopment"),
            question: digest, base: price.base, premium: price.premium, rho: rho, epsilon: "0.1",
            delta: "1e-7", margins: [Quote.Margin(column: 1, margin: "12")], band: "1000+",
            issued: now, expires: now.adding(milliseconds: 900_000))
        let order = Order(SignedQuote(quote, by: node), by: buyer)
        signatures += 2
        try record([.deposited(buyer.id, try Bank.amount(50_000_000), reference: digest)])
        try record([.ordered(order)])
        let cohort = state.consent.cohort(for: state.request(of: order, at: now))
        try record([.reserved(order: order.id, cohort: cohort.root)])
        try record([.committed(order: order.id, answer: digest)])
        try link()
        guard let total = try state.due(in: pool).map(\.amount).total() else {
            throw ReplayDiffers()
        }
        try record([.paidOut(pool: pool, total: total)])
    }

    /// Opens a hidden account for everybody who has none yet, and links her to it, in parts as a node does.
    private mutating func link() throws {
        for start in stride(from: linked, to: granted.count, by: 256) {
            let part = start..<min(start + 256, granted.count)
            try record([.accountsOpened(part.map { _ in SigningKey(using: &dice).id })])
            let links = part.map { place in
                let salt = (0..<AccountLink.saltWidth).map { _ in
                    KoalaBear(reducing: dice.next())
                }
                return Change.Link(
                    party: granted[place],
                    link: AccountLink(
                        to: HiddenAccounts.first + place, salt: salt, hash: HiddenAccounts.hash))
            }
            try record([.linked(links)])
        }
        linked = granted.count
    }

    private mutating func record(_ changes: [Change]) throws {
        milliseconds += 1_000
        var leaves: [[UInt8]] = []
        for change in changes {
            // What is sealed is not public: an entry only names it.
            let sealed: Digest? =
                switch change {
                case .ordered: digest
                case .committed(_, let answer, _, _): answer
                default: nil
                }
            let entry = Entry(kind: change.kind, time: now, body: change.body, sealed: sealed)
            try state.apply(change, at: now, index: UInt64(log.size + leaves.count))
            leaves.append(try entry.leaf())
        }
        try append(leaves, notes: [])
    }

    private mutating func append(_ leaves: [[UInt8]], notes: [Note]) throws {
        try store.write(leaves.map { JournalLine(leaf: $0) }, after: UInt64(log.size), notes: notes)
        log.append(contentsOf: leaves.map { MerkleLog.leafHash($0) })
    }

    /// Closes a block.
    mutating func seal() throws {
        let block = Block(
            number: blocks, size: UInt64(log.size), root: log.root, state: state.root(),
            previous: previousBlock)
        let leaf = try block.entry(at: now).leaf()
        try append([leaf], notes: [])
        previousBlock = MerkleLog.leafHash(leaf)
        blocks += 1
    }

    private func leaves() throws -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        try store.read(from: 0) { _, lines in leaves.append(contentsOf: lines.map(\.leaf)) }
        return leaves
    }

    /// Writes the public copy that an auditor takes.
    func export(to folder: String) throws {
        let origin = "bench.example/journal"
        let leaves = try leaves()
        let checkpoint = try Checkpoint(origin: origin, size: log.size, root: log.root)
        guard let key = VerifierKey(name: origin, party: node.id) else { throw ReplayDiffers() }
        try TileWriter.files(of: log, from: 0, to: log.size, entry: { leaves[$0] }) { file in
            try JournalWriter.write(file.bytes, to: folder + "/" + file.path)
        }
        try JournalWriter.write(
            Array("\(key)\n".utf8), to: folder + "/" + Exchange.verifierKeyFile)
        try JournalWriter.write(
            try checkpoint.signed(by: node).bytes, to: folder + "/" + TileLayout.checkpoint)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
}

extension Purpose {
    /// A purpose that is in the list.
    fileprivate static func known(_ id: String) -> Purpose {
        guard let purpose = Purpose(id) else { preconditionFailure("\(id) is in the list") }
        return purpose
    }
}
