// SPDX-License-Identifier: Apache-2.0
import Canon
import Ledger
import Testing

@Suite struct HoldTests {
    private let now = Timestamp(second: 10)
    private let hold = TransferID(1)

    private func booksWithHold(expires: Timestamp? = nil) throws -> Books {
        var books = try sampleBooks()
        try books.hold(
            hold, legs: [leg(1, 2, 600, .purchase), leg(1, 3, 40, .fee)], expires: expires,
            at: now, index: 1)
        return books
    }

    @Test func `held money cannot be spent, and is not yet anybody else's`() throws {
        var books = try booksWithHold()
        #expect(books.balance(of: AccountID(1))?.available == 360)
        #expect(books.balance(of: AccountID(1))?.posted == 1000)
        #expect(books.balance(of: AccountID(2))?.available == 1000)
        #expect(books.balance(of: AccountID(2))?.creditsPending == 600)
        #expect(throws: LedgerError.insufficient(AccountID(1), available: 360, missing: 1)) {
            try books.transfer(TransferID(2), legs: [leg(1, 2, 361)], index: 2)
        }
        #expect(throws: LedgerError.insufficient(AccountID(2), available: 1000, missing: 1)) {
            try books.transfer(TransferID(2), legs: [leg(2, 1, 1001)], index: 2)
        }
    }

    @Test func `a hold is posted exactly once, all legs together`() throws {
        var books = try booksWithHold()
        let reply = try books.post(TransferID(2), hold: hold, at: now, index: 2)
        #expect(reply.balances.map(\.balance.available) == [360, 1600, 1040])
        #expect(reply.moved == reply.released)
        #expect(books.hold(hold)?.state == .posted)
        for _ in 0..<2 {
            #expect(throws: LedgerError.holdEnded(hold, .posted)) {
                try books.post(TransferID(3), hold: hold, at: now, index: 3)
            }
            #expect(throws: LedgerError.holdEnded(hold, .posted)) {
                try books.void(TransferID(3), hold: hold, at: now, index: 3)
            }
        }
        #expect(try books.post(TransferID(2), hold: hold, at: now, index: 4) == reply)
        #expect(
            try books.post(TransferID(2), hold: hold, amounts: [600, 40], at: now, index: 4)
                == reply)
        #expect(throws: LedgerError.idDiffers(TransferID(2))) {
            try books.post(TransferID(2), hold: hold, amounts: [600, 39], at: now, index: 4)
        }
        #expect(books.balance(of: AccountID(1))?.debitsPending == .zero)
    }

    @Test func `a hold is voided exactly once, all legs together`() throws {
        var books = try booksWithHold()
        let reply = try books.void(TransferID(2), hold: hold, at: now, index: 2)
        #expect(reply.balances.map(\.balance.available) == [1000, 1000, 1000])
        #expect(reply.moved.isEmpty)
        #expect(books.hold(hold)?.state == .voided)
        #expect(throws: LedgerError.holdEnded(hold, .voided)) {
            try books.post(TransferID(3), hold: hold, at: now, index: 3)
        }
        #expect(try books.void(TransferID(2), hold: hold, at: now, index: 4) == reply)
    }

    @Test func `a partial post gives the rest back`() throws {
        var books = try booksWithHold()
        #expect(throws: LedgerError.postExceedsHold(leg: 1, held: 40, asked: 41)) {
            try books.post(TransferID(2), hold: hold, amounts: [600, 41], at: now, index: 2)
        }
        #expect(throws: LedgerError.amountCount(expected: 2, got: 1)) {
            try books.post(TransferID(2), hold: hold, amounts: [600], at: now, index: 2)
        }
        let reply = try books.post(
            TransferID(2), hold: hold, amounts: [500, 0], at: now, index: 2)
        #expect(reply.balances.map(\.balance.available) == [500, 1500, 1000])
        #expect(reply.balances.map(\.balance.creditsPending) == [0, 0, 0])
        #expect(reply.released.map(\.amount) == [600, 40])
        #expect(reply.moved.map(\.amount) == [500, 0])
        #expect(isBalanced(books))
    }

    @Test func `holds expire in the order of their times, then of their making`() throws {
        var books = try sampleBooks()
        let lives: [Int64] = [30, 20, 40, 20, 30, 20]
        for (number, life) in lives.enumerated() {
            try books.hold(
                TransferID(UInt64(number)), legs: [leg(1, 2, 10)],
                expires: Timestamp(second: life), at: now, index: 1)
        }
        try books.void(TransferID(50), hold: TransferID(3), at: now, index: 2)
        #expect(books.expire(at: Timestamp(milliseconds: 19_999), index: 3).isEmpty)
        let first = books.expire(at: Timestamp(second: 20), index: 4)
        #expect(first.map(\.id) == [TransferID(1), TransferID(5)])
        #expect(first.map { $0.balance(of: AccountID(1))?.available } == [960, 970])
        #expect(
            books.expire(at: Timestamp(second: 99), index: 5).map(\.id)
                == [TransferID(0), TransferID(4), TransferID(2)])
        #expect(books.expire(at: Timestamp(second: 99), index: 6).isEmpty)
        #expect(books.balance(of: AccountID(1))?.available == 1000)
        #expect(books.hold(TransferID(3))?.state == .voided)
        #expect(books.hold(TransferID(2))?.state == .expired)
        #expect(books.liveHolds().isEmpty)
    }

    @Test func `a hold whose time is over can only expire`() throws {
        let end = Timestamp(second: 20)
        var books = try booksWithHold(expires: end)
        #expect(throws: LedgerError.holdOverdue(hold, expired: end)) {
            try books.post(TransferID(2), hold: hold, at: end, index: 2)
        }
        #expect(throws: LedgerError.holdOverdue(hold, expired: end)) {
            try books.void(TransferID(2), hold: hold, at: Timestamp(second: 21), index: 2)
        }
        #expect(books.expire(at: end, index: 3).count == 1)
        #expect(throws: LedgerError.holdEnded(hold, .expired)) {
            try books.post(TransferID(2), hold: hold, at: now, index: 4)
        }
        #expect(throws: LedgerError.expiryNotAhead(now)) {
            try books.hold(TransferID(5), legs: [leg(1, 2, 1)], expires: now, at: now, index: 5)
        }
    }

    @Test func `the same hold answers the same, with another expiry it is refused`() throws {
        let end = Timestamp(second: 20)
        var books = try booksWithHold(expires: end)
        let legs = [leg(1, 2, 600, .purchase), leg(1, 3, 40, .fee)]
        let again = try books.hold(hold, legs: legs, expires: end, at: end, index: 9)
        #expect(again.index == 1)
        #expect(books.liveHolds().count == 1)
        for other in [nil, Timestamp(second: 21)] {
            #expect(throws: LedgerError.idDiffers(hold)) {
                try books.hold(hold, legs: legs, expires: other, at: now, index: 9)
            }
        }
    }

    @Test func `a hold may not spend what it will receive`() throws {
        var books = try sampleBooks()
        try books.open(Account(id: AccountID(9), asset: 1, rules: .mayNotGoBelowZero))
        #expect(throws: LedgerError.insufficient(AccountID(9), available: 0, missing: 5)) {
            try books.hold(hold, legs: [leg(1, 9, 10), leg(9, 2, 5)], at: now, index: 1)
        }
    }

    @Test func `holds of closed accounts can still end`() throws {
        var books = try booksWithHold()
        try books.hold(TransferID(7), legs: [leg(2, 1, 5)], at: now, index: 1)
        for number in 1...3 {
            try books.amend(
                AccountID(UInt64(number)), rules: [.mayNotGoBelowZero, .closed], creditLimit: nil)
        }
        #expect(throws: LedgerError.accountClosed(AccountID(1))) {
            try books.hold(TransferID(8), legs: [leg(1, 2, 5)], at: now, index: 2)
        }
        try books.post(TransferID(9), hold: hold, at: now, index: 3)
        try books.void(TransferID(10), hold: TransferID(7), at: now, index: 4)
        #expect(books.liveHolds().isEmpty)
    }

    @Test func `only a hold can be ended`() throws {
        var books = try sampleBooks()
        try books.transfer(TransferID(2), legs: [leg(1, 2, 1)], index: 1)
        for id in [TransferID(2), TransferID(77)] {
            #expect(throws: LedgerError.holdUnknown(id)) {
                try books.post(TransferID(3), hold: id, at: now, index: 2)
            }
            #expect(throws: LedgerError.holdUnknown(id)) {
                try books.void(TransferID(3), hold: id, at: now, index: 2)
            }
            #expect(books.hold(id) == nil)
        }
    }
}
