// SPDX-License-Identifier: Apache-2.0
import Canon

@testable import Ledger

/// The books once more, as plainly as possible: dictionaries, wide integers, no sharing.
struct NaiveBooks {
    struct Refusal: Error { let code: String }
    struct Side: Hashable { var posted: Int128 = 0, pending: Int128 = 0 }
    struct Entry { var account: Account, debits = Side(), credits = Side() }
    struct Made {
        let id: TransferID, legs: [Leg], expires: Timestamp?; var state = Hold.State.held
    }

    var entries: [AccountID: Entry] = [:]
    var answers: [TransferID: (command: LedgerCommand, reply: TransferReply)] = [:]
    var holds: [Made] = []

    mutating func apply(
        _ command: LedgerCommand, at time: Timestamp, index: UInt64
    ) throws(Refusal) -> LedgerReply {
        if let id = command.id, let earlier = answers[id] {
            guard normal(earlier.command) == normal(command) else {
                throw Refusal(code: "id_differs")
            }
            return .transfer(earlier.reply)
        }
        switch command {
        case .open(let account):
            if let known = entries[account.id] {
                guard known.account == account else { throw Refusal(code: "account_exists") }
            } else {
                entries[account.id] = Entry(account: account)
            }
            return .account(described(account.id))
        case .amend(let id, let rules, let limit):
            guard var entry = entries[id] else { throw Refusal(code: "account_unknown") }
            entry.account.rules = rules
            entry.account.creditLimit = limit
            guard entry.room >= 0, entry.headroom >= 0 else {
                throw Refusal(code: "outside_new_limit")
            }
            entries[id] = entry
            return .account(described(id))
        case .transfer(let id, let legs):
            let old = entries
            try check(legs)
            for leg in legs {
                entries[leg.debit]!.debits.posted += Int128(leg.amount.microunits)
                entries[leg.credit]!.credits.posted += Int128(leg.amount.microunits)
            }
            try judge(legs, since: old)
            return keep(command, reply(.transfer, id, nil, index, moved: legs))
        case .hold(let id, let legs, let expires):
            if let expires, expires <= time { throw Refusal(code: "expiry_not_ahead") }
            let old = entries
            try check(legs)
            for leg in legs {
                entries[leg.debit]!.debits.pending += Int128(leg.amount.microunits)
                entries[leg.credit]!.credits.pending += Int128(leg.amount.microunits)
            }
            try judge(legs, since: old)
            holds.append(Made(id: id, legs: legs, expires: expires))
            return keep(command, reply(.hold, id, nil, index, held: legs))
        case .post(let id, let hold, let amounts):
            let place = try live(hold, at: time)
            let legs = holds[place].legs
            let wanted = amounts ?? legs.map(\.amount)
            guard wanted.count == legs.count else { throw Refusal(code: "amount_count") }
            guard zip(legs, wanted).allSatisfy({ $1 <= $0.amount }) else {
                throw Refusal(code: "post_exceeds_hold")
            }
            end(place, as: .posted)
            let moved = zip(legs, wanted).map {
                Leg(debit: $0.debit, credit: $0.credit, amount: $1, code: $0.code)
            }
            for leg in moved {
                entries[leg.debit]!.debits.posted += Int128(leg.amount.microunits)
                entries[leg.credit]!.credits.posted += Int128(leg.amount.microunits)
            }
            return keep(command, reply(.post, id, hold, index, moved: moved, released: legs))
        case .void(let id, let hold):
            let place = try live(hold, at: time)
            end(place, as: .voided)
            return keep(command, reply(.void, id, hold, index, released: holds[place].legs))
        case .expire:
            let over = holds.indices.filter {
                holds[$0].state == .held && holds[$0].expires.map { $0 <= time } ?? false
            }
            return .expired(
                over.sorted { (holds[$0].expires!, $0) < (holds[$1].expires!, $1) }.map {
                    end($0, as: .expired)
                    return reply(
                        .expiry, holds[$0].id, holds[$0].id, index, released: holds[$0].legs)
                })
        }
    }

    private mutating func end(_ place: Int, as state: Hold.State) {
        holds[place].state = state
        for leg in holds[place].legs {
            entries[leg.debit]!.debits.pending -= Int128(leg.amount.microunits)
            entries[leg.credit]!.credits.pending -= Int128(leg.amount.microunits)
        }
    }

    private func live(_ id: TransferID, at time: Timestamp) throws(Refusal) -> Int {
        guard let place = holds.firstIndex(where: { $0.id == id }) else {
            throw Refusal(code: "hold_unknown")
        }
        guard holds[place].state == .held else { throw Refusal(code: "hold_ended") }
        if let expires = holds[place].expires, expires <= time {
            throw Refusal(code: "hold_overdue")
        }
        return place
    }

    private func check(_ legs: [Leg]) throws(Refusal) {
        guard (1...1024).contains(legs.count) else { throw Refusal(code: "leg_count") }
        var sums: [[AccountID: Int128]] = [[:], [:]]
        for leg in legs {
            guard leg.debit != leg.credit else { throw Refusal(code: "same_account") }
            guard let debit = entries[leg.debit]?.account, let credit = entries[leg.credit]?.account
            else { throw Refusal(code: "account_unknown") }
            guard debit.asset == credit.asset else { throw Refusal(code: "assets_differ") }
            guard !debit.rules.contains(.closed), !credit.rules.contains(.closed) else {
                throw Refusal(code: "account_closed")
            }
            if debit.rules.contains(.mayOnlyBeCredited) {
                throw Refusal(code: "may_only_be_credited")
            }
            if credit.rules.contains(.mayOnlyBeDebited) {
                throw Refusal(code: "may_only_be_debited")
            }
            sums[0][leg.debit, default: 0] += Int128(leg.amount.microunits)
            sums[1][leg.credit, default: 0] += Int128(leg.amount.microunits)
            guard sums[0][leg.debit]! <= 1 << 62, sums[1][leg.credit]! <= 1 << 62 else {
                throw Refusal(code: "total_too_large")
            }
        }
    }

    /// Judges the state after the legs; puts back the state before them when it is not allowed.
    private mutating func judge(
        _ legs: [Leg], since old: [AccountID: Entry]
    ) throws(Refusal) {
        var code: String?
        for leg in legs {
            for id in [leg.debit, leg.credit] where code == nil {
                let (after, before) = (entries[id]!, old[id]!)
                if after.debits.posted + after.debits.pending > 1 << 62
                    || after.credits.posted + after.credits.pending > 1 << 62
                {
                    code = "total_too_large"
                } else if after.room < 0, after.room < before.room {
                    code = "insufficient_funds"
                } else if after.headroom < 0, after.headroom < before.headroom {
                    code = "above_zero"
                }
            }
        }
        if let code {
            entries = old
            throw Refusal(code: code)
        }
    }

    private mutating func keep(_ command: LedgerCommand, _ reply: TransferReply) -> LedgerReply {
        answers[reply.id] = (command, reply)
        return .transfer(reply)
    }

    private func reply(
        _ kind: TransferReply.Kind, _ id: TransferID, _ hold: TransferID?, _ index: UInt64,
        moved: [Leg] = [], held: [Leg] = [], released: [Leg] = []
    ) -> TransferReply {
        var touched: [AccountID] = []
        for id in (held + released + moved).flatMap({ [$0.debit, $0.credit] })
        where !touched.contains(id) { touched.append(id) }
        return TransferReply(
            kind: kind, id: id, hold: hold, index: index, moved: moved, held: held,
            released: released,
            balances: touched.map { AccountBalance(account: $0, balance: described($0).balance) })
    }

    /// A post of everything is the same request however it is written.
    private func normal(_ command: LedgerCommand) -> LedgerCommand {
        guard case .post(let id, let hold, let amounts) = command else { return command }
        let held = holds.first { $0.id == hold }?.legs.map(\.amount)
        return .post(id, hold: hold, amounts: amounts ?? held)
    }

    private func described(_ id: AccountID) -> Account {
        var account = entries[id]!.account
        account.balance = entries[id]!.balance
        return account
    }
}

extension NaiveBooks.Entry {
    var balance: Balance {
        Balance(
            debitsPosted: Amount(microunits: Int64(debits.posted))!,
            debitsPending: Amount(microunits: Int64(debits.pending))!,
            creditsPosted: Amount(microunits: Int64(credits.posted))!,
            creditsPending: Amount(microunits: Int64(credits.pending))!)
    }

    /// How far it is above its floor.
    var room: Int128 {
        let available = credits.posted - debits.posted - debits.pending
        return account.floor.map { available - Int128($0) } ?? .max
    }

    /// How far it is below its ceiling.
    var headroom: Int128 {
        account.rules.contains(.mayNotGoAboveZero)
            ? debits.posted - credits.posted - credits.pending : .max
    }
}

extension LedgerCommand {
    /// The id under which it is answered once.
    var id: TransferID? {
        switch self {
        case .open, .amend, .expire: nil
        case .transfer(let id, _), .hold(let id, _, _), .post(let id, _, _), .void(let id, _): id
        }
    }
}
