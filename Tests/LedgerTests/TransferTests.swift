// SPDX-License-Identifier: Apache-2.0
import Canon
import Ledger
import Testing

@Suite struct TransferTests {
    @Test func `a reply carries each balance after it and the journal index`() throws {
        var books = try sampleBooks()
        let reply = try books.transfer(
            TransferID(1), legs: [leg(1, 2, 300, .purchase), leg(1, 3, 20, .fee)], index: 77)
        #expect(reply.index == 77)
        #expect(reply.kind == .transfer)
        #expect(reply.balances.map(\.account) == [AccountID(1), AccountID(2), AccountID(3)])
        #expect(reply.balances.map(\.balance.available) == [680, 1300, 1020])
        #expect(reply.balance(of: AccountID(1)) == books.balance(of: AccountID(1)))
        #expect(reply.balance(of: AccountID(100)) == nil)
    }

    @Test func `one bad leg stops all of them`() throws {
        var books = try sampleBooks()
        let before = books.root()
        for bad in [leg(2, 99, 1), leg(2, 4, 1), leg(2, 2, 1), leg(3, 1, 1001)] {
            #expect(throws: LedgerError.self) {
                try books.transfer(TransferID(1), legs: [leg(1, 2, 5), bad], index: 1)
            }
        }
        #expect(books.root() == before)
        #expect(books.reply(to: TransferID(1)) == nil)
        #expect(books.recordCount == 3)
    }

    @Test func `limits hold for the legs together`() throws {
        var books = try sampleBooks()
        try books.open(Account(id: AccountID(9), asset: 1, rules: .mayNotGoBelowZero))
        try books.transfer(TransferID(1), legs: [leg(9, 2, 50), leg(1, 9, 50)], index: 1)
        #expect(books.balance(of: AccountID(9))?.available == 0)
        #expect(throws: LedgerError.insufficient(AccountID(9), available: 0, missing: 1)) {
            try books.transfer(TransferID(2), legs: [leg(9, 2, 51), leg(1, 9, 50)], index: 1)
        }
    }

    @Test func `each rule refuses what it says`() throws {
        var books = try sampleBooks()
        try books.open(Account(id: AccountID(11), asset: 1, rules: .mayOnlyBeCredited))
        try books.open(Account(id: AccountID(12), asset: 1, rules: .mayOnlyBeDebited))
        try books.open(Account(id: AccountID(13), asset: 1, rules: .mayNotGoAboveZero))
        try books.open(Account(id: AccountID(14), asset: 1, creditLimit: 100))
        try books.transfer(
            TransferID(1), legs: [leg(12, 11, 5), leg(13, 1, 10), leg(14, 1, 100)], index: 1)
        func refusal(_ leg: Leg) -> LedgerError? {
            #expect(throws: LedgerError.self) {
                try books.transfer(TransferID(2), legs: [leg], index: 1)
            }
        }
        #expect(refusal(leg(11, 1, 1)) == .mayOnlyBeCredited(AccountID(11), leg: 0))
        #expect(refusal(leg(1, 12, 1)) == .mayOnlyBeDebited(AccountID(12), leg: 0))
        #expect(refusal(leg(1, 13, 11)) == .aboveZero(AccountID(13), missing: 1))
        #expect(refusal(leg(14, 1, 1)) == .insufficient(AccountID(14), available: -100, missing: 1))
        try books.transfer(TransferID(3), legs: [leg(1, 13, 10)], index: 1)
        try books.amend(AccountID(13), rules: [.mayNotGoAboveZero, .closed], creditLimit: nil)
        #expect(refusal(leg(13, 1, 1)) == .accountClosed(AccountID(13)))
        #expect(refusal(leg(1, 13, 1)) == .accountClosed(AccountID(13)))
        try books.amend(AccountID(13), rules: .mayNotGoAboveZero, creditLimit: nil)
        try books.transfer(TransferID(4), legs: [leg(13, 1, 1)], index: 1)
    }

    @Test func `an account below a new limit keeps its old one`() throws {
        var books = try sampleBooks()
        #expect(throws: LedgerError.outsideNewLimit(AccountID(100), available: -3000)) {
            try books.amend(AccountID(100), rules: [], creditLimit: 2999)
        }
        try books.amend(AccountID(100), rules: [], creditLimit: 3000)
        #expect(throws: LedgerError.insufficient(AccountID(100), available: -3000, missing: 1)) {
            try books.transfer(TransferID(1), legs: [leg(100, 1, 1)], index: 1)
        }
        #expect(throws: LedgerError.rulesUnknown(0x8000)) {
            try books.amend(AccountID(100), rules: AccountRules(rawValue: 0x8000), creditLimit: nil)
        }
        #expect(throws: LedgerError.outsideNewLimit(AccountID(1), available: 1000)) {
            try books.amend(AccountID(1), rules: .mayNotGoAboveZero, creditLimit: nil)
        }
    }

    @Test func `an account opens once`() throws {
        var books = try sampleBooks()
        try books.open(Account(id: AccountID(4), asset: 2))
        #expect(throws: LedgerError.accountExists(AccountID(4))) {
            try books.open(Account(id: AccountID(4), asset: 3))
        }
        #expect(books.accountCount == 5)
        #expect(throws: LedgerError.rulesUnknown(32)) {
            try books.open(Account(id: AccountID(5), asset: 1, rules: AccountRules(rawValue: 32)))
        }
    }

    @Test func `the same request answers the same and a different one is refused`() throws {
        var books = try sampleBooks()
        let legs = [leg(1, 2, 10, .purchase), leg(2, 3, 4, .fee)]
        let first = try books.transfer(TransferID(1), legs: legs, index: 5)
        try books.transfer(TransferID(2), legs: [leg(2, 1, 7)], index: 6)
        let root = books.root()
        #expect(try books.transfer(TransferID(1), legs: legs, index: 9) == first)
        let others: [[Leg]] = [
            [legs[0]], legs.reversed(), legs + legs, [], [legs[0], leg(2, 3, 5, .fee)],
            [legs[0], leg(2, 3, 4, .refund)], [legs[0], leg(1, 3, 4, .fee)],
        ]
        for other in others {
            #expect(throws: LedgerError.idDiffers(TransferID(1))) {
                try books.transfer(TransferID(1), legs: other, index: 9)
            }
        }
        let time = Timestamp(second: 1)
        #expect(throws: LedgerError.idDiffers(TransferID(1))) {
            try books.hold(TransferID(1), legs: legs, at: time, index: 9)
        }
        #expect(throws: LedgerError.idDiffers(TransferID(1))) {
            try books.void(TransferID(1), hold: TransferID(1), at: time, index: 9)
        }
        #expect(books.root() == root)
    }

    @Test func `a refused request may be tried again`() throws {
        var books = try sampleBooks()
        let legs = [leg(1, 2, 1500)]
        #expect(throws: LedgerError.insufficient(AccountID(1), available: 1000, missing: 500)) {
            try books.transfer(TransferID(1), legs: legs, index: 1)
        }
        try books.transfer(TransferID(2), legs: [leg(2, 1, 500)], index: 2)
        #expect(try books.transfer(TransferID(1), legs: legs, index: 3).index == 3)
    }

    @Test func `totals stop at 2 to the 62nd, and nothing traps or wraps`() throws {
        var books = Books()
        let (a, b, c) = (AccountID(1), AccountID(2), AccountID(3))
        for id in [a, b, c] { try books.open(Account(id: id, asset: 1, creditLimit: .max)) }
        try books.transfer(TransferID(1), legs: [leg(1, 2, .max)], index: 1)
        #expect(books.balance(of: a)?.available == -Amount.largest)
        #expect(books.balance(of: b)?.available == Amount.largest)
        func refused(_ legs: [Leg], _ id: AccountID) {
            #expect(throws: LedgerError.totalTooLarge(id)) {
                try books.transfer(TransferID(2), legs: legs, index: 2)
            }
            #expect(throws: LedgerError.totalTooLarge(id)) {
                try books.hold(TransferID(2), legs: legs, at: Timestamp(second: 1), index: 2)
            }
        }
        refused([leg(1, 2, 1)], a)
        refused([leg(1, 2, .max)], a)
        refused([leg(3, 2, .max)], b)
        refused([leg(3, 2, 1)], b)
        refused([leg(2, 3, .max), leg(2, 3, 1)], b)
        refused([leg(2, 3, .max), leg(2, 3, .max)], b)
        try books.hold(
            TransferID(3), legs: [leg(2, 3, .max)], at: Timestamp(second: 1), index: 3)
        refused([leg(2, 3, 1)], b)
        #expect(books.balance(of: b)?.available == 0)
        try books.void(
            TransferID(4), hold: TransferID(3), at: Timestamp(second: 1), index: 4)
        try books.transfer(TransferID(5), legs: [leg(2, 1, .max)], index: 5)
        #expect(books.allAccounts().map(\.balance.posted) == [0, 0, 0])
        #expect(isBalanced(books))
    }

    @Test func `a transfer has 1 to 1,024 legs`() throws {
        var books = try sampleBooks()
        let legs = [Leg](repeating: leg(1, 2, 1), count: Leg.most)
        #expect(throws: LedgerError.legCount(0)) {
            try books.transfer(TransferID(1), legs: [], index: 1)
        }
        #expect(throws: LedgerError.legCount(1025)) {
            try books.transfer(TransferID(1), legs: legs + legs.prefix(1), index: 1)
        }
        try books.transfer(TransferID(1), legs: [leg(3, 1, 24)] + legs.dropLast(), index: 1)
        #expect(books.balance(of: AccountID(1))?.available == 1)
        let again = try books.transfer(
            TransferID(1), legs: [leg(3, 1, 24)] + legs.dropLast(), index: 2)
        #expect(again.index == 1)
    }

    @Test func `ids of many transfers are all found again`() throws {
        var books = Books(seed: 3)
        for number in 1...64 { try books.open(Account(id: AccountID(UInt64(number)), asset: 1)) }
        let count: UInt64 = 20_000
        for number in 1...count {
            try books.transfer(
                TransferID(number), legs: [leg(number % 64 + 1, (number + 1) % 64 + 1, 3)],
                index: number)
        }
        for number in 1...count {
            #expect(books.reply(to: TransferID(number))?.index == number)
        }
        #expect(books.reply(to: TransferID(count + 1)) == nil)
        #expect(books.recordCount == count)
    }

    @Test func `a copy stands still while the original goes on`() throws {
        var books = try sampleBooks()
        var copy = books
        let root = copy.root()
        try books.transfer(TransferID(1), legs: [leg(1, 2, 10)], index: 1)
        #expect(copy.root() == root)
        #expect(copy.reply(to: TransferID(1)) == nil)
        #expect(books.root() != root)
    }

    @Test func `every error says something, and has a word of its own`() {
        let id = AccountID(1)
        let errors: [LedgerError] = [
            .accountExists(id), .accountUnknown(id), .accountClosed(id), .rulesUnknown(9),
            .outsideNewLimit(id, available: 1), .idDiffers(TransferID(1)), .legCount(0),
            .sameAccount(leg: 0), .assetsDiffer(leg: 0, debit: 1, credit: 2),
            .mayOnlyBeCredited(id, leg: 0), .mayOnlyBeDebited(id, leg: 0),
            .insufficient(id, available: -1, missing: 1), .aboveZero(id, missing: 1),
            .totalTooLarge(id), .holdUnknown(TransferID(1)), .holdEnded(TransferID(1), .voided),
            .holdOverdue(TransferID(1), expired: Timestamp(second: 1)),
            .expiryNotAhead(Timestamp(second: 1)), .amountCount(expected: 1, got: 2),
            .postExceedsHold(leg: 0, held: 1, asked: 2),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
