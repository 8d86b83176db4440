// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// Privacy that is spent on a number published for each contributor alone, outside of studies.
extension ConsentRegister {
    /// The grants in force for a pool that leave so much privacy to spend, by place, rising.
    ///
    /// - Cost: one pass over the pool's grants.
    public func chargeable(in pool: String, rho: UInt64, at time: Timestamp) -> [Int] {
        guard Grant.isPool(pool), let pool = poolPlaces[pool] else { return [] }
        return members[Int(pool)].places.map(Int.init).filter {
            denial(of: $0, rho: rho, at: time) == nil
        }
    }

    /// The grants in force for a pool, whatever privacy they leave, by place, rising: not withdrawn, not too early or
    /// too late, and of nobody who is suspended.
    ///
    /// - Cost: one pass over the pool's grants.
    public func standing(in pool: String, at time: Timestamp) -> [Int] {
        guard Grant.isPool(pool), let pool = poolPlaces[pool] else { return [] }
        return members[Int(pool)].places.map(Int.init).filter {
            usage(of: $0).denial == nil && grants[$0].terms.denial(at: time) == nil
        }
    }

    /// Charges each of some parties so much privacy, or none of them: all have a grant in force for
    /// the pool that allows it. It counts against the limit of the grant, not as one of its studies.
    ///
    /// - Throws: ``ConsentError/emptyCohort`` for no party, one without a grant, or one named twice;
    ///   ``ConsentError/changed(grant:_:)`` for the first whose grant does not allow it.
    /// - Cost: two steps a party.
    public mutating func charge(
        _ parties: [PartyID], in pool: String, rho: UInt64, at time: Timestamp
    ) throws(ConsentError) {
        guard Grant.isPool(pool), let pool = poolPlaces[pool], !parties.isEmpty,
            Set(parties).count == parties.count
        else { throw .emptyCohort }
        var charged: [Int] = []
        for party in parties {
            guard let place = budgetPlaces[BudgetKey(party: party, pool: pool)] else {
                throw .emptyCohort
            }
            let grant = Int(budgets[Int(place)].current)
            if let denial = denial(of: grant, rho: rho, at: time) {
                throw .changed(grant: grant, denial)
            }
            charged.append(Int(place))
        }
        for index in charged {
            budgets[index].spent += rho
            budgetTree.open(index)
        }
    }

    /// The rules of ``Denial`` that do not ask what a study is for, in their order. Whoever waits for a valuation may be
    /// charged: it is what she waits for.
    private func denial(of place: Int, rho: UInt64, at time: Timestamp) -> Denial? {
        let (terms, usage) = (grants[place].terms, usage(of: place))
        if let denial = usage.denial { return denial }
        if terms.purposes == 0 { return .noPurposes }
        if tableSets[Int(grants[place].tables)].names.isEmpty { return .noTables }
        return terms.denial(at: time) ?? terms.denial(of: rho, after: usage)
    }
}
