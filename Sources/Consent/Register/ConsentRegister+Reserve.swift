// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Privacy set aside for one study.
public struct Reservation: Hashable, Sendable {
    /// Its number; they are given in order from zero.
    public let number: Int
    /// The places of the grants that are charged, rising.
    public let grants: [Int]
    /// What each is charged, in units of 2^-40 of ρ.
    public let rho: UInt64
    /// Whether data was read: from then on nothing is given back.
    public internal(set) var isRead: Bool
    /// SHA-256 of the places.
    let digest: Digest

    init(number: Int, grants: [Int], rho: UInt64, isRead: Bool) {
        self.number = number
        self.grants = grants
        self.rho = rho
        self.isRead = isRead
        var writer = ByteWriter(reserving: grants.count * 4)
        for grant in grants { writer.write(UInt32(grant)) }
        digest = Digest(of: writer.bytes)
    }
}

extension ConsentRegister {
    /// Sets privacy aside for a study, with every member of its cohort or with none.
    ///
    /// Each member is decided again as things stand now: what another study reserved since the
    /// cohort was found, a withdrawal or an expiry in between, is seen here. So two studies cannot
    /// both get the last of a budget.
    ///
    /// - Parameters:
    ///   - rho: what each member is charged; in place of the request's.
    ///   - time: now; counts when it is later than the request's time.
    /// - Returns: the number of the reservation.
    /// - Throws: ``ConsentError/changed(grant:_:)`` for the first member that no longer allows it.
    /// - Cost: two passes over the cohort.
    public mutating func reserve(
        _ cohort: Cohort, rho: UInt64, at time: Timestamp
    ) throws(ConsentError) -> Int {
        guard !cohort.grants.isEmpty else { throw .emptyCohort }
        let asked = cohort.request
        let request = Request(
            pool: asked.pool, tables: asked.tables, purpose: asked.purpose, price: asked.price,
            rho: rho, time: max(asked.time, time))
        try recheck(cohort.grants, request)
        for grant in cohort.grants {
            let index = Int(grants[grant].budget)
            budgets[index].reserved += rho
            budgets[index].studies += 1
            budgetTree.open(index)
        }
        let number = nextReservation
        nextReservation += 1
        open[number] = Reservation(number: number, grants: cohort.grants, rho: rho, isRead: false)
        return number
    }

    /// Says that data is read from now on: the reservation can no longer be released.
    public mutating func beginReading(_ number: Int) throws(ConsentError) {
        guard open[number] != nil else { throw .unknownReservation(number) }
        open[number]?.isRead = true
    }

    /// Turns a reservation into spent privacy: together with the answer, or without one when the
    /// study broke off after data was read.
    ///
    /// - Cost: one pass over the cohort.
    public mutating func commit(_ number: Int) throws(ConsentError) {
        guard let reservation = open.removeValue(forKey: number) else {
            throw .unknownReservation(number)
        }
        for grant in reservation.grants {
            let index = Int(grants[grant].budget)
            budgets[index].reserved -= reservation.rho
            budgets[index].spent += reservation.rho
            budgetTree.open(index)
        }
    }

    /// Gives a reservation back, with the use that it counted: only while nothing was read.
    ///
    /// - Throws: ``ConsentError/alreadyRead(_:)`` after ``beginReading(_:)``.
    /// - Cost: one pass over the cohort.
    public mutating func release(_ number: Int) throws(ConsentError) {
        guard let reservation = open[number] else { throw .unknownReservation(number) }
        guard !reservation.isRead else { throw .alreadyRead(number) }
        open[number] = nil
        for grant in reservation.grants {
            let index = Int(grants[grant].budget)
            budgets[index].reserved -= reservation.rho
            // A newer grant counts its own studies only.
            if budgets[index].current == UInt32(grant) { budgets[index].studies -= 1 }
            budgetTree.open(index)
        }
    }

    /// The open reservations in the order of their numbers: after a crash those that were read are
    /// to be committed, the others released.
    public var reservations: [Reservation] { open.values.sorted { $0.number < $1.number } }

    private func recheck(_ places: [Int], _ request: Request) throws(ConsentError) {
        let asked = Asked(request)
        var matches: [UInt32: TableMatch] = [:]
        for place in places {
            // A cohort found by another register may name places that do not exist here.
            guard grants.indices.contains(place) else { throw .emptyCohort }
            let record = grants[place]
            let budget = budgets[Int(record.budget)]
            let match =
                matches[record.tables]
                ?? TableMatch(
                    granted: tableSets[Int(record.tables)].names, asked: request.tables)
            matches[record.tables] = match
            let samePool = pools[Int(budget.pool)].utf8.elementsEqual(request.pool.utf8)
            if let denial = asked.denial(
                by: record.terms, usage: budget.usage(of: UInt32(place)), samePool: samePool,
                tables: match)
            {
                throw .changed(grant: place, denial)
            }
        }
    }
}
