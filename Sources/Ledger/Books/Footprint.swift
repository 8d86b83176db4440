// SPDX-License-Identifier: Apache-2.0

/// What the legs of one command do to each account together; kept to be filled anew.
struct Footprint: Sendable {
    /// The sums for one account, each at most 2^62.
    struct Change: Sendable {
        let slot: Int
        var debit: Int64 = 0
        var credit: Int64 = 0
    }

    /// One change for each touched account, in the order in which the legs first name them.
    private(set) var changes: [Change] = []
    /// For each account, its place in `changes` plus one; zero when it is not touched.
    private var marks: [UInt32] = []

    /// Makes room for one more account.
    mutating func grow() { marks.append(0) }

    /// Forgets the last command. Cost: one step for each account it touched.
    mutating func clear() {
        for change in changes { marks[change.slot] = 0 }
        changes.removeAll(keepingCapacity: true)
    }

    /// The place of an account in ``changes``.
    @inline(__always) private mutating func place(of slot: Int) -> Int {
        let mark = marks[slot]
        if mark != 0 { return Int(mark) - 1 }
        changes.append(Change(slot: slot))
        marks[slot] = UInt32(changes.count)
        return changes.count - 1
    }

    /// Adds a leg; returns the account whose sum would exceed 2^62, if one would.
    @inline(__always) mutating func add(debit: Int, credit: Int, amount: Int64) -> Int? {
        let from = place(of: debit)
        guard changes[from].debit <= Amount.largest - amount else { return debit }
        changes[from].debit += amount
        let to = place(of: credit)
        guard changes[to].credit <= Amount.largest - amount else { return credit }
        changes[to].credit += amount
        return nil
    }
}
