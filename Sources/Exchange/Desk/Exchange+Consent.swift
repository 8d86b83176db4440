// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Consent
package import Identity
package import Market
internal import Storage
internal import Vault

/// What a contributor allows, in the words of a grant.
package struct GrantTerms: Sendable {
    package var tables: [String]
    package var purposes: Set<Purpose>
    package var priceFloor: Int64
    /// Total privacy, in units of 2^-40 of ρ.
    package var privacyLimit: UInt64
    package var privacyPerStudy: UInt64
    package var uses: UInt32
    package var days: Int

    package init(
        tables: [String], purposes: Set<Purpose>, priceFloor: Int64, privacyLimit: UInt64,
        privacyPerStudy: UInt64, uses: UInt32, days: Int
    ) {
        self.tables = tables
        self.purposes = purposes
        self.priceFloor = priceFloor
        self.privacyLimit = privacyLimit
        self.privacyPerStudy = privacyPerStudy
        self.uses = uses
        self.days = days
    }
}

extension GrantTerms {
    /// The grant of one contributor, signed by her pseudonym in the pool.
    func grant(
        to pool: String, by key: SigningKey, given: Timestamp
    ) throws -> SignedGrant {
        try grant(
            to: pool, signedBy: key.pseudonym(for: Exchange.poolContext(pool)), of: key.id,
            given: given, notice: Exchange.noticeDigest)
    }

    /// The same signed by a key that the contributor has for the pool.
    func grant(
        to pool: String, signedBy pseudonym: SigningKey, of owner: PartyID, given: Timestamp,
        notice: Digest
    ) throws -> SignedGrant {
        // Whoever holds the key can make the salt again, and so open the commitment.
        var salt = ByteWriter()
        salt.write(raw: Array("dividend/commitment/v1".utf8))
        salt.write(raw: pseudonym.seed)
        salt.write(given.milliseconds)
        let grant = try Grant(
            party: pseudonym.id, pool: pool, tables: tables, purposes: purposes,
            priceFloor: priceFloor, privacyLimit: privacyLimit, privacyPerStudy: privacyPerStudy,
            uses: uses, starts: given,
            expires: given.adding(milliseconds: Int64(days) * 86_400_000),
            notice: notice,
            commitment: Commitment.digest(of: owner, salt: Digest(of: salt.bytes)))
        guard let signed = SignedGrant(grant, by: pseudonym) else {
            throw ExchangeError.refused("the key does not fit the grant")
        }
        return signed
    }
}

/// Pools, grants, withdrawals.
extension Exchange {
    /// Opens a pool.
    ///
    /// - Parameter inviteOnly: whether only those may join it, where it is of contributors' own machines, whom the
    ///   operator invites. Who is in one that took everybody came without being asked: it is said once, here.
    /// - Throws: when its smallest cohort is below ``leastCohort``, or its name means something else.
    package func openPool(_ offer: PoolOffer, inviteOnly: Bool = false) throws {
        guard offer.minimumCohort >= Exchange.leastCohort else {
            throw ExchangeError.refused(
                "a study over fewer than \(Exchange.leastCohort) people tells too much of each; "
                    + "give --minimum \(Exchange.leastCohort) or more")
        }
        guard !Exchange.reservedNames.contains(offer.name) else {
            throw ExchangeError.refused(
                "\(offer.name) stands for something else in addresses; choose another name")
        }
        for table in offer.tables {
            do throws(SchemaError) { try table.checkWords() } catch {
                throw ExchangeError.refused(
                    "\(table.table) cannot be published: \(error.description)")
            }
        }
        try record(
            [.poolOpened(offer)], notes: inviteOnly ? [.mark(inviteMark(offer.name), [1])] : [])
    }

    /// What no pool may be called: `/grants/prepare` and `/grants/confirm` are no pools' grants.
    private static let reservedNames: Set = ["prepare", "confirm"]

    /// The smallest cohort that any pool may answer for, whatever the noise.
    package static let leastCohort = 5

    /// Gives grants for some people at once, each signed by the person's pseudonym in the pool.
    ///
    /// - Returns: the grants, in an order of chance.
    @discardableResult
    package func grant(
        _ terms: GrantTerms, pool: String, by keys: [SigningKey]
    ) throws -> [SignedGrant] {
        try checkRows(of: keys, for: terms, in: pool)
        // Whoever holds the folder holds their keys: their yes is the passkey's alone.
        guard try keys.allSatisfy({ try !hasPasskeys($0.id) }) else {
            throw ExchangeError.refused(
                "whoever signs in with a passkey confirms each grant with one, in a browser")
        }
        let given = now
        var chance = surroundings.generator
        // In no order: the places of grants and of segments in the journal must not match.
        let shuffled = keys.shuffled(using: &chance)
        let made = parallelMap(shuffled) { key in
            Result { try terms.grant(to: pool, by: key, given: given) }
        }
        let grants = try made.map { try $0.get() }
        let notes = zip(grants, shuffled).map { grant, owner in
            Note.pseudonym(grant.grant.party, owner: owner.id, pool: pool)
        }
        try record(grants.map { .granted($0) }, notes: notes, areSignedHere: true)
        return grants
    }

    /// Who has rows in some of a pool's tables, as the pool offers them.
    func owners(of tables: [String], in pool: String) throws -> Set<PartyID> {
        let offered = state.pools[pool]?.offer.tables.filter { tables.contains($0.table) } ?? []
        let digests = Set(offered.map(\.digest))
        return Set(try store.segments().lazy.filter { digests.contains($0.schema) }.map(\.owner))
    }

    /// Refuses to grant what is not there.
    func checkRows(of keys: [SigningKey], for terms: GrantTerms, in pool: String) throws {
        guard let offer = state.pools[pool]?.offer else { throw MarketError.noPool(pool) }
        guard !offer.isEdge else {
            throw ExchangeError.refused(
                "rows of \(pool) stay on contributors' own machines: dividend edge join \(pool) --node URL"
            )
        }
        let stored = try owners(of: terms.tables, in: pool)
        guard keys.allSatisfy({ stored.contains($0.id) }) else {
            throw ExchangeError.refused(
                "there are no rows to grant in \(terms.tables.joined(separator: ", ")); "
                    + "`dividend import` them first")
        }
    }

    /// What a contributor is shown before she grants; every grant holds its digest.
    package static let notice = """
        Your rows stay in the vault. Studies add up at most a bounded part of them with everybody \
        else's, add noise, and let out the noised sums only. You are paid a share of every study \
        that your grant covers. In a pool that shares by days of data, a band of how many days you \
        gave, drawn with noise, becomes public with your shares and counts against your privacy \
        limit; so does, in a pool that shares by value, a band of how much a model gains from \
        your rows. Once such a pool was valued, only whom its last valuation read is read and \
        paid; your grant has to allow it. There rows that somebody else gave before, or that say the opposite of \
        everybody else's beyond chance, are kept out of all studies and earn nothing, which \
        the journal says of your pseudonym; you can appeal. To find them your rows are compared with others' as \
        long as your grant stands. You can withdraw at any time; the next \
        study then runs without you. Erasing \
        destroys the key of your rows for good; answers that were given before stay given.
        """

    static let noticeDigest = Digest(of: Array(notice.utf8))

    /// The grants of a party that are in force, with what became of them.
    package func grants(of key: SigningKey) -> [(grant: Grant, usage: Usage)] {
        let pseudonyms = Set(accounts(of: key).map(\.id))
        return (0..<state.consent.count).compactMap { place in
            guard pseudonyms.contains(state.consent.party(at: place)),
                let grant = state.consent.grant(at: place)
            else { return nil }
            return (grant, state.consent.usage(of: place))
        }
    }

    /// Ends the grants of a party for a pool, before the next study.
    package func withdraw(_ key: SigningKey, from pool: String) throws -> Int {
        let pseudonym = key.pseudonym(for: Exchange.poolContext(pool))
        var changes: [Change] = []
        for (grant, usage) in grants(of: key)
        where grant.pool == pool && usage.withdrawn == nil && !usage.superseded {
            changes.append(.withdrawn(try Withdrawal(of: grant.id, at: now, by: pseudonym)))
        }
        guard !changes.isEmpty else {
            guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
            throw ExchangeError.refused("there is no grant in force for \(pool)")
        }
        try record(changes)
        return changes.count
    }

    /// A receipt for a grant that its party can keep and have checked offline.
    package func receipt(for grant: SignedGrant) throws -> ConsentReceipt {
        guard let bytes = try store.mark(Exchange.operatorMark) else {
            throw ExchangeError.refused("who runs this exchange is not known; see `dividend init`")
        }
        let words = try Operator(json: JSON(parsing: bytes))
        let controller = try words.controller(node: node.id, name: state.name)
        return try ConsentReceipt(for: grant, from: controller, issued: now, by: node)
    }

    /// The name under which it is kept who runs the exchange.
    static let operatorMark = "operator"
}

/// Who runs an exchange and answers for it, as receipts name them.
package struct Operator: Sendable {
    /// Their postal address.
    package let address: String
    /// Where they can be reached: a URL.
    package let contact: String
    /// Whose law applies, such as "DE" or "EU".
    package let jurisdiction: String

    /// Describes the operator.
    package init(address: String, contact: String, jurisdiction: String) {
        self.address = address
        self.contact = contact
        self.jurisdiction = jurisdiction
    }

    init(json: JSON) throws {
        guard let address = json["address"]?.string, let contact = json["contact"]?.string,
            let jurisdiction = json["jurisdiction"]?.string
        else { throw ExchangeError.refused("the operator's words kept here are damaged") }
        self.init(address: address, contact: contact, jurisdiction: jurisdiction)
    }

    var json: JSON {
        [
            "address": .string(address), "contact": .string(contact),
            "jurisdiction": .string(jurisdiction),
        ]
    }

    func controller(node: PartyID, name: String) throws -> Controller {
        try Controller(
            node: node, name: name, address: address, contact: contact, jurisdiction: jurisdiction,
            storage: [jurisdiction], withdrawal: "dividend withdraw",
            rights: "dividend withdraw, dividend export-my-data, dividend erase", language: "en")
    }
}
