// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension Books {
    /// The reply that was given to an id; nil when it did nothing so far.
    ///
    /// - Cost: that of the request itself.
    public func reply(to id: TransferID) -> TransferReply? {
        find(id, scatter.hash(id.high, id.low)).map { reply(from: record(at: $0)) }
    }

    /// Starts the record of a command in the buffer.
    mutating func begin(_ kind: TransferReply.Kind, _ id: TransferID?, _ index: UInt64) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(kind.rawValue)
        if let id {
            withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
                buffer.append(contentsOf: $0)
            }
        }
        buffer.append(varint: index)
    }

    /// Files the record in the buffer, under its id's hash unless it has none.
    @discardableResult
    mutating func file(_ hash: UInt64?) -> UInt64 {
        let address = records.append(buffer)
        if let hash { transfers.insert(hash, address: address) }
        recordCount += 1
        return address
    }

    /// The address of an id's record; nil for a new id.
    func find(_ id: TransferID, _ hash: UInt64) -> UInt64? {
        transfers.find(hash) { records.matches(id, at: $0) }
    }

    func record(at address: UInt64) -> Record {
        var reader = ByteReader(Array(records.body(at: address)))
        do {
            return try Record(decoding: &reader) { number in
                guard holds.indices.contains(number) else { return nil }
                return record(at: holds[number].address).legs
            }
        } catch {
            preconditionFailure("a record in memory is damaged: \(error)")
        }
    }

    func legs(_ legs: [Record.SlotLeg]) -> [Leg] {
        legs.map {
            Leg(
                debit: accounts.ids[Int($0.debit)], credit: accounts.ids[Int($0.credit)],
                amount: Amount(trusted: $0.amount), code: $0.code)
        }
    }

    /// The reply that a record stands for.
    func reply(from record: Record) -> TransferReply {
        let origin = record.kind.endsHold ? self.record(at: holds[record.hold].address) : record
        let legs = legs(origin.legs)
        var moved: [Leg] = record.kind == .transfer ? legs : []
        if record.kind == .post { moved = Books.legs(legs, moving: record.amounts) }
        let slots = Record.slots(of: origin.legs)
        return TransferReply(
            kind: record.kind, id: record.id ?? origin.id ?? TransferID(high: 0, low: 0),
            hold: record.kind.endsHold ? origin.id : nil, index: record.index, moved: moved,
            held: record.kind == .hold ? legs : [], released: record.kind.endsHold ? legs : [],
            balances: zip(slots, record.balances).map {
                AccountBalance(account: accounts.ids[Int($0)], balance: $1)
            })
    }

    /// The legs with other amounts.
    static func legs(_ legs: [Leg], moving amounts: [Int64]) -> [Leg] {
        zip(legs, amounts).map {
            Leg(debit: $0.debit, credit: $0.credit, amount: Amount(trusted: $1), code: $0.code)
        }
    }
}

extension TransferReply.Kind {
    /// Whether it ends a hold.
    var endsHold: Bool { self == .post || self == .void || self == .expiry }
}
