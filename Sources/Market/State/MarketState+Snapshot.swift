// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
internal import Fields
internal import Identity
internal import Ledger
internal import Settlement

/// The state as bytes. Numbers are little-endian; a text or list is a u32 count before its bytes or
/// items; a varint is seven bits a byte.
///
///     offset  size  what
///          0     8  "dvmarket"
///          8     4  version: 6
///         12    32  the node's key; zeros before the exchange began
///         44     -  name: text
///          -     8  time of the last change: i64 milliseconds
///          -     -  the books, as Ledger writes them: length u64 and bytes
///          -     -  the consent register, as Consent writes it: length u64 and bytes
///          -     -  pools: u32, and of each, by name: offer as canonical JSON, epoch u32 and its
///                   beginning i64, declared i64, answered orders as digests, register as Ledger writes
///                   it, suspensions: u32, and of each, from the oldest: party 32, code u8, reason
///                   text (empty for none), since u64, appealed u64, upheld u8; whose were lifted: u32, and 32 of each; the epoch that was valued u32, its cost and its entry u64
///          -     -  orders: u32, and of each, in order of arrival: see ``OrderState``
///          -     -  segments: u32, and of each, in order of arrival: id 32, party 32, table text,
///                   erased u8
///          -     -  hidden accounts: root 32, depth u8, their keys: u32,
///                   and of each 32; links: u32, and of each whose, a digest, and 32 of the link; batches: u32,
///                   and of each as ``BatchState`` has it
///          -     -  committed columns: u32, and of each as ``ColumnsState`` has it; where rows changed last, u64
///          -     -  models that are or were let: u32, and of each in order of arrival order 32 and what ``RentalState``
///                   has; calls: u32, and of each name 32 and what ``CallState`` has
///       last    32  the root of the state
///
/// A snapshot spares the replay of the journal; it holds nothing that the journal does not give, and
/// can be deleted.
extension MarketState {
    static let magic = Array("dvmarket".utf8)

    /// The state as bytes. Cost: one pass, and that of ``root()``.
    package mutating func snapshot() -> [UInt8] {
        let root = root()
        var writer = ByteWriter(reserving: 4096 + 512 * consent.count + 128 * segments.count)
        writer.write(raw: MarketState.magic)
        writer.write(UInt32(6))
        writer.write(raw: node?.publicKey ?? [UInt8](repeating: 0, count: 32))
        writer.write(name)
        writer.write(time.milliseconds)
        writer.write(long: books.encoded())
        writer.write(long: consent.snapshot())
        writer.write(UInt32(pools.count))
        for name in pools.keys.sorted() { pools[name]?.write(to: &writer) }
        writer.write(UInt32(orders.count))
        for order in orders.all { writer.write(prefixed: order.record.encoded) }
        writer.write(UInt32(segments.count))
        for (id, segment) in segments.all {
            writer.write(id)
            writer.write(raw: segment.party.publicKey)
            writer.write(segment.table)
            writer.write(UInt8(segment.erased ? 1 : 0))
        }
        writer.write(raw: hidden.root.bytes)
        writer.write(UInt8(hidden.depth))
        writer.write(UInt32(hiddenKeys.count))
        for (_, account) in hiddenKeys.all { writer.write(raw: account.key.publicKey) }
        writer.write(UInt32(links.count))
        for (name, link) in links.all {
            writer.write(name)
            writer.write(raw: link.link.digest.bytes)
        }
        writer.write(UInt32(batches.count))
        for (_, batch) in batches.all { writer.write(raw: batch.encoded) }
        writer.write(UInt32(columns.count))
        for (_, some) in columns.all { writer.write(raw: some.encoded) }
        writer.write(rowsChanged)
        writer.write(UInt32(rentals.count))
        for (order, rental) in rentals.all {
            writer.write(order)
            writer.write(raw: rental.encoded)
        }
        writer.write(UInt32(calls.count))
        for (id, call) in calls.all {
            writer.write(id)
            writer.write(raw: call.encoded)
        }
        writer.write(root)
        return writer.bytes
    }

    /// Reads a snapshot.
    ///
    /// - Throws: ``FormatError`` with the byte where it is not what ``snapshot()`` writes; also when
    ///   the root at its end is not that of what was read.
    /// - Cost: about 5 µs for each grant, segment and transfer.
    package init(snapshot bytes: [UInt8]) throws(FormatError) {
        self.init()
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == MarketState.magic else {
            throw FormatError("not a snapshot of an exchange", at: 0)
        }
        guard try reader.read(UInt32.self) == 6 else {
            throw FormatError("version 6 wanted", at: 8)
        }
        let key = try reader.read(count: 32)
        if key.contains(where: { $0 != 0 }) {
            node = PartyID(publicKey: key)
            guard node != nil else { throw FormatError("a node's key wanted", at: 12) }
        }
        name = try reader.readText()
        time = Timestamp(milliseconds: try reader.read(Int64.self))
        books = try Books(decoding: try reader.readLong())
        consent = try ConsentRegister(snapshot: try reader.readLong())
        for _ in 0..<(try reader.read(UInt32.self)) {
            let start = reader.offset
            let pool = try PoolState(from: &reader)
            guard pools.updateValue(pool, forKey: pool.offer.name) == nil else {
                throw FormatError("a pool stands twice", at: start)
            }
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let start = reader.offset
            let order = try OrderState(encoded: try reader.readPrefixed(), grants: consent.count)
            guard orders[order.order.id] == nil else {
                throw FormatError("an order stands twice", at: start)
            }
            orders[order.order.id] = order
            if let proof = order.proof { noises.insert(proof.noise) }
        }
        for _ in 0..<(try reader.read(UInt32.self)) { try readSegment(&reader) }
        try readHidden(&reader)
        for _ in 0..<(try reader.read(UInt32.self)) {
            let some = try ColumnsState(from: &reader)
            columns[some.commitment.root] = some
        }
        rowsChanged = try reader.read()
        try readRentals(&reader)
        let start = reader.offset
        guard try reader.readDigest() == root() else {
            throw FormatError("the root does not fit the state", at: start)
        }
        try reader.finish()
    }

    private mutating func readHidden(_ reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        hidden.root = try reader.readStateDigest()
        hidden.depth = Int(try reader.read(UInt8.self))
        guard (HiddenAccounts.leastDepth...BalanceTree.mostDepth).contains(hidden.depth) else {
            throw FormatError("a tree of no such depth", at: reader.offset - 1)
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            guard let key = PartyID(publicKey: try reader.read(count: 32)) else {
                throw FormatError("an account of nobody", at: reader.offset - 32)
            }
            hiddenKeys[Digest(of: key.publicKey)] = HiddenAccount(
                key: key, index: HiddenAccounts.first + hiddenKeys.count)
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let name = try reader.readDigest()
            let link = AccountLink(try reader.readStateDigest())
            links[name] = LinkState(link: link)
        }
        for number in 0..<Int(try reader.read(UInt32.self)) {
            let batch = try BatchState(number: number, from: &reader)
            if case .draw(_, let request) = batch.kind { draws.insert(request) }
            batches[batch.id] = batch
            guard batch.settled != nil else { continue }
            guard settledBatches == number else {
                throw FormatError("a batch is proven before one that came earlier", at: start)
            }
            settledBatches += 1
        }
    }

    private mutating func readRentals(_ reader: inout ByteReader) throws(FormatError) {
        for _ in 0..<(try reader.read(UInt32.self)) {
            let order = try reader.readDigest()
            rentals[order] = try RentalState(from: &reader)
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let id = try reader.readDigest()
            calls[id] = try CallState(from: &reader)
        }
    }

    private mutating func readSegment(_ reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        let id = try reader.readDigest()
        guard let party = PartyID(publicKey: try reader.read(count: 32)), segments[id] == nil else {
            throw FormatError("a segment of nobody, or twice", at: start)
        }
        let table = try reader.readText()
        let erased = try reader.read(UInt8.self)
        guard erased <= 1 else { throw FormatError("0 or 1 wanted", at: reader.offset - 1) }
        segments[id] = SegmentState(party: party, table: table, erased: erased == 1)
    }
}

extension MarketState.PoolState {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(prefixed: bytes(of: offer.json))
        writer.write(epoch)
        writer.write(epochBegan.milliseconds)
        writer.write(declared.microunits)
        writer.write(UInt32(answered.count))
        for order in answered { writer.write(order) }
        writer.write(long: register.encoded)
        writeSuspensions(to: &writer)
    }

    /// Suspensions, whose were lifted, and the valuation.
    func writeSuspensions(to writer: inout ByteWriter) {
        writer.write(UInt32(suspensions.count))
        for (party, suspension) in suspended {
            writer.write(raw: party.publicKey)
            let code = Suspension.Code.allCases.firstIndex(of: suspension.code) ?? 0
            writer.write(UInt8(code))
            writer.write(suspension.reason ?? "")
            writer.write(suspension.since)
            writer.write(suspension.appealed ?? 0)
            writer.write(UInt8(suspension.isUpheld ? 1 : 0))
        }
        writer.write(UInt32(cleared.count))
        for key in cleared.map(\.publicKey).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            writer.write(raw: key)
        }
        writer.write(valued?.epoch ?? 0)
        writer.write(valued?.rho ?? 0)
        writer.write(valued?.index ?? 0)
    }

    private mutating func readSuspensions(_ reader: inout ByteReader) throws(FormatError) {
        for _ in 0..<(try reader.read(UInt32.self)) {
            let start = reader.offset
            let party = PartyID(publicKey: try reader.read(count: 32))
            let code = Int(try reader.read(UInt8.self))
            let reason = try reader.readText()
            let since: UInt64 = try reader.read()
            let appealed: UInt64 = try reader.read()
            let upheld = try reader.read(UInt8.self)
            guard let party, Suspension.Code.allCases.indices.contains(code), upheld <= 1,
                suspensions[party] == nil
            else { throw FormatError("a suspension of nobody, or for no reason", at: start) }
            var suspension = Suspension(
                code: Suspension.Code.allCases[code], reason: reason.isEmpty ? nil : reason,
                since: since)
            suspension.appealed = appealed == 0 ? nil : appealed
            suspension.isUpheld = upheld == 1
            suspensions[party] = suspension
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            guard let party = PartyID(publicKey: try reader.read(count: 32)) else {
                throw FormatError("a party wanted", at: reader.offset - 32)
            }
            cleared.insert(party)
        }
        let epoch: UInt32 = try reader.read()
        let rho: UInt64 = try reader.read()
        let index: UInt64 = try reader.read()
        valued = rho == 0 ? nil : (epoch, rho, index)
    }

    fileprivate init(from reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        let json = try reader.readPrefixed()
        do { offer = try PoolOffer(json: JSON(parsing: json)) } catch {
            throw FormatError("\(error)", at: start)
        }
        epoch = try reader.read()
        epochBegan = Timestamp(milliseconds: try reader.read(Int64.self))
        guard let declared = Amount(microunits: try reader.read(Int64.self)) else {
            throw FormatError("an amount wanted", at: reader.offset - 8)
        }
        self.declared = declared
        for _ in 0..<(try reader.read(UInt32.self)) { answered.append(try reader.readDigest()) }
        register = try ShareRegister(decoding: try reader.readLong())
        try readSuspensions(&reader)
    }
}

/// An order as bytes, for snapshots and for its leaf:
///
///     order as canonical JSON: u32 and bytes; stage u8; reservation i64, −1 for none; cohort: number
///     of runs, and of each the gap before it and its length, varints; those of it whose machines left
///     before the end, in the same way; the grants that did not allow it, for each reason in the order of ``Denial`` but the last, as the cohort; answer u8 and 32 bytes if it is
///     1; dividend u8 and, if it is 1, journal index u64, time i64, raise u128; if it was published,
///     the journal index of that, u64; if its answer is to be proven, noise 32, cohort 32, where rows
///     changed last u64, and u8, 1 where it is: then
///     columns 32 and proof 32. What of the last two is there, the bytes that are left say.
extension MarketState.OrderState {
    private static let stages: [OrderStage] = [.placed, .running, .done, .failed]
    /// Who was read before follows from the order that is gone on from.
    private static let reasons = Denial.allCases.filter { $0 != .readBefore }

    var encoded: [UInt8] {
        var writer = ByteWriter(reserving: 2048)
        writer.write(prefixed: bytes(of: order.json))
        writer.write(UInt8(MarketState.OrderState.stages.firstIndex(of: stage) ?? 0))
        writer.write(Int64(reservation ?? -1))
        cohort.write(to: &writer)
        left.write(to: &writer)
        for reason in MarketState.OrderState.reasons {
            (denied[reason] ?? PlaceRuns()).write(to: &writer)
        }
        writer.write(UInt8(answer == nil ? 0 : 1))
        if let answer { writer.write(answer) }
        writer.write(UInt8(dividend == nil ? 0 : 1))
        if let dividend {
            writer.write(dividend.index)
            writer.write(dividend.time.milliseconds)
            writer.write(dividend.raise)
        }
        if let published { writer.write(published) }
        if let proof {
            writer.write(proof.noise)
            writer.write(proof.cohort)
            writer.write(proof.changed)
            writer.write(UInt8(proof.claim == nil ? 0 : 1))
            if let claim = proof.claim {
                writer.write(claim.columns)
                writer.write(claim.proof)
            }
        }
        return writer.bytes
    }

    fileprivate init(encoded bytes: [UInt8], grants: Int) throws(FormatError) {
        var reader = ByteReader(bytes)
        let json = try reader.readPrefixed()
        do { order = try Order(json: JSON(parsing: json)) } catch {
            throw FormatError("\(error)", at: 0)
        }
        let stage = Int(try reader.read(UInt8.self))
        let reservation = try reader.read(Int64.self)
        guard MarketState.OrderState.stages.indices.contains(stage), reservation >= -1 else {
            throw FormatError("an unknown stage of an order", at: reader.offset)
        }
        self.stage = MarketState.OrderState.stages[stage]
        self.reservation = reservation < 0 ? nil : Int(reservation)
        cohort = try PlaceRuns(from: &reader, below: grants)
        left = try PlaceRuns(from: &reader, below: grants)
        for reason in MarketState.OrderState.reasons {
            let places = try PlaceRuns(from: &reader, below: grants)
            if places.count > 0 { denied[reason] = places }
        }
        if try reader.read(UInt8.self) == 1 { answer = try reader.readDigest() }
        if try reader.read(UInt8.self) == 1 {
            dividend = MarketState.Dividend(
                index: try reader.read(),
                time: Timestamp(milliseconds: try reader.read(Int64.self)),
                raise: try reader.read())
        }
        // 8 bytes of that, and 73 or 137 of the proof.
        if [8, 17].contains(reader.left % 64) { published = try reader.read() }
        if reader.left > 0 {
            proof = OrderProof(
                noise: try reader.readDigest(), cohort: try reader.readDigest(),
                changed: try reader.read())
            if try reader.read(UInt8.self) == 1 {
                proof?.claim = AnswerClaim(
                    columns: try reader.readDigest(), proof: try reader.readDigest())
            }
        }
        try reader.finish()
    }
}

extension ByteWriter {
    /// Writes a 64-bit length and the bytes: books of years may be longer than 4 GiB.
    fileprivate mutating func write(long value: [UInt8]) {
        write(UInt64(value.count))
        write(raw: value)
    }
}

extension ByteReader {
    fileprivate mutating func readLong() throws(FormatError) -> [UInt8] {
        guard let count = Int(exactly: try read(UInt64.self)) else {
            throw FormatError("more than there is", at: offset - 8)
        }
        return try read(count: count)
    }
}
