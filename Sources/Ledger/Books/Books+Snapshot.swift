// SPDX-License-Identifier: Apache-2.0
public import Canon

extension Books {
    private static let magic = Array("DVDBKS".utf8) + [0, 1]

    /// The books as bytes, for snapshots; numbers little-endian, ids big-endian.
    ///
    ///     offset  size  what
    ///     0       8     "DVDBKS" and the version, 0x0001
    ///     8       32    ``root()``
    ///     40      8     a: how many accounts
    ///     48      8     p: how many pages of records
    ///     56      32 a  the accounts in the order of opening:
    ///                   16 id, 4 asset, 2 code, 2 rules, 8 credit limit (−1 for none)
    ///     …             the pages, each: 4 length, the records (see `Record`), each with its
    ///                   length before it as a varint
    ///
    /// Balances are not stored: they follow from the records, which are checked against them.
    ///
    /// - Cost: one pass over everything, and that of a root.
    public mutating func encoded() -> [UInt8] {
        let pages = records.pageCount
        var out = ByteWriter(reserving: 56 + 32 * rows.count + pages << 16)
        out.write(raw: Books.magic)
        out.write(root())
        out.write(UInt64(rows.count))
        out.write(UInt64(pages))
        for (id, row) in zip(accounts.ids, rows) {
            out.write(id.high.bigEndian)
            out.write(id.low.bigEndian)
            out.write(row.asset)
            out.write(row.code)
            out.write(row.rules.rawValue)
            out.write(row.creditLimit)
        }
        for page in 0..<pages { out.write(prefixed: records.page(page)) }
        return out.bytes
    }

    /// Reads what ``encoded()`` wrote; each balance is counted anew from the records.
    ///
    /// - Parameter seed: As for ``init(seed:)``; it need not be the one of the writer.
    /// - Throws: ``FormatError`` for anything else: a record that does not follow from the ones
    ///   before it, or a root that is not the one that was written.
    /// - Cost: one step a record and a root.
    public init(decoding bytes: [UInt8], seed: UInt64 = 0) throws(FormatError) {
        self.init(seed: seed)
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == Books.magic else {
            throw FormatError("no books of version 1", at: 0)
        }
        let expected = try reader.readDigest()
        let (accountCount, pageCount) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
        guard accountCount <= UInt64(reader.left / 32), pageCount <= UInt64(reader.left) else {
            throw FormatError("more is announced than there is", at: 40)
        }
        for _ in 0..<accountCount {
            let start = reader.offset
            let account = Account(
                id: try reader.readAccount(), asset: try reader.read(), code: try reader.read(),
                rules: try reader.readRules(), creditLimit: try reader.readLimit())
            guard accounts.find(account.id) == nil else {
                throw FormatError("an account stands twice", at: start)
            }
            _ = accounts.insert(account.id)
            rows.append(AccountRow(account))
            footprint.grow()
            accountTree.appendOpen()
        }
        for _ in 0..<pageCount {
            let start = reader.offset + 4
            try restore(page: try reader.readPrefixed(), at: start)
        }
        try reader.finish()
        guard root() == expected else { throw FormatError("the root is another", at: 8) }
    }

    /// Takes a page and does again what its records say was done.
    private mutating func restore(page: [UInt8], at start: Int) throws(FormatError) {
        let number = UInt64(records.pageCount)
        guard !page.isEmpty, records.isPageBoundary else {
            throw FormatError("a page is too short", at: start)
        }
        records.append(page: page)
        var reader = ByteReader(page)
        do throws(FormatError) {
            while reader.left > 0 {
                let address = number << 16 | UInt64(reader.offset)
                guard reader.offset < RecordLog.pageSize else {
                    throw FormatError("a page is too long", at: reader.offset)
                }
                let length = try reader.readVarint()
                guard length <= UInt64(reader.left) else {
                    throw FormatError("a record is cut short", at: reader.offset)
                }
                let end = reader.offset + Int(length)
                let record = try Record(decoding: &reader) { hold in
                    holds.indices.contains(hold) ? self.record(at: holds[hold].address).legs : nil
                }
                guard reader.offset == end else {
                    throw FormatError("a record is not as long as said", at: reader.offset)
                }
                try restore(record, address: address)
            }
        } catch {
            throw FormatError(error.reason, at: start + error.offset)
        }
    }

    private mutating func restore(_ record: Record, address: UInt64) throws(FormatError) {
        let place = Int(address & 0xffff)
        if let id = record.id {
            let hash = scatter.hash(id.high, id.low)
            guard find(id, hash) == nil else { throw FormatError("an id stands twice", at: place) }
            transfers.insert(hash, address: address)
        }
        var legs = record.legs
        if record.kind == .hold {
            guard record.hold == holds.count else {
                throw FormatError("a hold is missing", at: place)
            }
            enlist(address: address, expires: record.expires)
        } else if record.kind.endsHold {
            guard holds[record.hold].state == .held else {
                throw FormatError("a hold ends twice", at: place)
            }
            legs = self.record(at: holds[record.hold].address).legs
            holds[record.hold].state = record.kind.state
        }
        for (number, leg) in legs.enumerated() {
            guard leg.debit < rows.count, leg.credit < rows.count, leg.debit != leg.credit,
                rows[Int(leg.debit)].asset == rows[Int(leg.credit)].asset
            else { throw FormatError("a leg has no such accounts", at: place) }
            let moved = record.amounts.isEmpty ? 0 : record.amounts[number]
            let (pending, posted): (Int64, Int64) =
                switch record.kind {
                case .transfer: (0, leg.amount)
                case .hold: (leg.amount, 0)
                case .post, .void, .expiry: (-leg.amount, moved)
                }
            guard moved <= leg.amount,
                rows[Int(leg.debit)].debit(pending: pending, posted: posted),
                rows[Int(leg.credit)].credit(pending: pending, posted: posted)
            else { throw FormatError("a total is out of bounds", at: place) }
        }
        for (slot, balance) in zip(Record.slots(of: legs), record.balances) {
            guard rows[Int(slot)].balance == balance else {
                throw FormatError("a balance does not follow", at: place)
            }
            accountTree.open(Int(slot))
        }
        recordCount += 1
    }
}

extension AccountRow {
    /// Changes the totals of the debit side; false when they left their bounds, which are so far
    /// from the ends of Int64 that a sum that wrapped is below zero.
    fileprivate mutating func debit(pending: Int64, posted: Int64) -> Bool {
        debitsPending &+= pending
        debitsPosted &+= posted
        return debitsPending >= 0 && debitsPosted >= 0
            && debitsPosted <= Amount.largest - debitsPending
    }

    /// Changes the totals of the credit side; false when they left their bounds.
    fileprivate mutating func credit(pending: Int64, posted: Int64) -> Bool {
        creditsPending &+= pending
        creditsPosted &+= posted
        return creditsPending >= 0 && creditsPosted >= 0
            && creditsPosted <= Amount.largest - creditsPending
    }
}

extension TransferReply.Kind {
    /// How a hold stands after it.
    fileprivate var state: Hold.State {
        switch self {
        case .post: .posted
        case .void: .voided
        case .expiry: .expired
        case .transfer, .hold: .held
        }
    }
}
