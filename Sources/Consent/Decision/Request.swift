// SPDX-License-Identifier: Apache-2.0
public import Canon

/// What a study asks of every grant it would use.
public struct Request: Hashable, Sendable {
    /// The pool that the study runs over.
    public let pool: String
    /// The tables it reads.
    public let tables: [String]
    /// The id of its one purpose, as the buyer wrote it; one that is not in ``PurposeTree`` is
    /// denied by every grant.
    public let purpose: String
    /// What the whole study costs the buyer, in micro-units.
    public let price: Int64
    /// The privacy that it costs each contributor at most, in units of 2^-40 of ρ.
    public let rho: UInt64
    /// When it starts.
    public let time: Timestamp

    /// Asks for a purpose by its id.
    public init(
        pool: String, tables: [String], purpose: String, price: Int64, rho: UInt64, time: Timestamp
    ) {
        self.pool = pool
        self.tables = tables
        self.purpose = purpose
        self.price = price
        self.rho = rho
        self.time = time
    }

    /// Asks for a purpose of the list.
    public init(
        pool: String, tables: [String], purpose: Purpose, price: Int64, rho: UInt64,
        time: Timestamp
    ) {
        self.init(
            pool: pool, tables: tables, purpose: purpose.id, price: price, rho: rho, time: time)
    }
}

/// What became of a grant so far.
public struct Usage: Hashable, Sendable {
    /// Studies that used the grant or hold a reservation under it.
    public var studies: UInt32
    /// Privacy spent by the grant's party in the grant's pool, under this and every earlier grant,
    /// in units of 2^-40 of ρ.
    public var spent: UInt64
    /// Privacy set aside for studies that run now, in the same unit.
    public var reserved: UInt64
    /// When the contributor withdrew the grant, if so.
    public var withdrawn: Timestamp?
    /// Whether a newer grant of the same party for the same pool took this one's place.
    public var superseded: Bool
    /// Whether the operator keeps the contributor's rows out of the pool's studies.
    public var suspended: Bool
    /// Whether the contributor's rows wait for a valuation, which reads them before any study does.
    public var unvalued: Bool

    /// States what became of a grant; by default nothing yet.
    public init(
        studies: UInt32 = 0, spent: UInt64 = 0, reserved: UInt64 = 0, withdrawn: Timestamp? = nil,
        superseded: Bool = false, suspended: Bool = false, unvalued: Bool = false
    ) {
        self.studies = studies
        self.spent = spent
        self.reserved = reserved
        self.withdrawn = withdrawn
        self.superseded = superseded
        self.suspended = suspended
        self.unvalued = unvalued
    }
}
