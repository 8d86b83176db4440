// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Which account somebody is paid to, without showing it: the hash of the account's index and a salt.
///
/// One call of the state hash on a tag, the index, six zeros, and eight elements of salt: 124 bits against a
/// second opening by whoever chose the salt, 248 against guessing.
public struct AccountLink: Hashable, Sendable {
    /// The hash.
    public let digest: StateDigest

    /// How many elements its salt has.
    public static let saltWidth = 8
    /// What tells that something is hashed to a link.
    static let tag = KoalaBear(reducing: 0x4c49_4e4b)

    /// Takes the hash.
    public init(_ digest: StateDigest) { self.digest = digest }

    /// Links to an account.
    ///
    /// - Requires: eight elements of salt.
    public init(to index: Int, salt: [KoalaBear], hash: StateHash) {
        digest = hash.leaf(AccountLink.input(index, salt))
    }

    /// What is hashed.
    static func input(_ index: Int, _ salt: [KoalaBear]) -> [KoalaBear] {
        precondition(salt.count == saltWidth, "the salt of a link has eight elements")
        return [tag, KoalaBear(reducing: UInt64(index))]
            + [KoalaBear](repeating: .zero, count: 6) + salt
    }
}

/// Who holds what share of a batch, in order, as one digest: a chain of two calls of the state hash for each
/// holder, of the digest before and her link, and of what that gives, her weight in four limbs, a tag and three
/// zeros.
public struct Record: Hashable, Sendable {
    /// The digest.
    public private(set) var root: StateDigest
    /// All weights together.
    public private(set) var total: UInt64 = 0
    /// The hash.
    public let hash: StateHash

    /// What tells that something is hashed to a record.
    static let tag = KoalaBear(reducing: 0x5245_434f)
    /// What a chain begins with.
    static let start = [tag] + [KoalaBear](repeating: .zero, count: 7)

    /// Nobody holds anything.
    public init(hash: StateHash) {
        self.hash = hash
        root = StateDigest(Record.start) ?? .zero
    }

    /// Adds a holder.
    ///
    /// - Returns: false, and changes nothing, where all weights would reach 2⁶⁴.
    public mutating func append(_ link: AccountLink, weight: UInt64) -> Bool {
        let (sum, overflow) = total.addingReportingOverflow(weight)
        guard !overflow else { return false }
        total = sum
        _ = extend(link.digest, weight)
        return true
    }

    /// Takes the chain further, and gives the digest on the way.
    private mutating func extend(_ link: StateDigest, _ weight: UInt64) -> StateDigest {
        let linked = hash.node(root, link)
        root = hash.leaf(Record.input(linked.elements, weight))
        return linked
    }

    /// The record of some holders, with every digest on the way.
    ///
    /// - Throws: ``SettlementError/weights`` where all weights together reach 2⁶⁴.
    /// - Cost: two permutations for each holder, one after the other, and one for each link.
    static func trail(
        of holders: [SettlementBatch.Holder], hash: StateHash
    ) throws(SettlementError) -> Trail {
        let links = hash.leaves(
            holders.flatMap { AccountLink.input($0.index, $0.linkSalt) })
        var record = Record(hash: hash)
        var (linked, digests): ([StateDigest], [StateDigest]) = ([], [])
        for (holder, digest) in zip(holders, links) {
            let (sum, overflow) = record.total.addingReportingOverflow(holder.weight)
            guard !overflow else { throw .weights }
            record.total = sum
            linked.append(record.extend(digest, holder.weight))
            digests.append(record.root)
        }
        return Trail(record: record, links: links, linked: linked, digests: digests)
    }

    /// A record as it came about.
    struct Trail {
        let record: Record
        /// Each holder's link.
        let links: [StateDigest]
        /// The record's digest with each holder's link.
        let linked: [StateDigest]
        /// The record's digest after each holder.
        let digests: [StateDigest]
    }

    /// What is hashed after a link.
    static func input(_ linked: [KoalaBear], _ weight: UInt64) -> [KoalaBear] {
        linked + Limbs.of(weight) + [tag] + [KoalaBear](repeating: .zero, count: 3)
    }
}
