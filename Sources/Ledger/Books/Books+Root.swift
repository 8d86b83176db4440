// SPDX-License-Identifier: Apache-2.0
public import Canon

extension Books {
    /// The digest of everything that decides later answers.
    ///
    ///     root     SHA-256(0x21, accounts: 32 bytes, records: 32 bytes, record count: u64)
    ///     accounts root of the ``StateTree`` over all accounts in the order of opening
    ///     records  root of the ``StateTree`` over pages of records: what each id was used for,
    ///              every hold and every end of one
    ///     account  SHA-256(0x20, id: 16 bytes, asset: u32, code: u16, rules: u16,
    ///              credit limit: i64 (-1 for none), debits posted, debits pending,
    ///              credits posted, credits pending: u64 each); numbers little-endian
    ///     page     SHA-256(0x22, the page's bytes)
    ///
    /// - Cost: one short hash for each account and one of 64 KiB for each page that changed since
    ///   the last root, and their paths.
    public mutating func root() -> Digest {
        let (accounts, rows) = (accounts, rows)
        let accountRoot = accountTree.root { Books.leaf(accounts.ids[$0], rows[$0]) }
        var out = ByteWriter(reserving: 80)
        out.write(UInt8(0x21))
        out.write(accountRoot)
        out.write(records.root())
        out.write(recordCount)
        return Digest(of: out.bytes)
    }

    static func leaf(_ id: AccountID, _ row: AccountRow) -> Digest {
        var out = ByteWriter(reserving: 72)
        out.write(UInt8(0x20))
        out.write(id.high.bigEndian)
        out.write(id.low.bigEndian)
        out.write(row.asset)
        out.write(row.code)
        out.write(row.rules.rawValue)
        out.write(row.creditLimit)
        out.write(row.debitsPosted)
        out.write(row.debitsPending)
        out.write(row.creditsPosted)
        out.write(row.creditsPending)
        return Digest(of: out.bytes)
    }
}
