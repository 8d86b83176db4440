// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
package import Market
internal import Storage
package import Study
package import Vault

/// A contributor's side of pools whose rows stay with her: what her own folder keeps of them. It is a Dividend folder
/// like any other, with her key and her rows; nothing of this is in its journal.
package struct EdgeHome: Sendable {
    let store: ExchangeStore
    let vault: PackStore
    let keys: [NodeKey]
    let folder: HomeFolder
    /// Her own key.
    package let owner: SigningKey

    /// Her key in a pool of a node: another one for each, so that nothing joins them.
    package func key(of node: PartyID, _ pool: String) -> SigningKey {
        owner.pseudonym(for: "edge/\(node.did)/\(pool)")
    }

    /// Her rows of some tables, only the columns asked for filled. Rows under another schema are none of a table's.
    ///
    /// - Throws: when the vault is damaged.
    package func rows(of wanted: [TableColumns]) throws -> [Rows] {
        let reader = try VaultReader(
            cohort: [owner.id], owners: [owner.id: owner.id], tables: wanted.map(\.schema),
            store: store, packs: try vault.map(), keys: keys)
        var room = reader.makeRoom(for: wanted)
        return try reader.tables(of: 0, reading: wanted, in: &room)
    }

    /// How many rows she has in a pool's tables.
    package func rowCount(in offer: PoolOffer) throws -> Int {
        try rows(of: offer.tables.map { TableColumns(schema: $0, columns: [0]) })
            .reduce(0) { $0 + $1.count }
    }

    // MARK: What she granted

    /// A pool that she granted to.
    package struct Member: Sendable {
        /// The address of the node.
        package let url: String
        package let node: PartyID
        package let offer: PoolOffer
        package let grant: SignedGrant
    }

    /// The pools that she granted to.
    package func members() throws -> [Member] {
        try store.marks(beginning: memberPrefix).map { _, bytes in
            let json = try JSON(parsing: bytes)
            guard let url = json["url"]?.string,
                let node = json["node"]?.string.flatMap(PartyID.init(did:)),
                let offer = json["offer"], let grant = json["grant"]
            else {
                throw ExchangeError.refused("what is kept here of a pool is damaged; join it again")
            }
            return Member(
                url: url, node: node, offer: try PoolOffer(json: offer),
                grant: try SignedGrant(json: grant))
        }
    }

    /// Keeps that she granted, and that she has not withdrawn. What was spent before stays spent.
    package func keep(_ member: Member) throws {
        let record = record(of: member.node)
        var usage = try record.usage(in: member.offer.name)
        (usage.withdrawn, usage.studies) = (nil, 0)
        let value = try JSON.object([
            "url": .string(member.url), "node": .string(member.node.did),
            "offer": member.offer.json, "grant": member.grant.json,
        ]).signable()
        try write([
            .mark(memberPrefix + name(member.node, member.offer.name), value),
            try record.mark(usage, in: member.offer.name),
        ])
    }

    /// Keeps that she withdrew: from now on this machine gives nothing to the pool, whatever the node says.
    package func end(_ member: Member, at time: Timestamp) throws {
        let record = record(of: member.node)
        var usage = try record.usage(in: member.offer.name)
        usage.withdrawn = time
        try write([try record.mark(usage, in: member.offer.name)])
    }

    /// Her record of what was spent with a node.
    package func record(of node: PartyID) -> HomeRecord { HomeRecord(home: self, node: node) }

    private var memberPrefix: String {
        "edge/member/" + Digest(of: owner.id.publicKey).hex + "/"
    }

    /// Of one party's membership: several may have their rows in one folder.
    func name(_ node: PartyID, _ pool: String) -> String {
        Digest(of: node.publicKey, owner.id.publicKey + Array(pool.utf8)).hex
    }

    /// Writes durably, all or none.
    func write(_ notes: [Note]) throws {
        try store.write([], after: try store.count(), notes: notes)
    }
}

extension Exchange {
    /// A contributor's side of pools whose rows stay with her.
    package func edgeHome(of owner: SigningKey) -> EdgeHome {
        EdgeHome(store: store, vault: vault, keys: vaultKeys, folder: home, owner: owner)
    }
}

extension EdgeHome {
    /// Grants to a pool: signs, sends, and keeps what was granted.
    ///
    /// - Parameter code: what the operator invited her with, where that is needed.
    /// - Returns: the grant, and the node's receipt as it came.
    package func join(
        _ invitation: EdgeLink.Invitation, _ terms: GrantTerms, at url: String,
        with code: String? = nil, through link: EdgeLink, now: Timestamp
    ) async throws -> (grant: SignedGrant, receipt: [UInt8]) {
        let offer = invitation.offer
        let grant = try terms.grant(
            to: offer.name, signedBy: key(of: invitation.node, offer.name), of: owner.id,
            given: now, notice: Exchange.edgeNoticeDigest)
        let answer = try await link.join(grant, code: code)
        let address = url.hasSuffix("/") ? String(url.dropLast()) : url
        try keep(Member(url: address, node: invitation.node, offer: offer, grant: grant))
        let receipt = try JSON(parsing: answer)["receipt"]?.canonical() ?? answer
        return (grant, receipt)
    }

    /// Withdraws: first here, so that from now on nothing is given, whether the node can be reached or not.
    package func withdraw(
        from member: Member, through link: EdgeLink, now: Timestamp
    ) async throws {
        try end(member, at: now)
        let name = member.offer.name
        let withdrawal = try Withdrawal(
            of: member.grant.grant.id, at: now, by: key(of: member.node, name))
        try await link.leave(withdrawal, from: name)
    }
}
