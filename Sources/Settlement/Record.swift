// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Which account somebody is paid to, without showing it: the hash of the account's index and a salt.
///
/// The first four elements of one call of the state hash on a tag, the index, six zeros, and eight elements of
/// salt: 124 bits against another index, 248 against guessing.
public struct AccountLink: Hashable, Sendable {
    /// The four elements.
    public let elements: [KoalaBear]

    /// How many elements a link has.
    public static let width = 4
    /// How many elements its salt has.
    public static let saltWidth = 8
    /// What tells that something is hashed to a link.
    static let tag = KoalaBear(reducing: 0x4c49_4e4b)

    /// Takes four elements; nil for any other number.
    public init?(_ elements: [KoalaBear]) {
        guard elements.count == AccountLink.width else { return nil }
        self.elements = elements
    }

    /// Links to an account.
    ///
    /// - Requires: eight elements of salt.
    public init(to index: Int, salt: [KoalaBear], hash: StateHash) {
        elements = Array(
            hash.leaf(AccountLink.input(index, salt)).elements.prefix(AccountLink.width))
    }

    /// What is hashed.
    static func input(_ index: Int, _ salt: [KoalaBear]) -> [KoalaBear] {
        precondition(salt.count == saltWidth, "the salt of a link has eight elements")
        return [tag, KoalaBear(reducing: UInt64(index))]
            + [KoalaBear](repeating: .zero, count: 6) + salt
    }
}

/// Who holds what share of a batch, in order, as one digest: a chain of calls of the state hash, each taking
/// the digest before, a link, and a weight in four limbs.
public struct Record: Hashable, Sendable {
    /// The digest.
    public private(set) var root: StateDigest
    /// All weights together.
    public private(set) var total: UInt64 = 0
    /// The hash.
    public let hash: StateHash

    /// What a chain begins with.
    static let start = [KoalaBear(reducing: 0x5245_434f)] + [KoalaBear](repeating: .zero, count: 7)

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
        root = hash.leaf(Record.input(root.elements, link, weight))
        return true
    }

    /// The record of some holders, with every digest on the way.
    ///
    /// - Throws: ``SettlementError/weights`` where all weights together reach 2⁶⁴.
    /// - Cost: a permutation for each holder, one after the other, and one for each link.
    static func trail(
        of holders: [SettlementBatch.Holder], hash: StateHash
    ) throws(SettlementError) -> Trail {
        let links = hash.leaves(
            holders.flatMap { AccountLink.input($0.index, $0.linkSalt) })
        var record = Record(hash: hash)
        var digests: [StateDigest] = []
        digests.reserveCapacity(holders.count)
        for (holder, digest) in zip(holders, links) {
            let link = AccountLink(Array(digest.elements.prefix(AccountLink.width)))
            guard let link, record.append(link, weight: holder.weight) else { throw .weights }
            digests.append(record.root)
        }
        return Trail(record: record, links: links, digests: digests)
    }

    /// A record as it came about.
    struct Trail {
        let record: Record
        /// The whole digest of each link.
        let links: [StateDigest]
        /// The record's digest after each holder.
        let digests: [StateDigest]
    }

    /// What is hashed.
    static func input(_ before: [KoalaBear], _ link: AccountLink, _ weight: UInt64) -> [KoalaBear] {
        before + link.elements + Limbs.of(weight)
    }
}
