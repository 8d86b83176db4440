// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// Contributors of a pool that shares by value whom its last valuation did not read: no study reads or pays them
/// until one does. Otherwise whoever comes between two valuations with somebody else's rows, or whose limits keep
/// valuations out and let cheaper studies in, would be paid as the honest are without anybody looking.
extension ConsentRegister {
    /// Lets a party wait for the pool's next valuation. New grants change nothing about it; a study that has its
    /// reservation ends as it began. A party who never granted anything in the pool is none of it.
    public mutating func awaitValuation(of party: PartyID, in pool: String) {
        set(true, for: party, in: pool)
    }

    /// Lets everybody who ever granted anything in a pool wait for its next valuation.
    ///
    /// - Cost: one pass over all budgets.
    public mutating func awaitValuation(in pool: String) {
        guard Grant.isPool(pool), let pool = poolPlaces[pool] else { return }
        for index in budgets.indices where budgets[index].pool == pool && !budgets[index].unvalued {
            budgets[index].unvalued = true
            budgetTree.open(index)
        }
    }

    /// Whether a party waits for the pool's next valuation.
    public func awaitsValuation(_ party: PartyID, in pool: String) -> Bool {
        place(of: party, in: pool).map { budgets[$0].unvalued } ?? false
    }

    /// How many have a grant in force in a pool (``standing(in:at:)``), and wait for its next valuation.
    ///
    /// - Cost: one pass over the pool's grants.
    public func awaitingValuation(in pool: String, at time: Timestamp) -> Int {
        standing(in: pool, at: time).count { usage(of: $0).unvalued }
    }

    /// Says that parties' rows were valued: from the next study on they are read and paid.
    public mutating func value(_ parties: [PartyID], in pool: String) {
        for party in parties { set(false, for: party, in: pool) }
    }

    private mutating func set(_ unvalued: Bool, for party: PartyID, in pool: String) {
        guard let place = place(of: party, in: pool), budgets[place].unvalued != unvalued else {
            return
        }
        budgets[place].unvalued = unvalued
        budgetTree.open(place)
    }
}
