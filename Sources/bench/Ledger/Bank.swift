// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Ledger
internal import Storage

/// Books with their journal, as a node keeps them: every command is applied, its bytes are a leaf of
/// the Merkle log, and a group of leaves is one durable row of the exchange's SQLite file.
struct Bank {
    static let accounts = 10_000
    static let batch = 8_190
    /// How many groups a block seals: at the rates measured, less than a second's worth.
    static let groupsPerBlock = 16

    var books = Books()
    var log = MerkleLog()
    let store: ExchangeStore
    private let node: SigningKey
    private var groups = 0
    private var blocks: UInt64 = 0
    private var previousBlock = Digest.zero
    private let time = Timestamp(milliseconds: 1_767_225_600_000)

    /// Opens an account for each number and puts the same money into all.
    init(in folder: String, accounts: Int = Bank.accounts) throws {
        store = try ExchangeStore(path: folder + "/bank.sqlite")
        var dice = Dice(1)
        node = SigningKey(using: &dice)
        var setup: [LedgerCommand] = [.open(Account(id: Bank.world, asset: 1))]
        for number in 0..<accounts {
            setup.append(
                .open(Account(id: Bank.account(number), asset: 1, rules: .mayNotGoBelowZero)))
        }
        let much = try Bank.amount(1_000_000_000_000)
        for number in 0..<accounts {
            let leg = Leg(debit: Bank.world, credit: Bank.account(number), amount: much)
            setup.append(
                .transfer(TransferID(high: 1, low: UInt64(number)), legs: [leg]))
        }
        try commit(setup)
    }

    static let world = AccountID(high: 0, low: 1)
    static func account(_ number: Int) -> AccountID { AccountID(high: 2, low: UInt64(number)) }

    static func amount(_ microunits: Int64) throws -> Amount {
        guard let amount = Amount(microunits: microunits) else { throw AmountError() }
        return amount
    }

    /// Applies commands and makes them durable as one group; seals a block when one is due.
    @discardableResult
    mutating func commit(_ commands: [LedgerCommand]) throws -> [LedgerReply] {
        let before = log.size
        var lines: [JournalLine] = []
        var replies: [LedgerReply] = []
        lines.reserveCapacity(commands.count + 1)
        replies.reserveCapacity(commands.count)
        for command in commands {
            replies.append(
                try books.apply(command, at: time, index: UInt64(before + lines.count)))
            let leaf = command.encoded
            log.append(MerkleLog.leafHash(leaf))
            lines.append(JournalLine(leaf: leaf))
        }
        groups += 1
        var notes: [Note] = []
        if groups % Bank.groupsPerBlock == 0 { notes = [try seal(&lines)] }
        try store.write(lines, after: UInt64(before), notes: notes)
        return replies
    }

    /// The block over everything so far and the signed checkpoint.
    private mutating func seal(_ lines: inout [JournalLine]) throws -> Note {
        let block = Block(
            number: blocks, size: UInt64(log.size), root: log.root, state: books.root(),
            previous: previousBlock)
        let leaf = try block.entry(at: time).leaf()
        previousBlock = MerkleLog.leafHash(leaf)
        log.append(previousBlock)
        lines.append(JournalLine(leaf: leaf))
        blocks += 1
        let checkpoint = try Checkpoint(
            origin: "bench.example/bank", size: log.size, root: log.root)
        return .mark("checkpoint", try checkpoint.signed(by: node).bytes)
    }
}

/// A number that is no amount of money.
struct AmountError: Error {}
