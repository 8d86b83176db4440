// SPDX-License-Identifier: Apache-2.0
internal import Ledger

/// A sale to a pool: the price moves into the pool's account, and the dividend per share rises.
enum Sale {
    private static let sales = 20_000

    static func measure(holders: Int) throws -> [String: Double] {
        var register = ShareRegister()
        for number in 0..<holders { try register.join(Bank.account(number), shares: 1) }
        let pool = AccountID(high: 9, low: 9)
        var books = Books()
        try books.open(Account(id: Bank.world, asset: 1))
        try books.open(Account(id: pool, asset: 1, rules: .mayNotGoBelowZero))
        let price = try Bank.amount(5_000_000)
        let leg = Leg(debit: Bank.world, credit: pool, amount: price)
        var number: UInt64 = 0
        let times = try (0..<5).map { _ in
            try Timing.of {
                for _ in 0..<sales {
                    try books.transfer(TransferID(high: 4, low: number), legs: [leg], index: number)
                    try register.declare(price)
                    number += 1
                }
            }.wall / Double(sales)
        }
        return ["nanoseconds": times.median * 1e9]
    }
}
