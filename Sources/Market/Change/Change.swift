// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Fields
package import Identity
package import Ledger
package import Settlement

/// Everything that can happen to an exchange. Each becomes one journal entry, and the state is
/// what applying all of them in order gives.
package enum Change: Hashable, Sendable {
    /// The exchange begins: the node's key and the name people read.
    case founded(node: PartyID, name: String)
    /// A pool opens.
    case poolOpened(PoolOffer)
    /// Money came in for a party.
    case deposited(PartyID, Amount, reference: Digest)
    /// A party takes money out.
    case cashedOut(Cashout)
    /// A contributor's rows were taken into the vault.
    case dataAdded(party: PartyID, table: String, segment: Digest)
    /// Segments were erased: their keys no longer exist.
    case dataErased(party: PartyID, segments: [Digest])
    /// A contributor gave a grant.
    case granted(SignedGrant)
    /// A contributor ended a grant.
    case withdrawn(Withdrawal)
    /// Shares of contributors were set for an epoch. Those by days of data or by value tell something
    /// about each, which costs her `rho` units of privacy; those by given weights cost 0.
    case sharesSet(pool: String, epoch: UInt32, rho: UInt64, shares: [Share])
    /// What the shares of an epoch are measured by; they follow in the same write.
    case valued(Valuation)
    /// A contributor's rows are not read and not paid for from now on; why, in the operator's words, where no rule found
    /// it.
    case suspended(pool: String, party: PartyID, Suspension.Code, reason: String? = nil)
    /// A contributor wants her suspension looked at again.
    case appealed(Appeal)
    /// The operator lifts a suspension, or stays by it after an appeal.
    case decided(pool: String, party: PartyID, lifted: Bool)
    /// A buyer ordered a quote; the price is on hold.
    case ordered(Order)
    /// The cohort is frozen and everybody's budget reserved; from now on data may be read.
    /// Where the answer is to be proven, its noise is committed to as well. Where rows are on contributors' own machines,
    /// the grants of those whose machines are there.
    case reserved(
        order: Digest, cohort: Digest, noise: Digest? = nil, there: PlaceRuns? = nil)
    /// The answer is there; price paid, fee taken, dividend declared, budgets spent. Where it is proven, by what. Where
    /// rows are on contributors' own machines, the grants of those whose machines left before the end.
    case committed(
        order: Digest, answer: Digest, proof: AnswerClaim? = nil, left: PlaceRuns? = nil)
    /// The rows of a cohort are committed to, for answers that are proven.
    case columnsCommitted(ColumnsCommitment)
    /// A buyer lets everybody read her question and its answer.
    case published(Publication)
    /// A buyer lets others have her model predict, or lets them no more.
    case rented(Rental)
    /// Somebody paid for predictions of a model that is let; they are sealed to her.
    case called(ModelCall)
    /// There will be no answer; the price goes back.
    case failed(order: Digest, reason: FailureReason)
    /// Hidden accounts belong to somebody from now on: the keys that sign for the next ones.
    case accountsOpened([PartyID])
    /// Pseudonyms are paid to hidden accounts; to which, the links do not show.
    case linked([Link])
    /// Accrued dividends of a pool go to the contributors' hidden accounts: a batch, to be proven.
    case paidOut(pool: String, total: Amount)
    /// Somebody takes money out of a hidden account: a batch, to be proven.
    case drawn(Draw)
    /// The next batch is proven: the root of the hidden accounts after it, the proof's digest, and that of the
    /// commitment to what is sealed to those it pays.
    case settled(batch: Digest, root: StateDigest, proof: Digest, data: Digest)

    /// A pseudonym and the account it is paid to.
    package struct Link: Hashable, Sendable {
        package let party: PartyID
        package let link: AccountLink

        package init(party: PartyID, link: AccountLink) {
            self.party = party
            self.link = link
        }
    }

    /// A contributor's number of shares.
    package struct Share: Hashable, Sendable {
        package let party: PartyID
        package let shares: UInt64

        package init(party: PartyID, shares: UInt64) {
            self.party = party
            self.shares = shares
        }
    }

    /// Why an order has no answer; none depends on anybody's rows.
    package enum FailureReason: String, CaseIterable, Hashable, Sendable {
        /// Too few grants cover the study.
        case cohortTooSmall = "cohort_too_small"
        /// The grants changed, or the journal refused the study.
        case refused
        /// The node stopped before the answer was recorded.
        case interrupted
        /// The storage could not be read.
        case storage
        /// The quote ran out before the study started.
        case expired
        /// So few contributors' machines stayed that nothing could be let out.
        case droppedOut = "dropped_out"
    }

    /// The kind of the entry.
    package var kind: String {
        switch self {
        case .founded: "genesis"
        case .poolOpened: "pool.open"
        case .deposited: "account.deposit"
        case .cashedOut: "account.cashout"
        case .dataAdded: "data.add"
        case .dataErased: "data.erase"
        case .granted: "grant"
        case .withdrawn: "withdraw"
        case .sharesSet: "shares.set"
        case .valued: "pool.value"
        case .suspended: "pool.suspend"
        case .appealed: "pool.appeal"
        case .decided: "pool.decide"
        case .ordered: "order.place"
        case .reserved: "study.reserve"
        case .committed: "study.commit"
        case .columnsCommitted: "columns.commit"
        case .published: "study.publish"
        case .rented: "model.rent"
        case .called: "model.call"
        case .failed: "study.fail"
        case .accountsOpened: "hidden.open"
        case .linked: "hidden.link"
        case .paidOut: "payout"
        case .drawn: "hidden.draw"
        case .settled: "settle"
        }
    }
}

/// A party's signed wish to take money out.
package struct Cashout: Hashable, Sendable {
    package let party: PartyID
    package let amount: Amount
    package let time: Timestamp
    package let signature: Signature

    /// Signs the wish for one node; no other can honour it.
    package init(_ amount: Amount, at time: Timestamp, on node: PartyID, by key: SigningKey) {
        party = key.id
        self.amount = amount
        self.time = time
        signature = key.sign(Cashout.message(key.id, amount, time, node))
    }

    init(party: PartyID, amount: Amount, time: Timestamp, signature: Signature) {
        self.party = party
        self.amount = amount
        self.time = time
        self.signature = signature
    }

    /// Whether the party signed it for that node.
    package func verify(on node: PartyID) -> Bool {
        party.verify(signature, over: Cashout.message(party, amount, time, node))
    }

    private static func message(
        _ party: PartyID, _ amount: Amount, _ time: Timestamp, _ node: PartyID
    ) -> [UInt8] {
        let lines = [
            "dividend/cashout/v1", node.did, party.did, String(amount.microunits), "\(time)",
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }
}
