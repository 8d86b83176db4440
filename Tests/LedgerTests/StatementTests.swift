// SPDX-License-Identifier: Apache-2.0
import Canon
import Ledger
import Testing

@Suite struct StatementTests {
    private let now = Timestamp(second: 10)

    @Test func `a transfer makes one line for each side of a leg`() throws {
        var books = try sampleBooks()
        let reply = try books.transfer(
            TransferID(1), legs: [leg(1, 2, 300, .purchase), leg(1, 3, 20, .fee), leg(1, 2, 0)],
            index: 7)
        let lines = StatementLine.lines(for: reply, at: now)
        #expect(lines.map(\.account) == [1, 2, 1, 3].map { AccountID($0) })
        #expect(lines.map(\.microunits) == [-300, 300, -20, 20])
        #expect(lines.map(\.balanceAfter) == [700, 1300, 680, 1020])
        #expect(lines.map(\.reason) == [.purchase, .purchase, .fee, .fee])
        #expect(
            lines.allSatisfy { $0.index == 7 && $0.time == now && $0.transfer == TransferID(1) })
    }

    @Test func `a hold and its partial post tell the whole story`() throws {
        var books = try sampleBooks()
        let held = try books.hold(
            TransferID(1), legs: [leg(1, 2, 100, .purchase)], at: now, index: 1)
        let posted = try books.post(
            TransferID(2), hold: TransferID(1), amounts: [70], at: now, index: 2)
        let lines =
            StatementLine.lines(for: held, at: now)
            + StatementLine.lines(for: posted, at: now)
        #expect(lines.map(\.reason) == [.hold, .release, .purchase, .purchase])
        #expect(lines.map(\.microunits) == [-100, 100, -70, 70])
        #expect(lines.map(\.balanceAfter) == [900, 1000, 930, 1070])
    }

    @Test(arguments: UInt64(50)...59)
    func `the lines of every account add up to what it can spend`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        var books = Books()
        for account in RandomHistory.accounts { try books.open(account) }
        var sums: [AccountID: Int64] = [:]
        var known: UInt64 = 0
        for step in 1...800 {
            let (command, time) = history.next()
            guard let reply = try? books.apply(command, at: time, index: UInt64(step)) else {
                continue
            }
            // A repeated request answers again, but makes no new lines.
            if books.recordCount == known { continue }
            known = books.recordCount
            for line in StatementLine.lines(for: reply, at: time) {
                sums[line.account, default: 0] += line.microunits
                guard sums[line.account] == line.balanceAfter else {
                    Issue.record("step \(step): \(line)")
                    return
                }
            }
        }
        for account in books.allAccounts() {
            #expect(sums[account.id] ?? 0 == account.balance.available)
        }
    }

    @Test func `reason words are stable and distinct`() {
        let words = Reason.allCases.map(\.code)
        #expect(Set(words).count == words.count)
        #expect(Reason(rawValue: 1)?.code == "sale_share")
        #expect(Reason(rawValue: 2)?.code == "payout")
        #expect(Reason(rawValue: 7)?.code == "deposit")
        #expect(Reason(rawValue: 8)?.code == "withdrawal")
    }
}
