// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@testable import Ledger

@Suite struct LedgerCommandTests {
    private static let samples: [LedgerCommand] = [
        .open(Account(id: AccountID(1), asset: 7, code: 9, rules: .mayNotGoBelowZero)),
        .open(Account(id: AccountID(1), asset: .max, code: .max, rules: .all, creditLimit: .max)),
        .amend(AccountID(2), rules: [.closed], creditLimit: 0),
        .amend(AccountID(2), rules: [], creditLimit: nil),
        .transfer(TransferID(3), legs: [leg(1, 2, 5, .payout)]),
        .transfer(TransferID(3), legs: [Leg](repeating: leg(1, 2, .max), count: Leg.most)),
        .hold(TransferID(4), legs: [leg(1, 2, 5), leg(2, 3, 0)], expires: nil),
        .hold(TransferID(4), legs: [leg(1, 2, 5)], expires: Timestamp(milliseconds: .min)),
        .post(TransferID(5), hold: TransferID(4), amounts: nil),
        .post(TransferID(5), hold: TransferID(4), amounts: [1, .max, 0]),
        .void(TransferID(6), hold: TransferID(4)),
        .expire,
    ]

    @Test(arguments: samples.indices)
    func `a command written is the command read`(place: Int) throws {
        // By place: the legs of a large command would fill pages of the log.
        let command = LedgerCommandTests.samples[place]
        let bytes = command.encoded
        #expect(try LedgerCommand(decoding: bytes) == command)
        #expect(bytes.count < 65_535)
        for length in 0..<min(bytes.count, 200) {
            #expect(throws: FormatError.self) {
                try LedgerCommand(decoding: Array(bytes.prefix(length)))
            }
        }
        #expect(throws: FormatError.self) { try LedgerCommand(decoding: bytes + [0]) }
    }

    @Test func `a plain transfer takes 61 bytes, laid out as the table says`() throws {
        let command = LedgerCommand.transfer(
            TransferID(high: 1, low: 2),
            legs: [
                Leg(
                    debit: AccountID(high: 3, low: 4), credit: AccountID(high: 5, low: 6),
                    amount: 7, code: 8)
            ])
        func word(_ value: UInt8) -> [UInt8] { [0, 0, 0, 0, 0, 0, 0, value] }
        let ids: [UInt8] = word(1) + word(2)
        let legs: [UInt8] = word(3) + word(4) + word(5) + word(6)
        let expected: [UInt8] = [3] + ids + [1, 0] + legs + [7, 0, 0, 0, 0, 0, 0, 0, 8, 0]
        #expect(command.encoded == expected)
        #expect(expected.count == 61)
    }

    @Test func `what is read from random bytes is what would be written`() throws {
        var random = Seeded(21)
        var accepted = 0
        for round in 0..<30_000 {
            var bytes = LedgerCommandTests.samples[round % 12].encoded
            if bytes.count > 500 { bytes = Array(bytes.prefix(61)) }
            for _ in 0...Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    random.once(in: 3)
                    ? [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
                    : .random(in: 0...255, using: &random)
            }
            if random.once(in: 5) { bytes.removeLast(.random(in: 0...bytes.count, using: &random)) }
            guard let command = try? LedgerCommand(decoding: bytes) else { continue }
            accepted += 1
            #expect(command.encoded == bytes)
        }
        #expect(accepted > 5000)
    }

    @Test func `hostile counts and amounts are refused`() {
        let transfer = LedgerCommand.transfer(TransferID(3), legs: [leg(1, 2, 5)]).encoded
        var noLegs = transfer
        noLegs[17] = 0
        var manyLegs = transfer
        manyLegs[18] = 0xff
        let legs = [Leg](repeating: leg(1, 2, 1), count: Leg.most + 1)
        let tooMany = LedgerCommand.transfer(TransferID(3), legs: legs).encoded
        let amounts = [Amount](repeating: 1, count: Leg.most + 1)
        let tooManyAmounts = LedgerCommand.post(
            TransferID(3), hold: TransferID(2), amounts: amounts
        ).encoded
        var negative = transfer
        negative[58] = 0x80
        var above = transfer
        above[58] = 0x40
        for bytes in [
            noLegs, manyLegs, tooMany, tooManyAmounts, negative, above, [], [0], [8], [0xff],
        ] {
            #expect(throws: FormatError.self) { try LedgerCommand(decoding: bytes) }
        }
    }
}

@Suite struct SnapshotTests {
    private func history(steps: Int, seed: UInt64) throws -> (books: Books, next: RandomHistory) {
        var history = RandomHistory(seed: seed)
        var books = Books(seed: 4)
        for account in RandomHistory.accounts { try books.open(account) }
        for step in 0..<steps {
            let (command, time) = history.next()
            _ = try? books.apply(command, at: time, index: UInt64(step))
        }
        return (books, history)
    }

    @Test func `books read back have the same root and go on the same`() throws {
        // More than one page of 64 KiB.
        var (books, history) = try history(steps: 5000, seed: 31)
        let bytes = books.encoded()
        #expect(bytes.count > (1 << 16) + (1 << 12))
        var copy = try Books(decoding: bytes, seed: 99)
        #expect(copy.root() == books.root())
        #expect(copy.recordCount == books.recordCount)
        #expect(copy.liveHolds() == books.liveHolds())
        for step in 5000..<6000 {
            let (command, time) = history.next()
            let first = outcome { () throws(LedgerError) in
                try books.apply(command, at: time, index: UInt64(step))
            }
            let second = outcome { () throws(LedgerError) in
                try copy.apply(command, at: time, index: UInt64(step))
            }
            #expect(first == second)
        }
        #expect(copy.root() == books.root())
        #expect(copy.encoded() == books.encoded())
    }

    @Test func `empty books and a page of the very size`() throws {
        var empty = Books()
        #expect(try Books(decoding: empty.encoded()).accountCount == 0)
        var books = try sampleBooks()
        let legs = [Leg](repeating: leg(1, 2, 0), count: Leg.most)
        for number in 1...40 {
            try books.transfer(TransferID(UInt64(number)), legs: legs, index: 1)
            var copy = try Books(decoding: books.encoded())
            #expect(copy.root() == books.root())
        }
    }

    @Test func `one flipped bit anywhere is found`() throws {
        var books = try history(steps: 120, seed: 32).books
        let bytes = books.encoded()
        var random = Seeded(33)
        for _ in 0..<1500 {
            var bad = bytes
            bad[.random(in: bad.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: FormatError.self) { try Books(decoding: bad) }
        }
        for _ in 0..<300 {
            let length = Int.random(in: 0..<bytes.count, using: &random)
            #expect(throws: FormatError.self) { try Books(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: FormatError.self) { try Books(decoding: bytes + [0]) }
    }

    @Test func `hostile lengths neither trap nor take memory`() throws {
        var books = try history(steps: 60, seed: 34).books
        let bytes = books.encoded()
        for offset in 40..<bytes.count {
            for value: UInt8 in [0, 0x7f, 0x80, 0xff] where bytes[offset] != value {
                var bad = bytes
                bad[offset] = value
                #expect(throws: FormatError.self) { try Books(decoding: bad) }
            }
        }
    }

    @Test func `a register with sums that do not agree is refused`() throws {
        var register = ShareRegister()
        for number in 1...7 { try register.join(AccountID(UInt64(number)), shares: 3) }
        try register.declare(1000)
        _ = register.materialise(limit: 3)
        let bytes = register.encoded
        #expect(try ShareRegister(decoding: bytes).encoded == bytes)
        for offset in [0, 8, 16, 32, 48, 56, 72, 80 + 16, 80 + 24, 80 + 40, bytes.count - 1] {
            for bit in 0..<8 {
                var bad = bytes
                bad[offset] ^= 1 << UInt8(bit)
                #expect(throws: FormatError.self, "byte \(offset)") {
                    try ShareRegister(decoding: bad)
                }
            }
        }
        var twice = bytes
        twice.replaceSubrange(80 + 56..<80 + 72, with: bytes[80..<96])
        #expect(throws: FormatError.self) { try ShareRegister(decoding: twice) }
        for length in 0..<bytes.count {
            #expect(throws: FormatError.self) {
                try ShareRegister(decoding: Array(bytes.prefix(length)))
            }
        }
    }
}
