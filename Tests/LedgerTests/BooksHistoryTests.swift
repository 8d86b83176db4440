// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Ledger

@Suite struct BooksHistoryTests {
    @Test(arguments: UInt64(1)...40)
    func `random histories agree with the naive books at every step`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        var books = Books(seed: seed)
        var model = NaiveBooks()
        for account in RandomHistory.accounts {
            let command = LedgerCommand.open(account)
            let time = Timestamp(second: 0)
            let answer = try books.apply(command, at: time, index: 0)
            #expect(try answer == model.apply(command, at: time, index: 0))
        }
        var codes: Set<String> = []
        for step in 1...600 {
            let (command, time) = history.next()
            let answer = outcome { () throws(LedgerError) in
                try books.apply(command, at: time, index: UInt64(step))
            }
            let expected: Answer
            do throws(NaiveBooks.Refusal) {
                expected = .did(try model.apply(command, at: time, index: UInt64(step)))
            } catch {
                expected = .refused(error.code)
                codes.insert(error.code)
            }
            guard answer == expected else {
                Issue.record("step \(step), \(command): \(answer), not \(expected)")
                return
            }
            guard isBalanced(books), agree(books, model) else {
                Issue.record("the books are off after step \(step), \(command)")
                return
            }
        }
        #expect(codes.count > 8, "the history is too tame: \(codes)")
        #expect(seed % 8 == 0 || books.recordCount > 120, "too little happened")
        for made in model.holds { #expect(books.hold(made.id)?.state == made.state) }
        #expect(books.liveHolds().map(\.id) == model.holds.filter { $0.state == .held }.map(\.id))
        for (id, answer) in model.answers { #expect(books.reply(to: id) == answer.reply) }
    }

    @Test func `the same commands give the same root, whatever the seed of the tables`() throws {
        let first = try run(seed: 9, tableSeed: 1, rootEvery: 7)
        let second = try run(seed: 9, tableSeed: 2, rootEvery: 1000)
        #expect(first == second)
        #expect(try run(seed: 10, tableSeed: 1, rootEvery: 7) != first)
    }

    @Test func `every kind of step changes the root, and a refused or repeated one does not`()
        throws
    {
        var books = try sampleBooks()
        var roots: Set<Digest> = [books.root()]
        let legs = [leg(1, 2, 10)]
        let time = Timestamp(second: 1)
        let steps: [LedgerCommand] = [
            .open(Account(id: AccountID(7), asset: 1)),
            .amend(AccountID(7), rules: .closed, creditLimit: nil),
            .transfer(TransferID(1), legs: legs),
            .transfer(TransferID(2), legs: [leg(1, 2, 0)]),
            .hold(TransferID(3), legs: legs, expires: Timestamp(second: 2)),
            .hold(TransferID(4), legs: legs, expires: nil),
            .hold(TransferID(5), legs: legs, expires: nil),
            .post(TransferID(6), hold: TransferID(4), amounts: nil),
            .void(TransferID(7), hold: TransferID(5)),
        ]
        for step in steps {
            try books.apply(step, at: time, index: 1)
            #expect(roots.insert(books.root()).inserted, "\(step)")
            try books.apply(step, at: time, index: 2)
            #expect(!roots.insert(books.root()).inserted, "\(step) again")
        }
        #expect(throws: LedgerError.self) {
            try books.transfer(TransferID(1), legs: [leg(2, 1, 10)], index: 3)
        }
        #expect(books.expire(at: time, index: 3).isEmpty)
        #expect(!roots.insert(books.root()).inserted)
        #expect(books.expire(at: Timestamp(second: 2), index: 3).count == 1)
        #expect(roots.insert(books.root()).inserted)
    }

    private func run(seed: UInt64, tableSeed: UInt64, rootEvery: Int) throws -> Digest {
        var history = RandomHistory(seed: seed)
        var books = Books(seed: tableSeed)
        for account in RandomHistory.accounts { try books.open(account) }
        for step in 1...2000 {
            let (command, time) = history.next()
            _ = try? books.apply(command, at: time, index: UInt64(step))
            if step % rootEvery == 0 { _ = books.root() }
        }
        return books.root()
    }
}

/// What a command led to, for comparison.
enum Answer: Equatable {
    case did(LedgerReply)
    case refused(String)
}

func outcome(_ body: () throws(LedgerError) -> LedgerReply) -> Answer {
    do throws(LedgerError) { return .did(try body()) } catch { return .refused(error.code) }
}

/// Whether debits equal credits for each asset, posted and pending.
func isBalanced(_ books: Books) -> Bool {
    var posted: [UInt32: Int128] = [:]
    var pending: [UInt32: Int128] = [:]
    for account in books.allAccounts() {
        let balance = account.balance
        posted[account.asset, default: 0] +=
            Int128(balance.creditsPosted.microunits) - Int128(balance.debitsPosted.microunits)
        pending[account.asset, default: 0] +=
            Int128(balance.creditsPending.microunits) - Int128(balance.debitsPending.microunits)
    }
    return posted.values.allSatisfy { $0 == 0 } && pending.values.allSatisfy { $0 == 0 }
}

private func agree(_ books: Books, _ model: NaiveBooks) -> Bool {
    model.entries.allSatisfy { books.balance(of: $0.key) == $0.value.balance }
}
