// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
package import Ledger

/// The accounts of an exchange, by what they are for.
package enum Accounts {
    /// The one asset: micro-units of the exchange's unit of account.
    package static let asset: UInt32 = 1

    /// What an account is for; stands in its code.
    package enum Code: UInt16, Sendable {
        /// Where money comes from and goes to.
        case world = 1
        /// A party's money.
        case party = 2
        /// What a pool took in and has not paid out.
        case revenue = 3
        /// The operator's fees.
        case fees = 4
        /// What lies in hidden accounts, or is on its way there or out.
        case hidden = 5
    }

    /// The outside world: its debits are the money inside.
    package static let world = AccountID(Digest(of: Array("dividend/account/world".utf8)))
    /// The operator's fees.
    package static let fees = AccountID(Digest(of: Array("dividend/account/fees".utf8)))

    /// What lies in hidden accounts, all together.
    package static let hidden = AccountID(Digest(of: Array("dividend/account/hidden".utf8)))

    /// A party's account; a contributor has one for each pseudonym.
    package static func party(_ party: PartyID) -> AccountID {
        AccountID(Digest(of: Array("dividend/account/party/".utf8), party.publicKey))
    }

    /// A pool's revenue that is not paid out yet.
    package static func revenue(of pool: String) -> AccountID {
        AccountID(Digest(of: Array("dividend/account/revenue/\(pool)".utf8)))
    }

    /// Whether an account is a party's.
    package static func isParty(_ id: AccountID, in books: Books) -> Bool {
        books.account(id)?.code == Code.party.rawValue
    }

    static func open(_ id: AccountID, _ code: Code) -> Account {
        Account(
            id: id, asset: asset, code: code.rawValue,
            rules: code == .world ? [] : .mayNotGoBelowZero)
    }
}
