// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
internal import Fields
package import Identity
package import Ledger

/// The whole state of an exchange that anyone may know: who allowed what, who was charged how
/// much privacy, whose account holds what. A pure function of the journal.
///
/// No clock, no randomness, no I/O: ``apply(_:at:index:)`` takes the time of the entry. Contributors
/// appear only as the pseudonyms they have in each pool.
package struct MarketState: Sendable {
    /// The node's key; nil before the exchange began.
    package internal(set) var node: PartyID?
    /// The name people read.
    package internal(set) var name = ""
    /// The money.
    package internal(set) var books = Books()
    /// The grants and the privacy budgets.
    package internal(set) var consent = ConsentRegister()
    /// The pools by name.
    package internal(set) var pools: [String: PoolState] = [:]
    /// The orders by id.
    package internal(set) var orders = Registry<OrderState>()
    /// The segments by id.
    package internal(set) var segments = Registry<SegmentState>()
    /// The root of the hidden accounts, as far as batches are proven.
    package internal(set) var hidden = HiddenAccounts()
    /// The keys of hidden accounts, by their digests, in the order of the accounts.
    package internal(set) var hiddenKeys = Registry<HiddenAccount>()
    /// Which hidden account each pseudonym's account is linked to, by the digest of the latter's id.
    package internal(set) var links = Registry<LinkState>()
    /// The batches by id, in order.
    package internal(set) var batches = Registry<BatchState>()
    /// How many batches are proven: the first so many.
    package internal(set) var settledBatches = 0
    /// Committed columns by their root, in order.
    package internal(set) var columns = Registry<ColumnsState>()
    /// The models that are or were let, by the orders that they answered.
    package internal(set) var rentals = Registry<RentalState>()
    /// What was paid for predictions, by the calls' names.
    package internal(set) var calls = Registry<CallState>()
    /// Where rows came or went last: an index of the journal.
    var rowsChanged: UInt64 = 0
    /// The roots of noise that was committed to.
    var noises: Set<Digest> = []
    /// The digests of signed draws.
    var draws: Set<Digest> = []
    /// The time of the last change.
    package internal(set) var time = Timestamp(milliseconds: 0)

    /// Nothing has happened.
    package init() {}

    /// A pool and who holds its shares.
    package struct PoolState: Sendable {
        package let offer: PoolOffer
        /// Who holds what share of the pool's dividends.
        package internal(set) var register = ShareRegister()
        /// The epoch of the shares, and when it began.
        package internal(set) var epoch: UInt32 = 0
        package internal(set) var epochBegan = Timestamp(milliseconds: 0)
        /// What was declared since the pool opened.
        package internal(set) var declared = Amount.zero
        /// The orders it answered, in order.
        package internal(set) var answered: [Digest] = []
        /// Whose rows are not read for the time being, and why.
        package internal(set) var suspensions: [PartyID: Suspension] = [:]
        /// Whose suspension was lifted: no valuation suspends them again.
        package internal(set) var cleared: Set<PartyID> = []
        /// The epoch whose shares are by a valuation, what that cost, and the index of its entry.
        package internal(set) var valued: (epoch: UInt32, rho: UInt64, index: UInt64)?

        /// The suspensions by party, in one order on every machine.
        package var suspended: [(party: PartyID, suspension: Suspension)] {
            suspensions.sorted { $0.value.since < $1.value.since }.map { ($0.key, $0.value) }
        }
    }

    /// An order and how far it is.
    package struct OrderState: RegistryRecord {
        package let order: Order
        package internal(set) var stage: OrderStage
        /// The number of the consent register's reservation.
        package internal(set) var reservation: Int?
        /// The grants that are read, by place.
        package internal(set) var cohort = PlaceRuns()
        /// Of them those whose contributors' machines left before the end: their privacy is spent, and they are not paid.
        package internal(set) var left = PlaceRuns()
        /// The grants in force for the pool that did not allow it, and why.
        package internal(set) var denied: [Denial: PlaceRuns] = [:]
        /// The commitment to the answer.
        package internal(set) var answer: Digest?
        /// What its cohort got.
        package internal(set) var dividend: Dividend?
        /// The journal index of the entry that made question and answer public; nil while they are sealed.
        package internal(set) var published: UInt64?
        /// Where the answer is to be proven, what is known of that.
        package internal(set) var proof: OrderProof?

        /// The grants that are paid for, by place, rising.
        package var paid: [Int] { cohort.places.filter { !left.contains($0) } }

        package var leaf: Digest { Digest(of: encoded) }
    }

    /// What an answered order brought to each share of its cohort.
    package struct Dividend: Hashable, Sendable {
        /// The journal index of the answer.
        package let index: UInt64
        /// When it was recorded.
        package let time: Timestamp
        /// What one share got, in 2^-64 micro-units.
        package let raise: UInt128
    }

    /// A segment and whether it can still be read.
    package struct SegmentState: RegistryRecord {
        package let party: PartyID
        package let table: String
        package internal(set) var erased = false

        package var leaf: Digest {
            Digest(of: party.publicKey, Array("\(table)/\(erased)".utf8))
        }
    }

    /// The root of everything. Cost: linear in what changed since it was last asked.
    package mutating func root() -> Digest {
        var writer = ByteWriter()
        writer.write(node.map { Digest(of: $0.publicKey) } ?? .zero)
        writer.write(name)
        writer.write(time.milliseconds)
        writer.write(books.root())
        writer.write(consent.root())
        for pool in pools.keys.sorted() {
            writer.write(pool)
            writer.write(Digest(of: bytes(of: pools[pool]!.offer.json)))
            writer.write(pools[pool]!.register.root())
            writer.write(pools[pool]!.epoch)
            writer.write(pools[pool]!.epochBegan.milliseconds)
            writer.write(pools[pool]!.declared.microunits)
            for order in pools[pool]!.answered { writer.write(order) }
            pools[pool]!.writeSuspensions(to: &writer)
        }
        writer.write(orders.root())
        writer.write(segments.root())
        writer.write(raw: hidden.root.bytes)
        writer.write(UInt32(hidden.depth))
        writer.write(hiddenKeys.root())
        writer.write(links.root())
        writer.write(batches.root())
        // Journals without any have the roots that they had.
        if columns.count > 0 {
            writer.write(columns.root())
            writer.write(rowsChanged)
        }
        if rentals.count > 0 {
            writer.write(rentals.root())
            writer.write(calls.root())
        }
        return Digest(of: writer.bytes)
    }
}
