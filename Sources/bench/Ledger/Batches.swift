// SPDX-License-Identifier: Apache-2.0
internal import Ledger

/// Durable transfers of one leg among 10,000 accounts, 8,190 to a group commit.
enum Batches {
    /// Who pays.
    enum Debtor {
        /// An account drawn for each transfer.
        case anybody
        /// One account pays everybody, as an escrow does.
        case one
    }

    /// Applies, encodes, hashes, flushes; a block with its state root every 16 groups.
    static func measure(
        in folder: String, batches: Int, debtor: Debtor
    ) throws -> [String: Double] {
        var bank = try Bank(in: folder)
        let work = try commands(batches: batches, debtor: debtor)
        let timing = try Timing.of { for batch in work { try bank.commit(batch) } }
        let count = Double(batches * Bank.batch)
        return [
            "per_second": count / timing.wall, "per_processor_second": count / timing.processor,
        ]
    }

    /// The same transfers for every peer: numbers from the same dice.
    static func commands(batches: Int, debtor: Debtor) throws -> [[LedgerCommand]] {
        var dice = Dice(7)
        let one = try Bank.amount(1)
        return (0..<batches).map { batch in
            (0..<Bank.batch).map { place in
                let (from, to) = parties(&dice, debtor: debtor)
                let leg = Leg(debit: Bank.account(from), credit: Bank.account(to), amount: one)
                let number = UInt64(batch * Bank.batch + place)
                return .transfer(TransferID(high: 3, low: number), legs: [leg])
            }
        }
    }

    /// Two different accounts.
    static func parties(_ dice: inout Dice, debtor: Debtor) -> (from: Int, to: Int) {
        let from = debtor == .one ? 0 : dice.below(Bank.accounts)
        return (from, (from + 1 + dice.below(Bank.accounts - 1)) % Bank.accounts)
    }
}
