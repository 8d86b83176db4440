// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Identity

/// Contributors whose rows no study of a pool reads for the time being, and who are not paid for those that
/// run meanwhile: because the rows are somebody else's, say. Their grants and budgets stay as they are.
extension ConsentRegister {
    /// Keeps a party's rows out of a pool from the next study on, or lets them in again. New grants change
    /// nothing about it; a study that has its reservation ends as it began.
    ///
    /// - Returns: whether that changed anything; false for a party who never granted anything in the pool.
    @discardableResult
    public mutating func suspend(_ party: PartyID, in pool: String, _ suspended: Bool) -> Bool {
        guard let place = place(of: party, in: pool), budgets[place].suspended != suspended else {
            return false
        }
        budgets[place].suspended = suspended
        budgetTree.open(place)
        return true
    }

    func place(of party: PartyID, in pool: String) -> Int? {
        guard Grant.isPool(pool), let pool = poolPlaces[pool] else { return nil }
        return budgetPlaces[BudgetKey(party: party, pool: pool)].map(Int.init)
    }
}
