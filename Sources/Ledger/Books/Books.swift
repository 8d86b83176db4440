// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// The double-entry books: accounts, transfers, holds. A deterministic state machine in memory,
/// for one writer; the same commands give the same replies and the same root everywhere.
///
/// **Money.** Every leg debits one account and credits another of the same asset, so debits equal
/// credits, asset by asset, after every step. All legs of a command happen, or none. Running totals
/// are bounded by 2^62 micro-units an account and side; over 2^32 accounts any sum fits an Int128.
///
/// **Ids.** The same id with the same request answers the first reply and changes nothing; with
/// another request it is refused (``LedgerError/idDiffers(_:)``). A refused request leaves no trace
/// and may be tried again. A caller sees a repeat by the reply's index, or asks ``reply(to:)``.
///
/// **Memory.** An account takes about 200 bytes. A plain transfer takes 60 to 80 for ever, so that
/// its id can be answered: a record of 45 to 60 and 11 to 21 in the id table; 10⁸ transfers take
/// 6 to 8 GB. A hold takes 24 more.
///
/// **Copies.** A copy shares all closed pages of records with the original, so taking one to write
/// a snapshot from while the writer goes on costs the accounts, not the history.
public struct Books: Sendable {
    var accounts: DenseIndex
    var rows: [AccountRow] = []
    var records = RecordLog()
    var transfers = TransferIndex()
    var holds: [HoldRow] = []
    var expiries = ExpiryQueue()
    var footprint = Footprint()
    var accountTree = StateTree()
    var buffer: [UInt8] = []
    let scatter: Scatter

    /// A hold as it lies in memory: what it is, is in its record.
    struct HoldRow: Sendable {
        let address: UInt64
        /// Milliseconds; the largest number for never.
        let expires: Int64
        var state: Hold.State
    }

    /// How many commands that move or reserve money were applied, expiries included.
    public internal(set) var recordCount: UInt64 = 0

    /// Starts with no accounts.
    ///
    /// - Parameter seed: Spreads ids over memory. Give a secret random one where strangers choose
    ///   ids, so that nobody can pick ids that collide; it changes no reply and no root.
    public init(seed: UInt64 = 0) {
        scatter = Scatter(seed: seed)
        accounts = DenseIndex(scatter)
    }

    /// How many accounts were opened.
    public var accountCount: Int { rows.count }

    /// Opens an account. Opening one again as it is changes nothing.
    ///
    /// - Throws: ``LedgerError/accountExists(_:)`` when it is open and not as described,
    ///   ``LedgerError/rulesUnknown(_:)``.
    public mutating func open(_ account: Account) throws(LedgerError) {
        guard account.rules.isSubset(of: .all) else {
            throw .rulesUnknown(account.rules.rawValue)
        }
        if let slot = accounts.find(account.id) {
            guard rows[slot].describes(account) else { throw .accountExists(account.id) }
            return
        }
        _ = accounts.insert(account.id)
        rows.append(AccountRow(account))
        footprint.grow()
        accountTree.appendOpen()
    }

    /// Replaces the rules and the credit limit of an account; so it is closed and reopened.
    ///
    /// - Throws: ``LedgerError/accountUnknown(_:)``, ``LedgerError/rulesUnknown(_:)``, and
    ///   ``LedgerError/outsideNewLimit(_:available:)`` when it already stands outside.
    public mutating func amend(
        _ id: AccountID, rules: AccountRules, creditLimit: Amount?
    ) throws(LedgerError) {
        guard let slot = accounts.find(id) else { throw .accountUnknown(id) }
        guard rules.isSubset(of: .all) else { throw .rulesUnknown(rules.rawValue) }
        var row = rows[slot]
        row.rules = rules
        row.creditLimit = creditLimit?.microunits ?? -1
        let above = rules.contains(.mayNotGoAboveZero) && row.headroom < 0
        guard !above, row.available >= row.floor ?? .min else {
            throw .outsideNewLimit(id, available: row.available)
        }
        rows[slot] = row
        accountTree.open(slot)
    }

    /// An account with its totals; nil when it was never opened.
    public func account(_ id: AccountID) -> Account? {
        accounts.find(id).map { rows[$0].account(id) }
    }

    /// The totals of an account; nil when it was never opened.
    public func balance(of id: AccountID) -> Balance? {
        accounts.find(id).map { rows[$0].balance }
    }

    /// All accounts in the order of opening. Cost: one pass.
    public func allAccounts() -> [Account] {
        zip(accounts.ids, rows).map { $1.account($0) }
    }
}
