// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Consent
internal import Fields
internal import Ledger
package import Market
internal import Settlement

/// What somebody keeps to show what her hidden account held, with nobody's help and the node gone: her leaf, its
/// path to the root of the hidden accounts, the entry that recorded that root with the digest of its
/// proof, and that entry's place in the log that the node signed.
package struct BalanceReceipt: Sendable {
    /// What tells such a receipt from others.
    package static let type = "DividendBalance"

    private let index: Int
    private let leaf: BalanceLeaf
    private let path: [StateDigest]
    private let entry: [UInt8]
    private let proof: TlogProof
    private let node: PartyID

    init(
        index: Int, leaf: BalanceLeaf, path: [StateDigest], entry: [UInt8], proof: TlogProof,
        node: PartyID
    ) {
        (self.index, self.leaf, self.path) = (index, leaf, path)
        (self.entry, self.proof, self.node) = (entry, proof, node)
    }

    /// The receipt as JSON.
    package var json: JSON {
        [
            "type": .string(BalanceReceipt.type), "node": .string(node.did),
            "account": .integer(Int64(index)), "balance": .string(String(leaf.balance)),
            "salt": .string(Hex.encode(leaf.salt.flatMap(\.bytes))),
            "path": .array(path.map { .string(Hex.encode($0.bytes)) }),
            "entry": .string(String(decoding: entry, as: UTF8.self)),
            "log": .string(String(decoding: proof.bytes, as: UTF8.self)),
        ]
    }

    /// Reads a receipt; whether it holds, ``check(expecting:)`` says.
    package init(json: JSON) throws {
        var members = try Members(json, at: "")
        try members.constant("type", BalanceReceipt.type)
        node = try members.party("node")
        index = Int(try members.count("account"))
        let balance: UInt64 = try members.wide("balance")
        let salt = try BalanceReceipt.elements(try members.text("salt"), "salt")
        guard salt.count == BalanceLeaf.saltWidth else {
            throw MemberError("salt", "16 bytes wanted")
        }
        leaf = BalanceLeaf(balance: balance, salt: salt)
        path = try members.texts("path").map { text in
            guard let digest = Hex.decode(text).flatMap(StateDigest.init(bytes:)) else {
                throw MemberError("path", "32 bytes of numbers below the prime each wanted")
            }
            return digest
        }
        guard path.count <= BalanceTree.mostDepth, index < 1 << path.count else {
            throw MemberError("path", "an account of a tree of at most 24 levels wanted")
        }
        entry = Array(try members.text("entry").utf8)
        proof = try TlogProof(parsing: Array(try members.text("log").utf8))
        try members.finish()
    }

    private static func elements(
        _ text: String, _ member: String
    ) throws(MemberError) -> [KoalaBear] {
        let bytes = Hex.decode(text) ?? []
        let elements = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).compactMap {
            KoalaBear(bytes: bytes[$0..<$0 + 4])
        }
        guard !bytes.isEmpty, 4 * elements.count == bytes.count else {
            throw MemberError(member, "numbers below the prime, of four bytes each, wanted")
        }
        return elements
    }

    /// Checks the receipt.
    ///
    /// - Parameters:
    ///   - expected: the node's key as its holder knows it; nil takes the receipt's own.
    ///   - journal: the state that a public copy gives; nil looks at the receipt alone.
    /// - Returns: what holds, in words.
    /// - Throws: what does not hold.
    package func check(expecting expected: PartyID?, in journal: MarketState? = nil) throws
        -> String
    {
        if let expected, expected != node {
            throw ExchangeError.refused(
                "the receipt is of \(node.did), not of \(expected.did)")
        }
        guard let key = VerifierKey(name: Exchange.origin(of: node), party: node) else {
            throw ExchangeError.refused("the node's key signs no checkpoints")
        }
        _ = try Checkpoint(verifying: proof.note.bytes, by: key)
        try proof.verify(entry: entry)
        let read = try Entry(leaf: entry)
        guard
            case .settled(let batch, let root, let digest, _) = try Change(
                kind: read.kind, body: read.body)
        else { throw ExchangeError.refused("its entry settles no batch") }
        guard
            BalanceTree.root(of: leaf, at: index, path: path, hash: HiddenAccounts.hash) == root
        else { throw ExchangeError.refused("the account is not under the root of its entry") }
        if let journal {
            let settled = journal.batches[batch]?.settled
            guard journal.node == node, settled?.newRoot == root, settled?.proof == digest,
                settled.map({ Int($0.index) }) == proof.index
            else {
                throw ExchangeError.refused(
                    "its entry is none of the copy's; an older copy may not have it yet")
            }
        }
        return
            "hidden account \(index) held \(Amount.text(Int64(clamping: leaf.balance))) after entry "
            + "\(proof.index) of \(read.time), whose proof is \(digest.hex), in the log that "
            + "\(node.did) signed"
            + (journal == nil ? "" : "; the copy has that entry's root and proof")
    }
}
