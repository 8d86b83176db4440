// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

/// The register as bytes. All numbers are little-endian; a text or list is a u32 count before its
/// bytes or items.
///
///     offset  size  what
///          0     8  "dvconsnt"
///          8     4  version: 1
///         12     4  pools: u32
///         16     4  table sets: u32
///         20     4  budgets: u32
///         24     4  grants: u32
///         28     4  open reservations: u32
///         32     8  number of the next reservation: u64
///         40     -  each pool: text
///          -     -  each table set: list of texts
///          -    81  each budget: party 32, pool u32, grant in force u32, studies u32, spent u64,
///                   reserved u64, flags u8, withdrawn i64, latest i64 (77 with the
///                   pool), and 32 more where the flags say that a passkey signed
///          -   180  each grant: id 32, budget u32, table set u32, purposes u64, price floor i64,
///                   privacy limit u64, per study u64, starts i64, expires i64, uses u32,
///                   given i64, arrived i64, journal index u64, notice 32, commitment 32
///          -     -  each reservation, by number: number u64, rho u64, read u8, list of places u32
///       last    32  the root of the state
extension ConsentRegister {
    static let magic = Array("dvconsnt".utf8)

    /// The state as bytes.
    ///
    /// - Cost: one pass, and that of ``root()``.
    public mutating func snapshot() -> [UInt8] {
        let root = root()
        var writer = ByteWriter(reserving: 64 + budgets.count * 80 + grants.count * 184)
        writer.write(raw: ConsentRegister.magic)
        writer.write(UInt32(1))
        for count in [pools.count, tableSets.count, budgets.count, grants.count, open.count] {
            writer.write(UInt32(count))
        }
        writer.write(UInt64(nextReservation))
        for pool in pools { writer.write(pool) }
        for set in tableSets {
            writer.write(UInt32(set.names.count))
            for name in set.names { writer.write(name) }
        }
        for budget in budgets {
            writer.write(raw: budget.party.publicKey)
            writer.write(budget.pool)
            budget.writeState(to: &writer)
        }
        for grant in grants { grant.write(to: &writer) }
        for reservation in reservations {
            writer.write(UInt64(reservation.number))
            writer.write(reservation.rho)
            writer.write(UInt8(reservation.isRead ? 1 : 0))
            writer.write(UInt32(reservation.grants.count))
            for grant in reservation.grants { writer.write(UInt32(grant)) }
        }
        writer.write(root)
        return writer.bytes
    }

    /// Reads a snapshot.
    ///
    /// - Throws: ``FormatError`` with the byte where the snapshot is not what ``snapshot()`` writes:
    ///   unknown version, places that do not exist, budgets that do not add up, a wrong root.
    /// - Cost: one pass and two hashes a record; about 10 µs a grant.
    public init(snapshot bytes: [UInt8]) throws(FormatError) {
        self.init()
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == ConsentRegister.magic else {
            throw FormatError("not a snapshot of a consent register", at: 0)
        }
        guard try reader.read(UInt32.self) == 1 else {
            throw FormatError("version 1 wanted", at: 8)
        }
        let counts = (
            pools: try reader.read(UInt32.self), sets: try reader.read(UInt32.self),
            budgets: try reader.read(UInt32.self), grants: try reader.read(UInt32.self),
            open: try reader.read(UInt32.self)
        )
        guard let next = Int(exactly: try reader.read(UInt64.self)), next <= 1 << 53 else {
            throw FormatError("a number up to 2^53 wanted", at: 32)
        }
        nextReservation = next
        for _ in 0..<counts.pools { try readPool(&reader) }
        for _ in 0..<counts.sets { try readTables(&reader) }
        for _ in 0..<counts.budgets { try readBudget(&reader, grants: counts.grants) }
        for _ in 0..<counts.grants { try readGrant(&reader) }
        for (index, budget) in budgets.enumerated()
        where Int(grants[Int(budget.current)].budget) != index {
            throw FormatError("a budget names another's grant", at: reader.offset)
        }
        for _ in 0..<counts.open { try readReservation(&reader) }
        try checkReserved(at: reader.offset)
        for pool in members.indices {
            members[pool].places = members[pool].places.filter { isInForce($0) }
        }
        let rootOffset = reader.offset
        guard try reader.readDigest() == root() else {
            throw FormatError("the root does not fit the state", at: rootOffset)
        }
        try reader.finish()
    }

    private mutating func readPool(_ reader: inout ByteReader) throws(FormatError) {
        let offset = reader.offset
        let pool = try reader.readText()
        guard Grant.isPool(pool), poolPlaces[pool] == nil else {
            throw FormatError("not the name of a pool, or named twice", at: offset)
        }
        poolPlaces[pool] = UInt32(pools.count)
        pools.append(pool)
        members.append(PoolMembers())
    }

    private mutating func readTables(_ reader: inout ByteReader) throws(FormatError) {
        let offset = reader.offset
        let count = try reader.read(UInt32.self)
        guard count <= Grant.mostTables else { throw FormatError("too many tables", at: offset) }
        var names: [String] = []
        for _ in 0..<count { names.append(try reader.readText()) }
        let rising = zip(names, names.dropFirst()).allSatisfy { $0 < $1 }
        guard names.allSatisfy(Grant.isTable), rising, tablePlaces[names] == nil else {
            throw FormatError("not names of tables in rising order, or twice", at: offset)
        }
        tablePlaces[names] = UInt32(tableSets.count)
        tableSets.append(TableSet(names))
    }

    private mutating func readBudget(
        _ reader: inout ByteReader, grants: UInt32
    ) throws(FormatError) {
        let offset = reader.offset
        let budget = try BudgetRecord(from: &reader)
        guard budget.pool < pools.count, budget.current < grants else {
            throw FormatError("a budget of no pool or no grant", at: offset)
        }
        guard !budget.spent.addingReportingOverflow(budget.reserved).overflow else {
            throw FormatError("more privacy than can be counted", at: offset)
        }
        let key = BudgetKey(party: budget.party, pool: budget.pool)
        guard budgetPlaces.updateValue(UInt32(budgets.count), forKey: key) == nil else {
            throw FormatError("two budgets of one party and pool", at: offset)
        }
        budgets.append(budget)
        budgetTree.appendOpen()
    }

    private mutating func readGrant(_ reader: inout ByteReader) throws(FormatError) {
        let offset = reader.offset
        let grant = try GrantRecord(from: &reader)
        guard grant.budget < budgets.count, grant.tables < tableSets.count else {
            throw FormatError("a grant of no budget or no tables", at: offset)
        }
        guard grantPlaces.updateValue(UInt32(grants.count), forKey: grant.id) == nil else {
            throw FormatError("a grant stands twice", at: offset)
        }
        members[Int(budgets[Int(grant.budget)].pool)].places.append(UInt32(grants.count))
        grants.append(grant)
        grantTree.appendOpen()
    }

    private mutating func readReservation(_ reader: inout ByteReader) throws(FormatError) {
        let offset = reader.offset
        let number = try reader.read(UInt64.self)
        let rho = try reader.read(UInt64.self)
        let read = try reader.read(UInt8.self)
        let count = try reader.read(UInt32.self)
        guard number < UInt64(nextReservation), read <= 1, open[Int(number)] == nil,
            count <= grants.count
        else { throw FormatError("a reservation that cannot be", at: offset) }
        var places: [Int] = []
        for _ in 0..<count {
            let place = Int(try reader.read(UInt32.self))
            guard place < grants.count, place > places.last ?? -1 else {
                throw FormatError("places of grants in rising order wanted", at: offset)
            }
            places.append(place)
        }
        open[Int(number)] = Reservation(
            number: Int(number), grants: places, rho: rho, isRead: read == 1)
    }

    /// What budgets hold in reserve is what the open reservations add up to, and each of those is
    /// counted as a study of its grant.
    private func checkReserved(at offset: Int) throws(FormatError) {
        var sums = [UInt64](repeating: 0, count: budgets.count)
        var studies = [UInt32](repeating: 0, count: budgets.count)
        for reservation in open.values {
            for grant in reservation.grants {
                let index = Int(grants[grant].budget)
                if Int(budgets[index].current) == grant { studies[index] += 1 }
                let (sum, overflow) = sums[index].addingReportingOverflow(reservation.rho)
                guard !overflow else {
                    throw FormatError("more privacy than can be counted", at: offset)
                }
                sums[index] = sum
            }
        }
        for (index, budget) in budgets.enumerated()
        where budget.reserved != sums[index] || budget.studies < studies[index] {
            throw FormatError("budgets and reservations do not add up", at: offset)
        }
    }
}

extension GrantRecord {
    func write(to writer: inout ByteWriter) {
        writer.write(id)
        writer.write(budget)
        writer.write(tables)
        terms.write(to: &writer)
        writer.write(given.milliseconds)
        writer.write(arrived.milliseconds)
        writer.write(journalIndex)
        writer.write(notice)
        writer.write(commitment)
    }

    init(from reader: inout ByteReader) throws(FormatError) {
        id = try reader.readDigest()
        budget = try reader.read()
        tables = try reader.read()
        let start = reader.offset
        terms = Terms(
            purposes: try reader.read(), priceFloor: try reader.read(),
            privacyLimit: try reader.read(), privacyPerStudy: try reader.read(),
            starts: try reader.readTime(), expires: try reader.readTime(), uses: try reader.read())
        guard terms.purposes >> UInt64(PurposeTree.all.count) == 0 else {
            throw FormatError("an unknown purpose", at: start)
        }
        given = try reader.readTime()
        arrived = Timestamp(milliseconds: try reader.read(Int64.self))
        journalIndex = try reader.read()
        notice = try reader.readDigest()
        commitment = try reader.readDigest()
    }
}

extension BudgetRecord {
    init(from reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        guard let party = PartyID(publicKey: try reader.read(count: 32)) else {
            throw FormatError("a party wanted", at: start)
        }
        self.party = party
        pool = try reader.read()
        current = try reader.read()
        studies = try reader.read()
        spent = try reader.read()
        reserved = try reader.read()
        let flags = try reader.read(UInt8.self)
        let time = try reader.readTime()
        let isWithdrawn = flags & 1 == 1
        guard flags <= 15, isWithdrawn || time.milliseconds == 0 else {
            throw FormatError("a withdrawal or none wanted", at: start)
        }
        withdrawn = isWithdrawn ? time : nil
        latest = try reader.readTime()
        passkey = flags & 2 == 2 ? try reader.readDigest() : nil
        suspended = flags & 4 == 4
        unvalued = flags & 8 == 8
    }
}

extension ByteReader {
    fileprivate mutating func readTime() throws(FormatError) -> Timestamp {
        let time = Timestamp(milliseconds: try read(Int64.self))
        guard Grant.moments.contains(time) else {
            throw FormatError("a moment from 1970 to 9999 wanted", at: offset - 8)
        }
        return time
    }
}
