// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Ledger
internal import Synchronization

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
    ///
    /// While one thread applies a group, another records the one before; every transfer is durable
    /// when the clock stops.
    static func measure(
        in folder: String, batches: Int, debtor: Debtor
    ) throws -> [String: Double] {
        var bank = try Bank(in: folder)
        let work = try commands(batches: batches, debtor: debtor)
        let timing = try Timing.of { try run(work, on: &bank) }
        let count = Double(batches * Bank.batch)
        return [
            "per_second": count / timing.wall, "per_processor_second": count / timing.processor,
        ]
    }

    private static func run(_ work: [[LedgerCommand]], on bank: inout Bank) throws {
        let recorder = DispatchQueue(label: "recorder")
        let room = DispatchSemaphore(value: 2)
        let failure = Mutex<(any Error)?>(nil)
        for batch in work {
            let group = try bank.apply(batch).group
            room.wait()
            recorder.async { [journal = bank.journal] in
                do { try journal.record(group) } catch { failure.withLock { $0 = error } }
                room.signal()
            }
        }
        recorder.sync {}
        if let error = failure.withLock({ $0 }) { throw error }
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
