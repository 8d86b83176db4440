// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Ledger

/// What a pool owes everybody, materialised, posted to the books and durable.
enum Payouts {
    static func measure(in folder: String, people: Int) throws -> [String: Double] {
        var bank = try Bank(in: folder, accounts: people)
        let pool = AccountID(high: 9, low: 9)
        let revenue = try Bank.amount(Int64(people) * 12_345_678)
        try bank.commit([
            .open(Account(id: pool, asset: 1, rules: .mayNotGoBelowZero)),
            .transfer(
                TransferID(high: 5, low: 0),
                legs: [Leg(debit: Bank.world, credit: pool, amount: revenue)]),
        ])
        var register = ShareRegister()
        var dice = Dice(11)
        for number in 0..<people {
            try register.join(Bank.account(number), shares: UInt64(1 + dice.below(30)))
        }
        try register.declare(revenue)
        var paid = 0
        let timing = try Timing.of {
            let lines = register.materialise(limit: .max)
            paid = lines.count
            try bank.commit(LedgerCommand.payouts(lines, from: pool, batch: .zero))
            _ = (register.root(), bank.books.root())
        }
        guard paid == people, register.isConserved else { throw AmountError() }
        return ["seconds": timing.wall, "processor_seconds": timing.processor]
    }
}
