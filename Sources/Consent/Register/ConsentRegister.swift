// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// All grants of a node, what became of them, and every contributor's privacy budget: a
/// deterministic state machine without clock, randomness or I/O.
///
/// - Grants are numbered from zero in the order of arrival and never leave; at most one of a party
///   and pool is in force, the one given last.
/// - The privacy budget belongs to the party and pool, not to the grant: granting again, however
///   often, gives nothing back.
/// - A study finds its ``cohort(for:)``, then ``reserve(_:rho:at:)``s, and after reading
///   ``commit(_:)``s. What is reserved is out of reach of every other study.
///
/// Memory: about 600 bytes a grant.
public struct ConsentRegister: Sendable {
    var pools: [String] = []
    var poolPlaces: [String: UInt32] = [:]
    var tableSets: [TableSet] = []
    var tablePlaces: [[String]: UInt32] = [:]
    var grants: [GrantRecord] = []
    var budgets: [BudgetRecord] = []
    var grantPlaces: [Digest: UInt32] = [:]
    var budgetPlaces: [BudgetKey: UInt32] = [:]
    /// For each pool its grants in rising order; those out of force are swept out now and then.
    var members: [PoolMembers] = []
    /// Open reservations by number.
    var open: [Int: Reservation] = [:]
    /// The number of the next reservation.
    var nextReservation = 0
    var grantTree = StateTree()
    var budgetTree = StateTree()

    /// How far a contributor's clock may be ahead of the node's, in milliseconds.
    public static let clockTolerance: Int64 = 300_000

    /// Starts without grants.
    public init() {}

    /// How many grants there are, in force or not.
    public var count: Int { grants.count }

    /// The grant of that place, put together again.
    ///
    /// - Requires: `0 <= index < count`.
    public func grant(at index: Int) -> Grant? {
        let record = grants[index]
        let budget = budgets[Int(record.budget)]
        return try? Grant(
            party: budget.party, pool: pools[Int(budget.pool)],
            tables: tableSets[Int(record.tables)].names,
            mask: PurposeMask(bits: record.terms.purposes), priceFloor: record.terms.priceFloor,
            privacyLimit: record.terms.privacyLimit,
            privacyPerStudy: record.terms.privacyPerStudy, uses: record.terms.uses,
            given: record.given, starts: record.terms.starts, expires: record.terms.expires,
            notice: record.notice, commitment: record.commitment, id: record.id)
    }

    /// How many contributors have a grant in force for a pool, expired ones included.
    public func contributors(of pool: String) -> Int {
        guard Grant.isPool(pool), let place = poolPlaces[pool] else { return 0 }
        return members[Int(place)].places.count - members[Int(place)].stale
    }

    /// The id of the grant of that place.
    ///
    /// - Requires: `0 <= index < count`.
    public func id(at index: Int) -> Digest { grants[index].id }

    /// The party of the grant of that place.
    ///
    /// - Requires: `0 <= index < count`.
    public func party(at index: Int) -> PartyID { budgets[Int(grants[index].budget)].party }

    /// The journal index with which the grant of that place arrived.
    ///
    /// - Requires: `0 <= index < count`.
    public func journalIndex(at index: Int) -> UInt64 { grants[index].journalIndex }

    /// The place of the grant of that id.
    public func index(of grant: Digest) -> Int? { grantPlaces[grant].map(Int.init) }

    /// Whether the party of the grant of that place has withdrawn from its pool, and not granted anew since.
    ///
    /// - Requires: `0 <= index < count`.
    public func hasWithdrawn(at index: Int) -> Bool {
        budgets[Int(grants[index].budget)].withdrawn != nil
    }

    /// What became of the grant of that place.
    ///
    /// - Requires: `0 <= index < count`.
    public func usage(of index: Int) -> Usage {
        budgets[Int(grants[index].budget)].usage(of: UInt32(index))
    }

    /// What a party spent and has reserved in a pool, over all of its grants, in units of 2^-40
    /// of ρ.
    public func budget(of party: PartyID, in pool: String) -> (spent: UInt64, reserved: UInt64) {
        guard Grant.isPool(pool), let pool = poolPlaces[pool],
            let place = budgetPlaces[BudgetKey(party: party, pool: pool)]
        else { return (0, 0) }
        return (budgets[Int(place)].spent, budgets[Int(place)].reserved)
    }

    /// What is left of the privacy limit of the grant of that place, in units of 2^-40 of ρ.
    ///
    /// - Requires: `0 <= index < count`.
    public func privacyLeft(of index: Int) -> UInt64 {
        let usage = usage(of: index)
        let (used, overflow) = usage.spent.addingReportingOverflow(usage.reserved)
        let limit = grants[index].terms.privacyLimit
        return overflow || used > limit ? 0 : limit - used
    }

    /// Whether the grant of that place allows a study now: ``decide(_:usage:request:)`` with what
    /// the register knows.
    ///
    /// - Requires: `0 <= index < count`.
    public func decision(of index: Int, for request: Request) -> Decision {
        guard let grant = grant(at: index) else { return .denied(.superseded) }
        return decide(grant, usage: usage(of: index), request: request)
    }
}

/// Tables that grants list together, kept once.
struct TableSet: Hashable, Sendable {
    let names: [String]
    /// SHA-256 of the names, each with its length.
    let digest: Digest

    init(_ names: [String]) {
        self.names = names
        var writer = ByteWriter()
        for name in names { writer.write(name) }
        digest = Digest(of: writer.bytes)
    }
}

/// The grants of one pool.
struct PoolMembers: Hashable, Sendable {
    /// Places of grants, rising.
    var places: [UInt32] = []
    /// How many of them are out of force.
    var stale = 0
}

struct BudgetKey: Hashable, Sendable {
    let party: PartyID
    let pool: UInt32
}

/// One grant as it was signed; never changes.
struct GrantRecord: Hashable, Sendable {
    let id: Digest
    let budget: UInt32
    let tables: UInt32
    let terms: Terms
    let given: Timestamp
    let arrived: Timestamp
    let journalIndex: UInt64
    let notice: Digest
    let commitment: Digest
}

/// What a party's grants for one pool have in common: the budget, and the grant in force.
struct BudgetRecord: Hashable, Sendable {
    let party: PartyID
    let pool: UInt32
    /// The grant in force, or the last one.
    var current: UInt32
    /// Studies under the grant in force, with those that are running.
    var studies: UInt32 = 0
    var spent: UInt64 = 0
    var reserved: UInt64 = 0
    /// When the grant in force was withdrawn.
    var withdrawn: Timestamp?
    /// A new grant must be given after this.
    var latest: Timestamp
    /// The passkey that signed the grant in force, or the last one.
    var passkey: Digest?
    /// Whether the party's rows are kept out, whatever she grants.
    var suspended = false
    /// Whether the party's rows wait for a valuation.
    var unvalued = false

    func usage(of grant: UInt32) -> Usage {
        let inForce = current == grant
        return Usage(
            studies: inForce ? studies : 0, spent: spent, reserved: reserved,
            withdrawn: inForce ? withdrawn : nil, superseded: !inForce, suspended: suspended,
            unvalued: unvalued)
    }
}
