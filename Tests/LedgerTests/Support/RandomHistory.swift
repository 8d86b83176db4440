// SPDX-License-Identifier: Apache-2.0
import Canon
import Ledger
import TestSupport

/// Random commands over a few accounts: mostly sensible, often not.
struct RandomHistory {
    var random: Seeded
    private var made: [LedgerCommand] = []
    private var holds: [(id: TransferID, legs: Int)] = []
    private(set) var time: Int64 = 1
    private var fresh: UInt64 = 0

    private let hugeEvery: Int

    init(seed: UInt64) {
        random = Seeded(seed)
        hugeEvery = seed % 8 == 0 ? 40 : 100_000
    }

    /// The accounts of the history: 1…12; odd ones of asset 1, even ones of asset 2.
    static let accounts: [Account] = (1...12).map { number in
        let rules: [AccountRules] = [
            [], .mayNotGoBelowZero, .mayNotGoBelowZero, [], .mayNotGoAboveZero, .mayOnlyBeCredited,
        ]
        return Account(
            id: AccountID(UInt64(number)), asset: UInt32(number % 2), code: UInt16(number),
            rules: rules[(number - 1) / 2], creditLimit: number >= 11 ? 500 : nil)
    }

    mutating func next() -> (command: LedgerCommand, time: Timestamp) {
        time += Int64.random(in: 0...3, using: &random)
        let command = command()
        if command.isRemembered { made.append(command) }
        if case .hold(let id, let legs, _) = command { holds.append((id, legs.count)) }
        return (command, Timestamp(second: time))
    }

    private mutating func command() -> LedgerCommand {
        if random.once(in: 12), let old = made.randomElement(using: &random) { return old }
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            let account = RandomHistory.accounts.randomElement(using: &random)!
            return .amend(
                account.id, rules: random.once(in: 12) ? [account.rules, .closed] : account.rules,
                creditLimit: random.once(in: 4) ? amount() : account.creditLimit)
        case 1: return .expire
        case 2..<8:
            let life = Int64.random(in: -1...40, using: &random)
            return .hold(
                id(), legs: legs(),
                expires: random.once(in: 3) ? nil : Timestamp(second: time + life))
        case 8..<11:
            guard let hold = holds.randomElement(using: &random) else { return .expire }
            let count = random.once(in: 10) ? hold.legs + 1 : hold.legs
            let amounts = (0..<count).map { _ in amount() }
            return .post(id(), hold: hold.id, amounts: random.once(in: 2) ? nil : amounts)
        case 11..<13:
            let hold = holds.randomElement(using: &random)?.id ?? id()
            return .void(id(), hold: hold)
        default: return .transfer(id(), legs: legs())
        }
    }

    /// A new id, or sometimes one that was used.
    private mutating func id() -> TransferID {
        fresh += 1
        return TransferID(
            random.once(in: 15) ? UInt64.random(in: 0...fresh, using: &random) : fresh)
    }

    private mutating func legs() -> [Leg] {
        var count = random.once(in: 3) ? Int.random(in: 2...4, using: &random) : 1
        if random.once(in: 60) { count = 0 }
        let side = UInt64.random(in: 0...1, using: &random)
        return (0..<count).map { _ in
            // Seldom from an account that may only be credited, or to one that is full.
            let debit = UInt64.random(in: 0...(random.once(in: 12) ? 5 : 4), using: &random)
            let credit = UInt64.random(in: 0...(random.once(in: 4) ? 5 : 3), using: &random)
            let strange = random.once(in: 60)
            return Leg(
                debit: AccountID(2 * debit + 1 + side),
                credit: AccountID(2 * credit + 1 + (strange ? 1 - side : side)),
                amount: amount(), code: .random(in: 0...20, using: &random))
        }
    }

    private mutating func amount() -> Amount {
        // Amounts that fill an account up end its story, so most histories have few of them.
        if random.once(in: hugeEvery) {
            return random.once(in: 2) ? .max : 2_305_843_009_213_693_952
        }
        return Amount(microunits: .random(in: 0...300, using: &random))!
    }
}

extension LedgerCommand {
    fileprivate var isRemembered: Bool {
        switch self {
        case .transfer, .hold, .post, .void: true
        case .open, .amend, .expire: false
        }
    }
}
