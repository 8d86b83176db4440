// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Ledger

/// Books with their journal, as a node keeps them: every command is applied, its bytes are a leaf of
/// the Merkle log, and a group of leaves is one durable row of the exchange's SQLite file.
struct Bank {
    static let accounts = 10_000
    static let batch = 8_190
    /// How many groups a block seals: at the rates measured, less than a second's worth.
    static let groupsPerBlock = 16

    var books = Books()
    let journal: Journal
    /// How many leaves the journal has once all groups are recorded.
    private var size: UInt64 = 0
    private var groups = 0
    private let time = Timestamp(milliseconds: 1_767_225_600_000)

    /// Opens an account for each number and puts the same money into all.
    init(in folder: String, accounts: Int = Bank.accounts) throws {
        journal = try Journal(path: folder + "/bank.sqlite")
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

    /// Applies commands and makes them durable as one group.
    @discardableResult
    mutating func commit(_ commands: [LedgerCommand]) throws -> [LedgerReply] {
        let (group, replies) = try apply(commands)
        try journal.record(group)
        return replies
    }

    /// Applies commands; the replies may be given when the group is recorded.
    mutating func apply(
        _ commands: [LedgerCommand]
    ) throws -> (group: Group, replies: [LedgerReply]) {
        var replies: [LedgerReply] = []
        replies.reserveCapacity(commands.count)
        for command in commands {
            replies.append(try books.apply(command, at: time, index: size))
            size += 1
        }
        groups += 1
        var state: Digest?
        if groups % Bank.groupsPerBlock == 0 {
            state = books.root()
            size += 1
        }
        return (Group(commands: commands, state: state, time: time), replies)
    }

    /// What one durable row will hold.
    struct Group: Sendable {
        let commands: [LedgerCommand]
        /// The state after it, when a block is to seal it.
        let state: Digest?
        let time: Timestamp
    }
}

/// A number that is no amount of money.
struct AmountError: Error {}
