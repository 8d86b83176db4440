// SPDX-License-Identifier: Apache-2.0
public import Canon

extension ShareRegister {
    /// The digest of the whole register.
    ///
    ///     root    SHA-256(0x24, header, root of the ``StateTree`` over the holders: 32 bytes)
    ///     holder  SHA-256(0x23, the holder's 56 bytes)
    ///
    /// with header and holder as in ``encoded``.
    ///
    /// - Cost: one short hash for each holder that changed since the last root, and their paths.
    ///   A declaration changes nobody but those it excludes.
    public mutating func root() -> Digest {
        var out = ByteWriter(reserving: 160)
        out.write(UInt8(0x24))
        writeHeader(into: &out)
        let (ids, holdings) = (holders.ids, holdings)
        out.write(
            tree.root { slot in
                var leaf = ByteWriter(reserving: 64)
                leaf.write(UInt8(0x23))
                ShareRegister.write(ids[slot], holdings[slot], into: &leaf)
                return Digest(of: leaf.bytes)
            })
        return Digest(of: out.bytes)
    }

    /// The register as bytes, for snapshots; numbers little-endian, ids big-endian.
    ///
    ///     offset  size  what
    ///     0       8     "DVDSHR" and the version, 0x0001
    ///     8       8     shares of all holders
    ///     16      16    dividend per share, in 2^-64 micro-units
    ///     32      16    dust, in 2^-64 micro-units
    ///     48      8     declared
    ///     56      8     paid
    ///     64      8     the holder at whom the next payout round goes on
    ///     72      8     how many holders
    ///     80      56 n  the holders in the order in which they first joined:
    ///                   16 id, 8 shares, 16 base, 16 accrued
    ///
    /// Bytes 8 to 79 are the header of ``root()``.
    public var encoded: [UInt8] {
        var out = ByteWriter(reserving: 80 + 56 * holdings.count)
        out.write(raw: ShareRegister.magic)
        writeHeader(into: &out)
        for (id, holding) in zip(holders.ids, holdings) {
            ShareRegister.write(id, holding, into: &out)
        }
        return out.bytes
    }

    private static let magic = Array("DVDSHR".utf8) + [0, 1]

    /// Reads what ``encoded`` wrote.
    ///
    /// - Throws: ``FormatError`` also when the sums do not agree (``isConserved``).
    public init(decoding bytes: [UInt8], seed: UInt64 = 0) throws(FormatError) {
        self.init(seed: seed)
        var reader = ByteReader(bytes)
        guard try reader.read(count: 8) == ShareRegister.magic else {
            throw FormatError("no share register of version 1", at: 0)
        }
        totalShares = try reader.read()
        perShare = try reader.read()
        dust = try reader.read()
        declared = try reader.readAmount()
        paid = try reader.readAmount()
        let next = try reader.read(UInt64.self)
        let count = try reader.read(UInt64.self)
        guard count == UInt64(reader.left / 56), next < max(count, 1) else {
            throw FormatError("the holders are not as many as said", at: 64)
        }
        cursor = Int(next)
        for _ in 0..<count {
            let start = reader.offset
            let id = try reader.readAccount()
            guard holders.find(id) == nil else {
                throw FormatError("a holder stands twice", at: start)
            }
            _ = holders.insert(id)
            holdings.append(
                Holding(
                    shares: try reader.read(), base: try reader.read(),
                    accrued: try reader.read()))
            tree.appendOpen()
        }
        try reader.finish()
        guard isConserved else { throw FormatError("the sums do not agree", at: 8) }
    }

    private func writeHeader(into out: inout ByteWriter) {
        out.write(totalShares)
        out.write(perShare)
        out.write(dust)
        out.write(declared.microunits)
        out.write(paid.microunits)
        out.write(UInt64(cursor))
        out.write(UInt64(holdings.count))
    }

    private static func write(_ id: AccountID, _ holding: Holding, into out: inout ByteWriter) {
        out.write(id.high.bigEndian)
        out.write(id.low.bigEndian)
        out.write(holding.shares)
        out.write(holding.base)
        out.write(holding.accrued)
    }
}
