// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Ledger
internal import Synchronization

/// Transfers one by one by 64 clients, each of whom waits until hers is durable: whatever waits when
/// the last commit ends goes into the next. The disk's own flushes are measured in between.
enum Singles {
    static let clients = 64

    static func measure(in folder: String, rounds: Int) async throws -> [String: Double] {
        var flushes: [Double] = []
        var commits: [Double] = []
        var transfers: [Double] = []
        let teller = Teller(try Bank(in: folder))
        for round in 0..<rounds {
            flushes.append(try Disk.flushes(in: folder, seconds: 0.5))
            let before = teller.commits
            let start = Meter.now
            let served = try await serve(teller, round: round, seconds: 1)
            let wall = Meter.since(start).wall
            commits.append(Double(teller.commits - before) / wall)
            transfers.append(Double(served) / wall)
        }
        teller.close()
        return [
            "fdatasync_per_second": flushes.median, "commits_per_second": commits.median,
            "per_second": transfers.median,
            "vs_fdatasync": zip(transfers, flushes).map { $0 / $1 }.median,
            "commits_vs_fdatasync": zip(commits, flushes).map { $0 / $1 }.median,
        ]
    }

    /// Lets all clients ask for some time; gives how many transfers were acknowledged.
    private static func serve(
        _ teller: Teller, round: Int, seconds: Double
    ) async throws -> Int {
        let one = try Bank.amount(1)
        let start = Meter.now
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var dice = Dice(UInt64(client))
                    var count = 0
                    while Meter.since(start).wall < seconds {
                        let (from, to) = Batches.parties(&dice, debtor: .anybody)
                        let leg = Leg(
                            debit: Bank.account(from), credit: Bank.account(to), amount: one)
                        let id = TransferID(
                            high: UInt64(100 + round), low: UInt64(client << 32 + count))
                        _ = try await teller.submit(.transfer(id, legs: [leg]))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

/// The one writer of a bank, on a thread of its own: commits all that waits, then answers it.
final class Teller: Sendable {
    private typealias Answer = CheckedContinuation<LedgerReply, any Error>

    private struct Desk {
        var waiting: [(command: LedgerCommand, answer: Answer)] = []
        var commits = 0
        var closed = false
    }

    private let desk = Mutex(Desk())
    private let bell = DispatchSemaphore(value: 0)

    init(_ bank: Bank) {
        let thread = Thread { [self] in serve(bank) }
        thread.stackSize = 1 << 22
        thread.start()
    }

    /// How many commits there were.
    var commits: Int { desk.withLock { $0.commits } }

    /// Answers when the command is durable.
    func submit(_ command: LedgerCommand) async throws -> LedgerReply {
        try await withCheckedThrowingContinuation { answer in
            desk.withLock { $0.waiting.append((command, answer)) }
            bell.signal()
        }
    }

    /// Ends the thread once everything is answered.
    func close() {
        desk.withLock { $0.closed = true }
        bell.signal()
    }

    private func serve(_ first: Bank) {
        var bank = first
        while true {
            bell.wait()
            let (group, closed) = desk.withLock { desk in
                defer { desk.waiting = [] }
                return (desk.waiting, desk.closed)
            }
            guard !group.isEmpty else {
                if closed { return }
                continue
            }
            do {
                let replies = try bank.commit(group.map(\.command))
                desk.withLock { $0.commits += 1 }
                for (item, reply) in zip(group, replies) { item.answer.resume(returning: reply) }
            } catch {
                for item in group { item.answer.resume(throwing: error) }
            }
        }
    }
}
