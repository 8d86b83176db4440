// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Fields
package import Identity
package import Ledger
package import Settlement

/// The hidden accounts: what everybody knows of them is a root.
///
/// Account 0 begins with more than ever comes in and pays all others, so that what it gave is what they have;
/// account 1 is kept for fees. The rest belong to contributors, who are paid there; which is whose, only they
/// and the node know.
package struct HiddenAccounts: Hashable, Sendable {
    /// The hash of the tree.
    package static let hash = StateHash.poseidon1
    /// The account that pays.
    package static let source = 0
    /// The account of fees.
    package static let fees = 1
    /// The first of the contributors'.
    package static let first = 2
    /// What the source begins with.
    package static let supply = UInt64(Amount.max.microunits)
    /// The levels of the first tree.
    package static let leastDepth = 10
    /// The most people that one batch pays: proofs of more have fewer than 100 bits in some trees.
    package static let mostHolders = 60_000

    /// The root of the tree.
    package internal(set) var root: StateDigest
    /// The levels of the tree.
    package internal(set) var depth = leastDepth

    /// Nobody was paid yet.
    package init() { root = HiddenAccounts.tree.root }

    /// The tree as it begins: everybody can make it.
    package static var tree: BalanceTree {
        var tree = BalanceTree(depth: leastDepth, hash: hash)
        var leaf = BalanceLeaf.empty
        leaf.balance = supply
        tree.update([(source, leaf)])
        return tree
    }

    /// The levels that a tree with so many accounts of contributors needs.
    package static func depth(for accounts: Int) -> Int {
        var depth = leastDepth
        while 1 << depth < accounts + first { depth += 1 }
        return depth
    }

    /// Adds levels to the tree until there are so many.
    package mutating func grow(to depth: Int) {
        while self.depth < depth {
            root = BalanceTree.grown(root, depth: self.depth, hash: HiddenAccounts.hash)
            self.depth += 1
        }
    }
}

/// A hidden account that was opened: its place says its index, its digest its key.
package struct HiddenAccount: RegistryRecord {
    /// Signs what is taken out of it.
    package let key: PartyID
    /// Its index in the tree.
    package let index: Int

    package var leaf: Digest { Digest(of: key.publicKey, Array("account/\(index)".utf8)) }
}

/// Which hidden account a pseudonym is paid to, shown to nobody.
package struct LinkState: RegistryRecord {
    package let link: AccountLink

    package var leaf: Digest { Digest(of: Array("link/".utf8), link.digest.bytes) }
}

/// Money that moves between hidden accounts, and whether that is proven.
package struct BatchState: RegistryRecord, Hashable {
    /// What it is for.
    package enum Kind: Hashable, Sendable {
        /// What a pool owed to its contributors.
        case payout(pool: String)
        /// What somebody takes out of her hidden account, by its index, and the digest of her signature.
        case draw(Int, request: Digest)
    }

    /// How it was proven.
    package struct Settled: Hashable, Sendable {
        /// The root of the hidden accounts before.
        package let oldRoot: StateDigest
        /// The root after.
        package let newRoot: StateDigest
        /// SHA-256 of the file with the proof.
        package let proof: Digest
        /// SHA-256 of the commitment to what is sealed to those it pays.
        package let data: Digest
        /// The journal index of the entry.
        package let index: UInt64
    }

    /// Counts from 0.
    package let number: Int
    /// The batch's id: the digest of its number and the node's key.
    package let id: Digest
    package let kind: Kind
    /// What moves.
    package let amount: Amount
    /// The record of a payout; that of nobody for a draw.
    package let record: StateDigest
    /// All weights of the record: the amount, since each holder's weight is what she is owed.
    package let weights: UInt64
    /// How many holders the record has.
    package let holders: Int
    /// The levels of the tree then.
    package let depth: Int
    /// The journal index of the entry that began it.
    package let index: UInt64
    /// How it was proven; nil while it is pending.
    package internal(set) var settled: Settled?

    /// The most accounts of its proof's class.
    package var most: Int { holders + 2 }

    /// What a proof has to show that takes the hidden accounts from one root to another.
    package func statement(from old: StateDigest, to new: StateDigest) -> SettlementStatement {
        let moved = UInt64(amount.microunits)
        let (from, to, fee) =
            switch kind {
            case .payout: (HiddenAccounts.source, HiddenAccounts.fees, UInt64(0))
            // All that is taken goes back to where it came from.
            case .draw(let account, _): (account, HiddenAccounts.source, moved)
            }
        return SettlementStatement(
            oldRoot: old, newRoot: new, revenue: moved, fee: fee, revenueIndex: from, feeIndex: to,
            depth: depth, record: record, weights: weights, batch: id.bytes)
    }

    package var leaf: Digest { Digest(of: encoded) }

    /// The batch as bytes, for snapshots and for its leaf: id 32; kind u8, 0 payout and 1 draw; the pool as text,
    /// or account u32 and request 32; amount i64; record 32; weights u64; holders u32; depth u8; journal index
    /// u64; settled u8 and, if it is 1, root before 32, after 32, proof 32, data 32, journal index u64. The number is
    /// that of its place.
    var encoded: [UInt8] {
        var writer = ByteWriter(reserving: 256)
        writer.write(id)
        switch kind {
        case .payout(let pool):
            writer.write(UInt8(0))
            writer.write(pool)
        case .draw(let account, let request):
            writer.write(UInt8(1))
            writer.write(UInt32(account))
            writer.write(request)
        }
        writer.write(amount.microunits)
        writer.write(raw: record.bytes)
        writer.write(weights)
        writer.write(UInt32(holders))
        writer.write(UInt8(depth))
        writer.write(index)
        writer.write(UInt8(settled == nil ? 0 : 1))
        if let settled {
            writer.write(raw: settled.oldRoot.bytes)
            writer.write(raw: settled.newRoot.bytes)
            writer.write(settled.proof)
            writer.write(settled.data)
            writer.write(settled.index)
        }
        return writer.bytes
    }

    init(number: Int, from reader: inout ByteReader) throws(FormatError) {
        self.number = number
        id = try reader.readDigest()
        let start = reader.offset
        switch try reader.read(UInt8.self) {
        case 0: kind = .payout(pool: try reader.readText())
        case 1:
            kind = .draw(
                Int(try reader.read(UInt32.self)), request: try reader.readDigest())
        default: throw FormatError("a batch of no kind", at: start)
        }
        guard let amount = Amount(microunits: try reader.read(Int64.self)) else {
            throw FormatError("an amount wanted", at: reader.offset - 8)
        }
        self.amount = amount
        record = try reader.readStateDigest()
        weights = try reader.read()
        holders = Int(try reader.read(UInt32.self))
        depth = Int(try reader.read(UInt8.self))
        index = try reader.read()
        let flag = try reader.read(UInt8.self)
        guard flag <= 1, depth <= BalanceTree.mostDepth else {
            throw FormatError("a batch of no such state", at: start)
        }
        if flag == 1 {
            settled = Settled(
                oldRoot: try reader.readStateDigest(), newRoot: try reader.readStateDigest(),
                proof: try reader.readDigest(), data: try reader.readDigest(),
                index: try reader.read())
        }
    }

    init(
        number: Int, of node: PartyID, kind: Kind, amount: Amount, record: Record, holders: Int,
        depth: Int, index: UInt64
    ) {
        id = Digest(of: Array("dividend/batch/\(number)/".utf8), node.publicKey)
        (self.number, self.kind, self.amount) = (number, kind, amount)
        (self.record, weights) = (record.root, record.total)
        (self.holders, self.depth, self.index) = (holders, depth, index)
    }
}

extension ByteReader {
    /// Reads the digest of a state.
    mutating func readStateDigest() throws(FormatError) -> StateDigest {
        guard let digest = StateDigest(bytes: try read(count: StateDigest.byteCount)) else {
            throw FormatError("numbers below the prime wanted", at: offset - 32)
        }
        return digest
    }
}

/// A party's signed wish to take money out of a hidden account.
package struct Draw: Hashable, Sendable {
    /// The account's index.
    package let account: Int
    package let amount: Amount
    package let time: Timestamp
    package let signature: Signature

    /// Signs the wish for one node; no other can honour it.
    package init(
        _ amount: Amount, from account: Int, at time: Timestamp, on node: PartyID,
        by key: SigningKey
    ) {
        (self.account, self.amount, self.time) = (account, amount, time)
        signature = key.sign(Draw.message(account, amount, time, node))
    }

    init(account: Int, amount: Amount, time: Timestamp, signature: Signature) {
        (self.account, self.amount) = (account, amount)
        (self.time, self.signature) = (time, signature)
    }

    private static func message(
        _ account: Int, _ amount: Amount, _ time: Timestamp, _ node: PartyID
    ) -> [UInt8] {
        let lines = [
            "dividend/draw/v1", node.did, String(account), String(amount.microunits), "\(time)",
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }

    func verify(by key: PartyID, on node: PartyID) -> Bool {
        key.verify(signature, over: Draw.message(account, amount, time, node))
    }
}
