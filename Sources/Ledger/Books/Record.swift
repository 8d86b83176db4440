// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// What the books keep of each thing they did: enough to tell the same request from another, and
/// to answer it again. Accounts stand in it by their number.
///
///     kind      u8        1 transfer, 2 hold, 3 post, 4 void, 5 expiry
///     id        16 bytes  not for an expiry
///     index     varint    the journal index
///     transfer  count varint, legs
///     hold      number varint, expires (0: never, else 1 and i64), count varint, legs
///     post      number varint, amounts: varint each, as many as the hold has legs
///     void, expiry   number varint
///     balances  for each touched account, in the order in which the legs name them:
///               debits posted, debits pending, credits posted, credits pending: varint each
///     leg       debit varint, credit varint, amount varint, code varint
///
/// A plain transfer among 10,000 accounts takes 50 to 65 bytes, its id included.
struct Record {
    struct SlotLeg: Hashable {
        let debit: UInt32
        let credit: UInt32
        let amount: Int64
        let code: UInt16
    }

    var kind: TransferReply.Kind
    var id: TransferID?
    var index: UInt64
    /// The number of the hold that is made or ends.
    var hold: Int = 0
    var expires: Timestamp?
    /// The legs of a transfer or a hold.
    var legs: [SlotLeg] = []
    /// What a post moves of each leg of its hold.
    var amounts: [Int64] = []
    var balances: [Balance] = []

    /// Reads a record; `legs` answers the legs of an earlier hold by its number.
    init(
        decoding reader: inout ByteReader, legsOfHold: (Int) -> [SlotLeg]?
    ) throws(FormatError) {
        let start = reader.offset
        guard let kind = TransferReply.Kind(rawValue: try reader.read()) else {
            throw FormatError("no such kind of record", at: start)
        }
        self.kind = kind
        id = kind == .expiry ? nil : TransferID(bytes: try reader.read(count: 16))
        index = try reader.readVarint()
        if kind != .transfer {
            hold = try reader.readSmall(below: 1 << 40)
        }
        if kind == .hold {
            let flag = try reader.read(UInt8.self)
            guard flag <= 1 else { throw FormatError("a flag is 0 or 1", at: reader.offset - 1) }
            if flag == 1 { expires = Timestamp(milliseconds: try reader.read()) }
        }
        var touched: [SlotLeg]
        if kind == .transfer || kind == .hold {
            let count = try reader.readSmall(below: UInt64(Leg.most + 1))
            guard count > 0 else { throw FormatError("a record without legs", at: start) }
            for _ in 0..<count {
                legs.append(
                    SlotLeg(
                        debit: UInt32(try reader.readSmall(below: 1 << 32)),
                        credit: UInt32(try reader.readSmall(below: 1 << 32)),
                        amount: try reader.readMoney(),
                        code: UInt16(try reader.readSmall(below: 1 << 16))))
            }
            touched = legs
        } else {
            guard let held = legsOfHold(hold) else {
                throw FormatError("no such hold", at: start)
            }
            touched = held
            if kind == .post {
                for _ in held { amounts.append(try reader.readMoney()) }
            }
        }
        for _ in Record.slots(of: touched) {
            balances.append(
                Balance(
                    debitsPosted: Amount(trusted: try reader.readMoney()),
                    debitsPending: Amount(trusted: try reader.readMoney()),
                    creditsPosted: Amount(trusted: try reader.readMoney()),
                    creditsPending: Amount(trusted: try reader.readMoney())))
        }
    }

    /// The accounts that legs touch, each once, in the order in which they are first named.
    static func slots(of legs: [SlotLeg]) -> [UInt32] {
        if legs.count == 1 { return [legs[0].debit, legs[0].credit] }
        var seen: Set<UInt32> = []
        var slots: [UInt32] = []
        for leg in legs {
            if seen.insert(leg.debit).inserted { slots.append(leg.debit) }
            if seen.insert(leg.credit).inserted { slots.append(leg.credit) }
        }
        return slots
    }
}

extension ByteReader {
    fileprivate mutating func readSmall(below bound: UInt64) throws(FormatError) -> Int {
        let start = offset
        let value = try readVarint()
        guard value < bound else { throw FormatError("\(value) is too large", at: start) }
        return Int(value)
    }

    fileprivate mutating func readMoney() throws(FormatError) -> Int64 {
        let start = offset
        let value = try readVarint()
        guard value <= UInt64(Amount.largest) else {
            throw FormatError("\(value) is no amount", at: start)
        }
        return Int64(value)
    }
}
