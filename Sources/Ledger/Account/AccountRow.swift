// SPDX-License-Identifier: Apache-2.0

/// An account as it lies in the dense array of ``Books``; its id lies in the ``DenseIndex``.
struct AccountRow: Sendable {
    var debitsPosted: Int64 = 0
    var debitsPending: Int64 = 0
    var creditsPosted: Int64 = 0
    var creditsPending: Int64 = 0
    /// Micro-units; negative for none.
    var creditLimit: Int64
    let asset: UInt32
    let code: UInt16
    var rules: AccountRules

    init(_ account: Account) {
        asset = account.asset
        code = account.code
        rules = account.rules
        creditLimit = account.creditLimit?.microunits ?? -1
    }

    var balance: Balance {
        Balance(
            debitsPosted: Amount(trusted: debitsPosted),
            debitsPending: Amount(trusted: debitsPending),
            creditsPosted: Amount(trusted: creditsPosted),
            creditsPending: Amount(trusted: creditsPending))
    }

    /// What it can spend; at least −2^62, since debits posted and pending are at most 2^62 together.
    var available: Int64 { creditsPosted - debitsPosted - debitsPending }

    /// What it can still be credited with before it goes above zero.
    var headroom: Int64 { debitsPosted - creditsPosted - creditsPending }

    /// The least ``available`` may become; nil for no bound.
    var floor: Int64? {
        if creditLimit >= 0 { return -creditLimit }
        return rules.contains(.mayNotGoBelowZero) ? 0 : nil
    }

    func account(_ id: AccountID) -> Account {
        var account = Account(
            id: id, asset: asset, code: code, rules: rules,
            creditLimit: Amount(microunits: creditLimit))
        account.balance = balance
        return account
    }

    /// Whether the account is still what it is opened as.
    func describes(_ account: Account) -> Bool {
        asset == account.asset && code == account.code && rules == account.rules
            && Amount(microunits: creditLimit) == account.creditLimit
    }
}
