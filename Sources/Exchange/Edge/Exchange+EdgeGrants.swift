// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Identity
package import Ledger
internal import Market
internal import Storage

/// What a node knows of somebody whose rows stay with her.
package struct EdgeStanding: Sendable {
    /// Privacy spent and set aside in the pool, in units of 2^-40 of ρ.
    package let spent: UInt64
    /// How many studies that were.
    package let studies: UInt32
    /// Whether a grant is in force: neither withdrawn nor replaced.
    package let isInForce: Bool
    /// What she can take out, what is on its way there, and what the pool owes her, in micro-units.
    package let money: Exchange.PartyMoney

    /// The machine-readable form.
    package var json: JSON {
        [
            "spent": .string(String(spent)), "studies": .integer(Int64(studies)),
            "in_force": .bool(isInForce), "available": .string(String(money.available)),
            "pending": .string(String(money.pending)), "claims": .string(String(money.claims)),
        ]
    }
}

/// Contributors whose rows and keys stay on their own machines. Here they are the keys that they have in one pool, and
/// nothing joins those of several pools.
extension Exchange {
    /// What a contributor is shown before she grants to a pool of contributors' own machines; every such grant holds its
    /// digest.
    package static let edgeNotice = """
        Your rows stay on this machine. For a study that your grant covers it adds up its own part, cuts it \
        to a bound, adds noise, and sends it masked, so that the exchange sees the sum over everybody and \
        not your part, as long as at most a tenth of those who take part help it. It then gets the noised \
        sums only. For that this machine has to be on. Everybody who takes part sees the text of the \
        question, the keys of the others, and, of a model, what each step let out. The key that you have \
        in this pool and when it took part become public. You are paid a share of every study that was answered and in which this \
        machine stayed to the end; a quarter of the machines, by leaving, can keep a study from an answer. Privacy that was spent stays spent, also where it did not. You can \
        withdraw at any time; the next study then runs without you.
        """

    package static let edgeNoticeDigest = Digest(of: Array(edgeNotice.utf8))

    /// The time, never before the last entry.
    package var time: Timestamp { now }

    /// Takes a grant that its contributor signed on her own machine.
    ///
    /// - Parameter code: what the operator invited her with, where that is needed.
    /// - Throws: for another pool than one of contributors' own machines, another notice, and as every grant.
    package func join(_ grant: SignedGrant, code: String? = nil) throws -> ConsentReceipt {
        let name = grant.grant.pool
        guard let offer = state.pools[name]?.offer else { throw MarketError.noPool(name) }
        guard offer.isEdge else { throw MarketError.edge("the rows of \(name) lie in the vault") }
        guard grant.grant.notice == Exchange.edgeNoticeDigest, grant.passkey == nil else {
            throw ExchangeError.refused(
                "the grant was given on another notice; use the same release as the node, and grant anew"
            )
        }
        guard grant.verify() else { throw MarketError.badSignature(of: "grant") }
        let party = grant.grant.party
        try record(
            [.granted(grant)],
            notes: [.pseudonym(party, owner: party, pool: name)]
                + using(code, by: party, in: name), areSignedHere: true)
        return try receipt(for: grant)
    }

    /// Ends a grant by the word that its contributor signed on her own machine.
    ///
    /// - Throws: for a grant that is not for this pool, and as every withdrawal.
    package func leave(_ withdrawal: Withdrawal, from pool: String) throws {
        guard state.pools[pool]?.offer.isEdge == true,
            let place = state.consent.index(of: withdrawal.grant),
            state.consent.grant(at: place)?.pool == pool
        else { throw MarketError.noPool(pool) }
        try record([.withdrawn(withdrawal)])
    }

    /// Whether a key is that of somebody who granted to a pool of contributors' own machines.
    package func isMachine(_ party: PartyID, in pool: String) -> Bool {
        guard let pool = state.pools[pool], pool.offer.isEdge else { return false }
        return pool.register.shares(of: Accounts.party(party)) > 0
    }

    /// What the node knows of a contributor in such a pool.
    package func edgeStanding(of party: PartyID, in pool: String) throws -> EdgeStanding {
        let places = (0..<state.consent.count).filter {
            state.consent.party(at: $0) == party && state.consent.grant(at: $0)?.pool == pool
        }
        let usages = places.map { state.consent.usage(of: $0) }
        let budget = state.consent.budget(of: party, in: pool)
        let (available, pending) = try hiddenMoney(of: party)
        let claims =
            state.pools[pool]?.register.claim(of: Accounts.party(party)).microunits ?? 0
        return EdgeStanding(
            spent: budget.spent + budget.reserved,
            studies: usages.last?.studies ?? 0,
            isInForce: usages.contains { $0.withdrawn == nil && !$0.superseded },
            money: PartyMoney(available: available, pending: pending, claims: claims))
    }

    /// Takes money out of a contributor's hidden account, to the outside world: a batch, to be proven.
    ///
    /// - Returns: how much.
    /// - Throws: when there is none.
    package func cashOut(machine party: PartyID, most: Amount) throws -> Amount {
        let drawn = try draw(party, most: most)
        guard drawn > .zero else {
            throw ExchangeError.refused(
                "there is nothing to pay out yet: pools pay once a day, and what is pending has to be "
                    + "proven first")
        }
        return drawn
    }
}
