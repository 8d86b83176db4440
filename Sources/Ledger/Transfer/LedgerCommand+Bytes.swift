// SPDX-License-Identifier: Apache-2.0
public import Canon

/// The binary form of a command; ids are big-endian, all other numbers little-endian.
///
///     offset  size  open (kind 1)                     amend (kind 2)
///     0       1     kind                              kind
///     1       16    account id                        account id
///     17      4     asset                             2: rules, then
///     21      2     code                              8: credit limit, −1 for none
///     23      2     rules
///     25      8     credit limit, −1 for none
///
///     offset  size  transfer (kind 3)                 hold (kind 4)
///     0       1     kind                              kind
///     1       16    id                                id
///     17      2     legs, 1…1024                      legs, 1…1024
///     19      42 n  legs                              legs
///     19+42n  9                                       1: has an expiry (0, 1), 8: milliseconds
///
///     leg: 16 debit, 16 credit, 8 amount, 2 code
///
///     offset  size  post (kind 5)                     void (kind 6)      expire (kind 7)
///     0       1     kind                              kind               kind
///     1       16    id                                id
///     17      16    hold                              hold
///     33      2     amounts, 0 for all
///     35      8 n   amounts
///
/// A transfer of one leg takes 61 bytes, the largest command 43,036.
extension LedgerCommand {
    /// The command's bytes. Cost: one pass.
    public var encoded: [UInt8] {
        var out = ByteWriter(reserving: 64)
        encode(into: &out)
        return out.bytes
    }

    /// Appends the command's bytes.
    ///
    /// - Requires: at most ``Leg/most`` legs or amounts; the books refuse any other.
    public func encode(into out: inout ByteWriter) {
        switch self {
        case .open(let account):
            out.write(UInt8(1))
            out.write(account.id.high.bigEndian)
            out.write(account.id.low.bigEndian)
            out.write(account.asset)
            out.write(account.code)
            out.write(account.rules.rawValue)
            out.write(account.creditLimit?.microunits ?? -1)
        case .amend(let id, let rules, let creditLimit):
            out.write(UInt8(2))
            out.write(id.high.bigEndian)
            out.write(id.low.bigEndian)
            out.write(rules.rawValue)
            out.write(creditLimit?.microunits ?? -1)
        case .transfer(let id, let legs):
            out.write(UInt8(3))
            out.write(id)
            out.write(legs)
        case .hold(let id, let legs, let expires):
            out.write(UInt8(4))
            out.write(id)
            out.write(legs)
            out.write(UInt8(expires == nil ? 0 : 1))
            if let expires { out.write(expires.milliseconds) }
        case .post(let id, let hold, let amounts):
            out.write(UInt8(5))
            out.write(id)
            out.write(hold)
            out.write(UInt16(clamping: amounts?.count ?? 0))
            for amount in amounts ?? [] { out.write(amount.microunits) }
        case .void(let id, let hold):
            out.write(UInt8(6))
            out.write(id)
            out.write(hold)
        case .expire: out.write(UInt8(7))
        }
    }

    /// Reads a command that is the whole of the bytes.
    ///
    /// - Throws: ``FormatError`` for anything but what ``encoded`` writes.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    /// Reads a command from the front of what is left.
    public init(from reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        switch try reader.read(UInt8.self) {
        case 1:
            self = .open(
                Account(
                    id: try reader.readAccount(), asset: try reader.read(),
                    code: try reader.read(), rules: try reader.readRules(),
                    creditLimit: try reader.readLimit()))
        case 2:
            self = .amend(
                try reader.readAccount(), rules: try reader.readRules(),
                creditLimit: try reader.readLimit())
        case 3: self = .transfer(try reader.readTransfer(), legs: try reader.readLegs())
        case 4:
            let (id, legs) = (try reader.readTransfer(), try reader.readLegs())
            let flag = try reader.read(UInt8.self)
            guard flag <= 1 else { throw FormatError("a flag is 0 or 1", at: reader.offset - 1) }
            self = .hold(
                id, legs: legs,
                expires: flag == 0 ? nil : Timestamp(milliseconds: try reader.read()))
        case 5:
            let (id, hold) = (try reader.readTransfer(), try reader.readTransfer())
            let count = try reader.readCount(from: 0)
            var amounts: [Amount] = []
            for _ in 0..<count { amounts.append(try reader.readAmount()) }
            self = .post(id, hold: hold, amounts: count == 0 ? nil : amounts)
        case 6: self = .void(try reader.readTransfer(), hold: try reader.readTransfer())
        case 7: self = .expire
        case let kind: throw FormatError("there is no command \(kind)", at: start)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ id: TransferID) {
        write(id.high.bigEndian)
        write(id.low.bigEndian)
    }

    fileprivate mutating func write(_ legs: [Leg]) {
        write(UInt16(clamping: legs.count))
        for leg in legs {
            write(leg.debit.high.bigEndian)
            write(leg.debit.low.bigEndian)
            write(leg.credit.high.bigEndian)
            write(leg.credit.low.bigEndian)
            write(leg.amount.microunits)
            write(leg.code)
        }
    }
}

extension ByteReader {
    mutating func readAccount() throws(FormatError) -> AccountID {
        AccountID(
            high: UInt64(bigEndian: try read()), low: UInt64(bigEndian: try read()))
    }

    mutating func readTransfer() throws(FormatError) -> TransferID {
        TransferID(
            high: UInt64(bigEndian: try read()), low: UInt64(bigEndian: try read()))
    }

    mutating func readAmount() throws(FormatError) -> Amount {
        let value = try read(Int64.self)
        guard let amount = Amount(microunits: value) else {
            throw FormatError("\(value) is no amount", at: offset - 8)
        }
        return amount
    }

    mutating func readLimit() throws(FormatError) -> Amount? {
        let value = try read(Int64.self)
        guard value != -1 else { return nil }
        guard let limit = Amount(microunits: value) else {
            throw FormatError("\(value) is no credit limit", at: offset - 8)
        }
        return limit
    }

    mutating func readRules() throws(FormatError) -> AccountRules {
        let rules = AccountRules(rawValue: try read())
        guard rules.isSubset(of: .all) else {
            throw FormatError("the rules have bits that mean nothing", at: offset - 2)
        }
        return rules
    }

    fileprivate mutating func readCount(from least: UInt16) throws(FormatError) -> UInt16 {
        let count = try read(UInt16.self)
        guard count >= least, count <= Leg.most else {
            throw FormatError("\(count) is no count of legs", at: offset - 2)
        }
        return count
    }

    fileprivate mutating func readLegs() throws(FormatError) -> [Leg] {
        var legs: [Leg] = []
        for _ in 0..<(try readCount(from: 1)) {
            legs.append(
                Leg(
                    debit: try readAccount(), credit: try readAccount(), amount: try readAmount(),
                    code: try read()))
        }
        return legs
    }
}
