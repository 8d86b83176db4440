// SPDX-License-Identifier: Apache-2.0
public import Canon

/// One thing the books can be told to do; what the journal keeps and replays.
public enum LedgerCommand: Hashable, Sendable {
    /// Opens an account; its balance is not part of the command.
    case open(Account)
    /// Replaces the rules and the credit limit of an account.
    case amend(AccountID, rules: AccountRules, creditLimit: Amount?)
    /// Moves money at once.
    case transfer(TransferID, legs: [Leg])
    /// Sets money aside.
    case hold(TransferID, legs: [Leg], expires: Timestamp?)
    /// Ends a hold by moving its money; nil amounts for all of it.
    case post(TransferID, hold: TransferID, amounts: [Amount]?)
    /// Ends a hold by giving its money back.
    case void(TransferID, hold: TransferID)
    /// Ends every hold whose time is over.
    case expire
}

/// What the books answer to a command.
public enum LedgerReply: Hashable, Sendable {
    /// The account as it is after it was opened or amended.
    case account(Account)
    /// What a transfer, a hold, a post or a void did.
    case transfer(TransferReply)
    /// The holds whose time was over, in order.
    case expired([TransferReply])

    /// The movements in the reply, in order.
    public var transfers: [TransferReply] {
        switch self {
        case .account: []
        case .transfer(let reply): [reply]
        case .expired(let replies): replies
        }
    }
}

extension Books {
    /// Applies one command of the journal.
    ///
    /// - Parameters:
    ///   - command: What to do.
    ///   - time: The time of the journal entry.
    ///   - index: The index of the journal entry.
    /// - Throws: ``LedgerError``; then nothing changed.
    @discardableResult
    public mutating func apply(
        _ command: LedgerCommand, at time: Timestamp, index: UInt64
    ) throws(LedgerError) -> LedgerReply {
        switch command {
        case .open(let account):
            try open(account)
            return .account(account.settled(in: self))
        case .amend(let id, let rules, let creditLimit):
            try amend(id, rules: rules, creditLimit: creditLimit)
            guard let account = account(id) else { throw .accountUnknown(id) }
            return .account(account)
        case .transfer(let id, let legs):
            return .transfer(try transfer(id, legs: legs, index: index))
        case .hold(let id, let legs, let expires):
            return .transfer(try hold(id, legs: legs, expires: expires, at: time, index: index))
        case .post(let id, let hold, let amounts):
            return .transfer(try post(id, hold: hold, amounts: amounts, at: time, index: index))
        case .void(let id, let hold):
            return .transfer(try void(id, hold: hold, at: time, index: index))
        case .expire:
            return .expired(expire(at: time, index: index))
        }
    }
}

extension Account {
    /// The account as the books have it.
    fileprivate func settled(in books: Books) -> Account { books.account(id) ?? self }
}
