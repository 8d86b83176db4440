// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Fields
internal import Identity
internal import Market
internal import Settlement

/// What only the node knows of hidden accounts: whose they are, what they hold, and what opens them.
///
/// Everything that opens an account follows from the node's key and the account's index: the key that signs what
/// is taken out, the salts of its links, and the salt of its leaf after each batch. So a batch that is proven
/// again, after a crash, gives the same root, and nothing but the owners has to be kept.
struct HiddenBook: Sendable {
    /// What an account holds, as far as batches are proven.
    struct Holding: Hashable, Sendable {
        var balance: UInt64 = 0
        /// The number of the last batch that changed it; nil before the first.
        var batch: Int?
    }

    private let seed: [UInt8]
    /// The accounts' indices by the keys of their owners.
    private(set) var indices: [PartyID: Int] = [:]
    /// What the accounts hold, by index.
    private(set) var holdings: [Holding]
    /// How many batches the holdings have in them.
    private(set) var batches = 0
    /// The tree of the holdings.
    private(set) var tree = HiddenAccounts.tree

    /// Nobody has an account.
    init(node: SigningKey) {
        seed = Digest(of: Array("dividend/hidden/v1/".utf8), node.seed).bytes
        holdings = [Holding(balance: HiddenAccounts.supply), Holding()]
    }

    /// Takes in accounts that were opened, so many, for whoever comes.
    mutating func open(_ count: Int) {
        holdings += Array(repeating: Holding(), count: count)
    }

    /// Gives an account to its owner.
    mutating func assign(_ index: Int, to owner: PartyID) { indices[owner] = index }

    /// The accounts that are open and nobody's.
    var free: [Int] {
        let taken = Set(indices.values)
        return (HiddenAccounts.first..<holdings.count).filter { !taken.contains($0) }
    }

    /// Takes in what a batch changed.
    mutating func settle(_ changes: [(index: Int, balance: UInt64)], batch: Int, tree: BalanceTree)
    {
        for change in changes {
            holdings[change.index] = Holding(balance: change.balance, batch: batch)
        }
        batches = batch + 1
        self.tree = tree
    }

    /// The key that signs what is taken out of an account.
    func key(of index: Int) -> SigningKey? {
        SigningKey(seed: secret(of: index, "key").bytes)
    }

    /// The salt of the link of an account to a pseudonym.
    func linkSalt(of index: Int, to party: PartyID) -> [KoalaBear] {
        (0..<2).flatMap { elements(index, "link/\($0)", party.publicKey) }
    }

    /// The salt of an account's leaf from a batch on.
    func salt(of index: Int, batch: Int) -> [KoalaBear] {
        elements(index, "leaf", Array("\(batch)".utf8))
    }

    /// What opens the lines that are sealed to an account: its owner may have it.
    func readingKey(of index: Int) -> [UInt8] { secret(of: index, "reading").bytes }

    private func secret(of index: Int, _ word: String, _ name: [UInt8] = []) -> Digest {
        Digest(of: seed + Array("\(word)/\(index)/".utf8), name)
    }

    private func elements(_ index: Int, _ word: String, _ name: [UInt8]) -> [KoalaBear] {
        let bytes = secret(of: index, word, name).bytes
        return stride(from: 0, to: 32, by: 8).map { start in
            KoalaBear(reducing: bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    // MARK: Kept

    /// The holdings as bytes, little-endian: how many batches are in them u32; then of each account, by index,
    /// the balance u64, and one more than the number of its last batch u32, 0 for none.
    var kept: [UInt8] {
        var writer = ByteWriter(reserving: 4 + 12 * holdings.count)
        writer.write(UInt32(batches))
        for holding in holdings {
            writer.write(holding.balance)
            writer.write(UInt32((holding.batch ?? -1) + 1))
        }
        return writer.bytes
    }

    /// Puts back what ``kept`` gave, and makes the tree.
    ///
    /// - Parameter depth: the levels of the tree after the last batch.
    mutating func restore(_ bytes: [UInt8], depth: Int) throws {
        var reader = ByteReader(bytes)
        batches = Int(try reader.read(UInt32.self))
        guard reader.left % 12 == 0, reader.left / 12 <= holdings.count else {
            throw FormatError("there are more holdings than accounts", at: 4)
        }
        for index in 0..<reader.left / 12 {
            let balance = try reader.read(UInt64.self)
            let last = Int(try reader.read(UInt32.self))
            holdings[index] = Holding(balance: balance, batch: last > 0 ? last - 1 : nil)
        }
        tree.grow(to: depth)
        tree.update(
            holdings.enumerated().compactMap { index, holding in
                holding.batch.map {
                    (index, BalanceLeaf(balance: holding.balance, salt: salt(of: index, batch: $0)))
                }
            })
    }
}

/// Whom a batch pays how much, by hidden accounts: what the node keeps of it to prove it.
struct BatchLines: Sendable {
    /// The account, the pseudonym that was owed, and the micro-units.
    struct Line: Sendable {
        let index: Int
        let party: PartyID
        let amount: UInt64
    }

    /// In the order of the record.
    let lines: [Line]

    /// As bytes: of each line the index u32, the party 32, the amount u64, little-endian.
    var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 44 * lines.count)
        for line in lines {
            writer.write(UInt32(line.index))
            writer.write(raw: line.party.publicKey)
            writer.write(line.amount)
        }
        return writer.bytes
    }

    init(_ lines: [Line]) { self.lines = lines }

    init(_ bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        var lines: [Line] = []
        while reader.left > 0 {
            let index = Int(try reader.read(UInt32.self))
            guard let party = PartyID(publicKey: try reader.read(count: 32)) else {
                throw FormatError("no key", at: reader.offset - 32)
            }
            lines.append(Line(index: index, party: party, amount: try reader.read()))
        }
        self.lines = lines
    }
}
