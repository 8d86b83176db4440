// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@testable import Ledger

@Suite struct ShareRegisterTests {
    private let a = AccountID(1)
    private let b = AccountID(2)
    private let c = AccountID(3)

    @Test func `a sale is shared by the shares held`() throws {
        var register = ShareRegister()
        try register.join(a, shares: 1)
        try register.join(b, shares: 3)
        try register.declare(1000)
        #expect(register.claim(of: a) == 250)
        #expect(register.claim(of: b) == 750)
        #expect(register.claim(of: c) == 0)
        #expect(
            register.materialise(limit: 9) == [
                Payout(holder: a, amount: 250), Payout(holder: b, amount: 750),
            ])
        #expect(register.materialise(limit: 9).isEmpty)
        #expect(register.paid == 1000)
    }

    @Test func `a late joiner gets nothing of the past, a leaver keeps what it accrued`() throws {
        var register = ShareRegister()
        try register.join(a, shares: 1)
        try register.declare(100)
        try register.join(b, shares: 1)
        #expect(register.claim(of: b) == 0)
        try register.declare(100)
        try register.leave(a)
        try register.declare(100)
        #expect(register.claim(of: a) == 150)
        #expect(register.claim(of: b) == 150)
        try register.join(a, shares: 3)
        try register.declare(100)
        #expect(register.claim(of: a) == 225)
        try register.reweigh(a, shares: 1)
        try register.declare(100)
        #expect(register.claim(of: a) == 275)
        #expect(register.isConserved)
        #expect(register.materialise(holders: [a, a, c]) == [Payout(holder: a, amount: 275)])
    }

    @Test func `the excluded get nothing of that sale and lose nothing else`() throws {
        var register = ShareRegister()
        for holder in [a, b, c] { try register.join(holder, shares: 2) }
        try register.declare(300)
        try register.declare(300, excluding: [b, b, AccountID(99)])
        #expect(register.claim(of: a) == 250)
        #expect(register.claim(of: b) == 100)
        try register.declare(300)
        #expect(register.claim(of: b) == 200)
        #expect(register.isConserved)
        #expect(throws: DividendError.nobodyHoldsShares) {
            try register.declare(1, excluding: [a, b, c])
        }
    }

    @Test func `with nobody there a sale is refused and the money can go back`() throws {
        var register = ShareRegister()
        #expect(throws: DividendError.nobodyHoldsShares) { try register.declare(1) }
        try register.join(a, shares: 1)
        try register.leave(a)
        #expect(throws: DividendError.nobodyHoldsShares) { try register.declare(1) }
        #expect(register.declared == 0)
    }

    @Test func `dust is carried until it is somebody's`() throws {
        var register = ShareRegister()
        for holder in [a, b, c] { try register.join(holder, shares: 1) }
        for _ in 0..<3 { try register.declare(1) }
        // A third of a micro-unit is not a binary fraction: 2^-64 parts are dust after each.
        #expect(register.exactClaim(of: a).whole == 1)
        #expect(register.exactClaim(of: a).fraction == 0)
        #expect(register.dust == 0)
        try register.declare(1)
        #expect(register.dust == 1)
        #expect(register.isConserved)
    }

    @Test func `a fraction below a micro-unit waits for its holder`() throws {
        var register = ShareRegister()
        for number in 1...10_000 { try register.join(AccountID(UInt64(number)), shares: 1) }
        try register.declare(5_000)
        #expect(register.materialise(limit: .max).isEmpty)
        try register.declare(5_000)
        let payouts = register.materialise(limit: .max)
        #expect(payouts.count == 10_000)
        #expect(payouts.allSatisfy { $0.amount == 1 })
        #expect(register.isConserved)
    }

    @Test func `rounds go on where the last one stopped`() throws {
        var register = ShareRegister()
        for number in 1...5 { try register.join(AccountID(UInt64(number)), shares: 1) }
        try register.declare(50)
        #expect(register.materialise(limit: 2).map(\.holder) == [a, b])
        try register.declare(50)
        #expect(
            register.materialise(limit: 4).map(\.holder)
                == [c, AccountID(4), AccountID(5), a])
        #expect(register.materialise(limit: 9, atLeast: 11).isEmpty)
        #expect(register.materialise(limit: 0).isEmpty)
        #expect(register.materialise(limit: -1).isEmpty)
        #expect(register.materialise(limit: 9, atLeast: 10).map(\.holder) == [b])
    }

    @Test func `what makes no sense is refused`() throws {
        var register = ShareRegister()
        try register.join(a, shares: .max)
        var root = register.root()
        func refused(
            _ error: DividendError, _ step: (inout ShareRegister) throws -> Void
        ) {
            #expect(throws: error) { try step(&register) }
            #expect(!error.description.isEmpty && !error.code.isEmpty)
            #expect(register.root() == root)
        }
        refused(.alreadyHolds(a)) { try $0.join(a, shares: 1) }
        refused(.noShares(b)) { try $0.join(b, shares: 0) }
        refused(.tooManyShares) { try $0.join(b, shares: 1) }
        refused(.noShares(a)) { try $0.reweigh(a, shares: 0) }
        refused(.holdsNothing(b)) { try $0.reweigh(b, shares: 1) }
        refused(.holdsNothing(b)) { try $0.leave(b) }
        try register.reweigh(a, shares: 7)
        try register.join(b, shares: .max - 7)
        root = register.root()
        refused(.tooManyShares) { try $0.reweigh(a, shares: 8) }
    }

    @Test(arguments: [UInt64(1), 3, .max])
    func `the largest sums neither trap nor leak`(shares: UInt64) throws {
        var register = ShareRegister()
        try register.join(a, shares: shares)
        let half = Amount(microunits: 1 << 61)!
        try register.declare(half)
        try register.declare(Amount(microunits: (1 << 61) - 1)!)
        #expect(throws: DividendError.totalTooLarge) { try register.declare(2) }
        try register.declare(1)
        #expect(register.isConserved)
        let left = register.materialise(limit: 1).map(\.amount).total() ?? .zero
        #expect(Amount.largest - left.microunits <= 1)
        #expect(register.isConserved)
        #expect(register.claim(of: a) == 0)
    }

    @Test(arguments: UInt64(1)...20)
    func `no unit is lost or made over any history`(seed: UInt64) throws {
        var random = Seeded(seed)
        var register = ShareRegister(seed: seed)
        var paid: Int64 = 0
        var steps = 0
        for _ in 0..<1500 {
            let holder = AccountID(.random(in: 1...25, using: &random))
            let shares =
                random.once(in: 20) ? UInt64.max >> 6 : .random(in: 0...1000, using: &random)
            let excluded = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                AccountID(.random(in: 1...25, using: &random))
            }
            do throws(DividendError) {
                switch Int.random(in: 0..<10, using: &random) {
                case 0, 1: try register.join(holder, shares: shares)
                case 2: try register.leave(holder)
                case 3: try register.reweigh(holder, shares: shares)
                case 4:
                    paid += register.materialise(
                        limit: .random(in: 0...30, using: &random),
                        atLeast: Amount(microunits: .random(in: 0...50, using: &random))!
                    ).reduce(0) { $0 + $1.amount.microunits }
                case 5:
                    paid += register.materialise(holders: excluded)
                        .reduce(0) { $0 + $1.amount.microunits }
                default:
                    let top: Int64 = random.once(in: 30) ? 1 << 50 : 5000
                    try register.declare(
                        Amount(microunits: .random(in: 0...top, using: &random))!,
                        excluding: excluded)
                }
                steps += 1
            } catch {}
            guard register.isConserved, register.paid.microunits == paid else {
                Issue.record("conservation is broken")
                return
            }
        }
        #expect(steps > 700)
        var copy = try ShareRegister(decoding: register.encoded)
        #expect(copy.root() == register.root())
    }

    @Test func `the root is the same however often it is asked for, and covers each change`() throws
    {
        var often = ShareRegister(seed: 1)
        var once = ShareRegister(seed: 2)
        var roots: Set<Digest> = []
        for number in 1...40 {
            for _ in 0..<2 where number < 40 { roots.insert(often.root()) }
            let holder = AccountID(UInt64(number))
            for register in [\Pair.first, \Pair.second] {
                var pair = Pair(first: often, second: once)
                try pair[keyPath: register].join(holder, shares: UInt64(number))
                try pair[keyPath: register].declare(100, excluding: number % 3 == 1 ? [] : [holder])
                if number % 5 == 0 { _ = pair[keyPath: register].materialise(limit: 2) }
                (often, once) = (pair.first, pair.second)
            }
        }
        #expect(roots.count == 39)
        #expect(often.root() == once.root())
    }

    private struct Pair {
        var first: ShareRegister
        var second: ShareRegister
    }
}

@Suite struct PayoutTests {
    @Test func `payouts are posted in groups, once, and empty the pool but for what is owed`()
        throws
    {
        var books = Books(seed: 8)
        var register = ShareRegister(seed: 8)
        let (pool, world) = (AccountID(500_000), AccountID(500_001))
        try books.open(Account(id: world, asset: 1))
        try books.open(Account(id: pool, asset: 1, rules: .mayNotGoBelowZero))
        for number in 1...2500 {
            let id = AccountID(UInt64(number))
            try books.open(Account(id: id, asset: 1, rules: .mayNotGoBelowZero))
            try register.join(id, shares: UInt64(number))
        }
        let revenue: Amount = 1_000_003
        try books.transfer(
            TransferID(1), legs: [Leg(debit: world, credit: pool, amount: revenue)], index: 1)
        try register.declare(revenue)
        let payouts = register.materialise(limit: .max)
        let commands = LedgerCommand.payouts(payouts, from: pool, batch: Digest(of: [1]))
        #expect(commands.count == 3)
        for _ in 0..<2 {
            for command in commands {
                try books.apply(command, at: Timestamp(second: 1), index: 2)
            }
        }
        #expect(
            books.balance(of: pool)?.available
                == revenue.microunits - register.paid.microunits)
        for payout in payouts {
            #expect(books.balance(of: payout.holder)?.available == payout.amount.microunits)
        }
        #expect(LedgerCommand.payouts([], from: pool, batch: .zero).isEmpty)
        let other = LedgerCommand.payouts(payouts, from: pool, batch: Digest(of: [2]))
        #expect(Set(other.map(\.id)).isDisjoint(with: commands.map(\.id)))
    }
}
