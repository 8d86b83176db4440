// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
public import Ledger

extension Seeded {
    /// True once in so many.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

extension AccountID {
    /// An account by a small number.
    init(_ number: UInt64) { self.init(high: number &* 0x9e37_79b9, low: number) }
}

extension TransferID {
    /// A transfer by a small number.
    init(_ number: UInt64) { self.init(high: number, low: number &* 0x85eb_ca6b) }
}

extension Amount: ExpressibleByIntegerLiteral {
    /// Micro-units, for tests.
    public init(integerLiteral value: Int64) {
        guard let amount = Amount(microunits: value) else {
            preconditionFailure("\(value) is no amount")
        }
        self = amount
    }
}

extension Timestamp {
    /// A second of the tests' own time.
    init(second: Int64) { self.init(milliseconds: second * 1000) }
}

/// Books with the accounts 1, 2, 3 (asset 1, not below zero), 4 (asset 2), and 100 (asset 1),
/// which stands for the world outside and has given 1,000 to each of 1, 2, 3.
func sampleBooks() throws -> Books {
    var books = Books(seed: 5)
    for number in 1...3 {
        try books.open(Account(id: AccountID(UInt64(number)), asset: 1, rules: .mayNotGoBelowZero))
    }
    try books.open(Account(id: AccountID(4), asset: 2))
    try books.open(Account(id: AccountID(100), asset: 1))
    for number in 1...3 {
        try books.transfer(
            TransferID(UInt64(1_000_000 + number)),
            legs: [Leg(debit: AccountID(100), credit: AccountID(UInt64(number)), amount: 1000)],
            index: 0)
    }
    return books
}

/// A leg between accounts by their small numbers.
func leg(_ debit: UInt64, _ credit: UInt64, _ amount: Amount, _ reason: Reason = .other) -> Leg {
    Leg(debit: AccountID(debit), credit: AccountID(credit), amount: amount, reason: reason)
}
