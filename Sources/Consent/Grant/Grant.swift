// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A contributor's consent: what one pool may do with which tables of one party, for which
/// purposes, at what price, at what cost in privacy, how often and until when.
///
/// A grant is what the contributor signs (``SignedGrant``); nothing in it can be changed later. It
/// names a pseudonym, never the person. Whether it allows a study is for ``decide(_:usage:request:)``
/// alone to say.
public struct Grant: Hashable, Sendable {
    /// Who consents: the key that the contributor uses for this pool only.
    public let party: PartyID
    /// The pool that may use the data: 1 to 128 of `a-z A-Z 0-9 . _ : / @ -`.
    public let pool: String
    /// The tables that may be read, rising and each once: 1 to 64 of `a-z 0-9 _` each, at most 64.
    /// Empty means none.
    public let tables: [String]
    /// What a study must at least cost as a whole, in micro-units.
    public let priceFloor: Int64
    /// The privacy that all studies together may cost, in units of 2^-40 of ρ (zero-concentrated
    /// differential privacy).
    public let privacyLimit: UInt64
    /// The most that one study may cost, in the same unit.
    public let privacyPerStudy: UInt64
    /// How many studies at most.
    public let uses: UInt32
    /// When the contributor said yes. Of two grants for one pool the one given later holds.
    public let given: Timestamp
    /// The first moment at which a study may start.
    public let starts: Timestamp
    /// The first moment at which no study may start any more.
    public let expires: Timestamp
    /// The digest of the text that the contributor was shown.
    public let notice: Digest
    /// The salted digest of what stays sealed (``Commitment``): who the party is.
    public let commitment: Digest

    /// The digest of the canonical bytes: the name of this grant everywhere.
    public private(set) var id = Digest.zero

    let mask: PurposeMask

    /// What the data may be used for, each with all that is narrower. Empty means nothing.
    public var purposes: Set<Purpose> { Set(mask.purposes) }

    /// The largest number of tables in one grant.
    public static let mostTables = 64

    /// Puts a grant together. Tables may be in any order.
    ///
    /// - Parameter given: when the contributor said yes; when left out, the moment it starts.
    /// - Throws: ``MemberError`` for a name that breaks its rule, a table named twice, a negative
    ///   price, a moment outside 1970…9999, and unless `given <= starts < expires`.
    public init(
        party: PartyID, pool: String, tables: [String], purposes: Set<Purpose>, priceFloor: Int64,
        privacyLimit: UInt64, privacyPerStudy: UInt64, uses: UInt32, starts: Timestamp,
        expires: Timestamp, notice: Digest, commitment: Digest, given: Timestamp? = nil
    ) throws(MemberError) {
        try self.init(
            party: party, pool: pool, tables: tables, mask: PurposeMask(purposes),
            priceFloor: priceFloor, privacyLimit: privacyLimit, privacyPerStudy: privacyPerStudy,
            uses: uses, given: given ?? starts, starts: starts, expires: expires, notice: notice,
            commitment: commitment)
    }

    init(
        party: PartyID, pool: String, tables: [String], mask: PurposeMask, priceFloor: Int64,
        privacyLimit: UInt64, privacyPerStudy: UInt64, uses: UInt32, given: Timestamp,
        starts: Timestamp, expires: Timestamp, notice: Digest, commitment: Digest,
        id known: Digest? = nil
    ) throws(MemberError) {
        guard Grant.isPool(pool) else {
            throw MemberError("pool", "1 to 128 of a-z A-Z 0-9 . _ : / @ - wanted")
        }
        guard tables.count <= Grant.mostTables else {
            throw MemberError("tables", "at most \(Grant.mostTables) tables wanted")
        }
        guard tables.allSatisfy(Grant.isTable) else {
            throw MemberError("tables", "names of 1 to 64 of a-z 0-9 _ wanted")
        }
        guard Set(tables).count == tables.count else {
            throw MemberError("tables", "a table stands twice")
        }
        guard priceFloor >= 0 else { throw MemberError("priceFloor", "must not be negative") }
        for (name, time) in [("given", given), ("starts", starts), ("expires", expires)] {
            guard Grant.moments.contains(time) else {
                throw MemberError(name, "a moment from 1970 to 9999 wanted")
            }
        }
        guard given <= starts else { throw MemberError("starts", "must not be before it is given") }
        guard starts < expires else { throw MemberError("expires", "must be after the start") }
        self.party = party
        self.pool = pool
        self.tables = tables.sorted()
        self.mask = mask
        self.priceFloor = priceFloor
        self.privacyLimit = privacyLimit
        self.privacyPerStudy = privacyPerStudy
        self.uses = uses
        self.given = given
        self.starts = starts
        self.expires = expires
        self.notice = notice
        self.commitment = commitment
        id = known ?? Digest(of: canonical)
    }

    /// 1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z.
    static let moments =
        Timestamp(milliseconds: 0)...Timestamp(milliseconds: 253_402_300_799_999)

    // Names are ASCII, for Swift's == takes texts of different bytes for equal.

    static func isPool(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }

    static func isTable(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
