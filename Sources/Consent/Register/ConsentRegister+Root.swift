// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

extension ConsentRegister {
    /// The digest of the whole state. Two registers that took the same entries have the same root
    /// on any machine.
    ///
    ///     root   = SHA-256(0x30, grants, budgets, next reservation: u64, open reservations: u64,
    ///              of each: number: u64, rho: u64, read: u8, SHA-256 of its places as u32)
    ///     grants, budgets = the roots of `StateTree`s over the records:
    ///     grant  = SHA-256(0x31, id, budget: u32, tables: 32 bytes, terms, given: i64,
    ///              arrived: i64, journal index: u64, notice, commitment)
    ///     budget = SHA-256(0x32, party: 32 bytes, pool: text, grant in force: u32, studies: u32,
    ///              spent: u64, reserved: u64, flags: u8, withdrawn: i64, latest: i64,
    ///              passkey: 32 bytes where there is one)
    ///     flags  = 1 for withdrawn, 2 for a passkey, 4 for suspended, 8 for unvalued
    ///
    /// - Cost: two hashes for each record that changed since the last root.
    public mutating func root() -> Digest {
        let grants = self.grants
        let budgets = self.budgets
        let (tableSets, pools) = (self.tableSets, self.pools)
        var writer = ByteWriter(reserving: 256)
        writer.write(UInt8(0x30))
        writer.write(
            grantTree.root { grants[$0].leaf(tables: tableSets[Int(grants[$0].tables)].digest) })
        writer.write(
            budgetTree.root { budgets[$0].leaf(pool: pools[Int(budgets[$0].pool)]) })
        writer.write(UInt64(nextReservation))
        writer.write(UInt64(open.count))
        for reservation in reservations {
            writer.write(UInt64(reservation.number))
            writer.write(reservation.rho)
            writer.write(UInt8(reservation.isRead ? 1 : 0))
            writer.write(reservation.digest)
        }
        return Digest(of: writer.bytes)
    }
}

extension GrantRecord {
    func leaf(tables: Digest) -> Digest {
        var writer = ByteWriter(reserving: 256)
        writer.write(UInt8(0x31))
        writer.write(id)
        writer.write(budget)
        writer.write(tables)
        terms.write(to: &writer)
        writer.write(given.milliseconds)
        writer.write(arrived.milliseconds)
        writer.write(journalIndex)
        writer.write(notice)
        writer.write(commitment)
        return Digest(of: writer.bytes)
    }
}

extension BudgetRecord {
    func leaf(pool: String) -> Digest {
        var writer = ByteWriter(reserving: 256)
        writer.write(UInt8(0x32))
        writer.write(raw: party.publicKey)
        writer.write(pool)
        writeState(to: &writer)
        return Digest(of: writer.bytes)
    }

    func writeState(to writer: inout ByteWriter) {
        writer.write(current)
        writer.write(studies)
        writer.write(spent)
        writer.write(reserved)
        writer.write(
            UInt8(
                (withdrawn == nil ? 0 : 1) | (passkey == nil ? 0 : 2) | (suspended ? 4 : 0)
                    | (unvalued ? 8 : 0)))
        writer.write(withdrawn?.milliseconds ?? 0)
        writer.write(latest.milliseconds)
        if let passkey { writer.write(passkey) }
    }
}

extension Terms {
    func write(to writer: inout ByteWriter) {
        writer.write(purposes)
        writer.write(priceFloor)
        writer.write(privacyLimit)
        writer.write(privacyPerStudy)
        writer.write(starts.milliseconds)
        writer.write(expires.milliseconds)
        writer.write(uses)
    }
}
