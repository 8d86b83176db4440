// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

/// What became of a grant that arrived.
public struct Admission: Hashable, Sendable {
    /// Its place in the register.
    public let index: Int
    /// Whether it arrived for the first time.
    public let isNew: Bool
    /// The grant whose place it took.
    public let replaced: Int?
}

extension ConsentRegister {
    /// Takes a signed grant. A grant that is known already changes nothing and is answered with its
    /// place, so an older grant cannot be brought back by sending it again. A new one takes the
    /// place of the party's grant for the same pool, with the privacy spent so far.
    ///
    /// - Parameters:
    ///   - time: when it arrived.
    ///   - index: the index of the journal entry that brings it.
    /// - Throws: ``ConsentError`` for a signature that does not verify, a grant that was given in
    ///   the future or not after the last word of its party on this pool, or one that has expired.
    /// - Cost: about 150 µs, nearly all of it the signature.
    @discardableResult
    public mutating func admit(
        _ signed: SignedGrant, at time: Timestamp, index: UInt64
    ) throws(ConsentError) -> Admission {
        guard signed.verify() else { throw .badSignature }
        return try enter(
            signed.grant, by: signed.passkey?.digest, at: time, index: index)
    }

    /// Takes a grant whose signatures were checked: by ``admit(_:at:index:)``, or when the journal
    /// that is replayed took it. Otherwise as that.
    ///
    /// - Parameter passkey: the ``PasskeyConsent/digest`` of the passkey that signed it too.
    @discardableResult
    package mutating func enter(
        _ grant: Grant, by passkey: Digest? = nil, at time: Timestamp, index: UInt64
    ) throws(ConsentError) -> Admission {
        let id = grant.id
        if let known = grantPlaces[id] {
            return Admission(index: Int(known), isNew: false, replaced: nil)
        }
        try check(grant.given, arrived: time)
        guard time < grant.expires else { throw .expired(grant.expires) }
        guard grants.count < Int(UInt32.max) else { throw .full }
        let place = UInt32(grants.count)
        let pool = intern(pool: grant.pool)
        let key = BudgetKey(party: grant.party, pool: pool)
        let budget: UInt32
        var replaced: Int?
        if let known = budgetPlaces[key] {
            budget = known
            replaced = try replace(
                budget: Int(known), by: place, passkey: passkey, given: grant.given)
        } else {
            budget = UInt32(budgets.count)
            budgetPlaces[key] = budget
            budgets.append(
                BudgetRecord(
                    party: grant.party, pool: pool, current: place, latest: grant.given,
                    passkey: passkey))
            budgetTree.appendOpen()
        }
        grants.append(
            GrantRecord(
                id: id, budget: budget, tables: intern(tables: grant.tables), terms: Terms(grant),
                given: grant.given, arrived: time, journalIndex: index, notice: grant.notice,
                commitment: grant.commitment))
        grantPlaces[id] = place
        grantTree.appendOpen()
        members[Int(pool)].places.append(place)
        return Admission(index: Int(place), isNew: true, replaced: replaced)
    }

    /// Takes a contributor's withdrawal: the grant ends before the next study. A second one for the
    /// same grant changes nothing.
    ///
    /// - Parameter time: when it arrived.
    /// - Returns: the place of the grant.
    /// - Throws: ``ConsentError`` for an unknown grant, a signature that is not of its party, one
    ///   from the future, or a grant that is no longer in force.
    @discardableResult
    public mutating func withdraw(
        _ withdrawal: Withdrawal, at time: Timestamp
    ) throws(ConsentError) -> Int {
        guard let place = grantPlaces[withdrawal.grant] else {
            throw .unknownGrant(withdrawal.grant)
        }
        let index = Int(grants[Int(place)].budget)
        guard withdrawal.verify(by: budgets[index].party) else { throw .badSignature }
        try check(withdrawal.time, arrived: time)
        guard budgets[index].current == place else {
            throw .superseded(by: Int(budgets[index].current))
        }
        guard budgets[index].withdrawn == nil else { return Int(place) }
        budgets[index].withdrawn = withdrawal.time
        budgets[index].latest = max(budgets[index].latest, withdrawal.time)
        budgetTree.open(index)
        retire(in: budgets[index].pool)
        return Int(place)
    }

    private func check(_ said: Timestamp, arrived: Timestamp) throws(ConsentError) {
        guard said <= arrived.adding(milliseconds: ConsentRegister.clockTolerance) else {
            throw .fromTheFuture(said: said, arrived: arrived)
        }
    }

    private mutating func replace(
        budget index: Int, by place: UInt32, passkey: Digest?, given: Timestamp
    ) throws(ConsentError) -> Int {
        guard given > budgets[index].latest else { throw .notNewer(than: budgets[index].latest) }
        // What a passkey allowed, only the same one widens. Ending it needs none.
        if budgets[index].withdrawn == nil, let known = budgets[index].passkey, known != passkey {
            throw .otherPasskey
        }
        budgets[index].passkey = passkey
        let old = budgets[index].current
        let wasWithdrawn = budgets[index].withdrawn != nil
        budgets[index].current = place
        budgets[index].studies = 0
        budgets[index].withdrawn = nil
        budgets[index].latest = given
        budgetTree.open(index)
        if !wasWithdrawn { retire(in: budgets[index].pool) }
        return Int(old)
    }

    /// Counts a grant that fell out of force, and sweeps when those are the larger part.
    private mutating func retire(in pool: UInt32) {
        let pool = Int(pool)
        members[pool].stale += 1
        guard members[pool].stale > 64, members[pool].stale > members[pool].places.count / 2 else {
            return
        }
        members[pool].places = members[pool].places.filter { isInForce($0) }
        members[pool].stale = 0
    }

    func isInForce(_ place: UInt32) -> Bool {
        let budget = budgets[Int(grants[Int(place)].budget)]
        return budget.current == place && budget.withdrawn == nil
    }

    private mutating func intern(pool: String) -> UInt32 {
        if let known = poolPlaces[pool] { return known }
        let place = UInt32(pools.count)
        pools.append(pool)
        poolPlaces[pool] = place
        members.append(PoolMembers())
        return place
    }

    private mutating func intern(tables: [String]) -> UInt32 {
        if let known = tablePlaces[tables] { return known }
        let place = UInt32(tableSets.count)
        tableSets.append(TableSet(tables))
        tablePlaces[tables] = place
        return place
    }
}
