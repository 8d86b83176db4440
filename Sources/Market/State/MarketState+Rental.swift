// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
package import Identity
package import Ledger

/// A model that is, or was, let.
package struct RentalState: RegistryRecord {
    /// The owner's last word.
    package internal(set) var word: Rental
    /// How many predictions were sold, in how many calls, and for how much.
    package internal(set) var rows: UInt64 = 0
    package internal(set) var calls: UInt32 = 0
    package internal(set) var income = Amount.zero

    package var leaf: Digest { Digest(of: encoded) }
}

/// Predictions that were sold.
package struct CallState: RegistryRecord, Hashable {
    /// The order that the model answered.
    package let order: Digest
    /// What the people got whose rows the model was made from.
    package let dividend: MarketState.Dividend
    /// Who was suspended then, and not paid.
    package let suspended: [PartyID]

    package var leaf: Digest { Digest(of: encoded) }
}

/// Models that are let by the call: who rents one pays the people again whose rows it was made from.
extension MarketState {
    mutating func rent(_ word: Rental) throws(MarketError) {
        let order = try model(word.order)
        guard word.verify(by: order.order.buyer) else { throw .badSignature(of: "rental") }
        let before = rentals[word.order]
        guard word.number == before.map({ $0.word.number + 1 }) ?? 0 else {
            throw .rental("this was said before; ask what holds now and say it anew")
        }
        guard word.terms != nil || before?.word.terms != nil else {
            throw .rental("this model is not let")
        }
        let pool = pools[order.order.quote.quote.pool]?.offer
        // Where models are made anew, one that somebody has just withdrawn from waits for that: no call is sold of it.
        guard word.terms == nil || !isStopped(order) || pool?.stale == .retrain else {
            throw .rental(MarketState.stale)
        }
        guard word.terms?.retraining == nil || pool?.stale == .retrain else {
            throw .rental("the pool has no models made anew; leave out the price of a retraining")
        }
        var state = before ?? RentalState(word: word)
        state.word = word
        rentals[word.order] = state
    }

    mutating func call(
        _ call: ModelCall, at time: Timestamp, index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        let order = try model(call.order)
        guard var rental = rentals[call.order], let terms = rental.word.terms else {
            throw .rental("this model is not let")
        }
        guard call.rental == rental.word.number else {
            throw .rental("the terms have changed; look at them again")
        }
        guard call.verify() else { throw .badSignature(of: "call") }
        guard calls[call.id] == nil else { throw .rental("these predictions are paid for already") }
        let quote = order.order.quote.quote
        guard PurposeTree.covers(granted: [quote.purpose], asked: call.purpose) else {
            throw .rental("the model was made for \(quote.purpose.id), and not for this")
        }
        guard (1...ModelCall.mostRows).contains(call.rows) else {
            throw .rental("1 to \(ModelCall.mostRows) rows are predicted at once")
        }
        guard terms.price(of: call.rows) == call.price else { throw .totalDiffers }
        guard call.price >= ModelCall.leastPrice else {
            throw .rental(
                "a call costs at least \(ModelCall.leastPrice); predict more rows at once")
        }
        guard !isStopped(order) else { throw .rental(MarketState.stale) }
        guard var pool = pools[quote.pool] else { throw .noPool(quote.pool) }
        // What can fail is asked, or done on a copy, before anything changes.
        let division = Division(of: call.price, terms, fee: pool.offer.fee(of: call.price))
        guard let division, let declared = pool.declared.adding(division.dividend),
            let income = rental.income.adding(call.price)
        else { throw .totalDiffers }
        // Whoever is suspended is not paid, also of what her rows were in before.
        let suspended = pool.suspended.map(\.party)
        let outside =
            holders(of: pool, besides: trainings(of: order).flatMap(\.paid))
            + suspended.map { Accounts.party($0) }
        let raise: UInt128
        do throws(DividendError) {
            raise = try pool.register.declare(division.dividend, excluding: outside)
        } catch {
            throw .shares(error)
        }
        let (renter, owner) = (Accounts.party(call.renter), Accounts.party(order.order.buyer))
        let revenue = Accounts.revenue(of: quote.pool)
        try require(call.price, in: renter)
        try require(room: call.price, debiting: renter, crediting: revenue)
        try require(room: division.fee, debiting: revenue, crediting: Accounts.fees)
        try require(room: division.owner, debiting: revenue, crediting: owner)
        let legs = [
            Leg(debit: renter, credit: revenue, amount: call.price, reason: .purchase),
            Leg(debit: revenue, credit: Accounts.fees, amount: division.fee, reason: .fee),
            Leg(debit: revenue, credit: owner, amount: division.owner, reason: .royalty),
        ]
        try move(legs.filter { $0.amount > .zero }, as: "call", index: index, &effects)
        pool.declared = declared
        pools[quote.pool] = pool
        rental.rows += UInt64(call.rows)
        rental.calls += 1
        rental.income = income
        rentals[call.order] = rental
        calls[call.id] = CallState(
            order: call.order, dividend: Dividend(index: index, time: time, raise: raise),
            suspended: suspended)
    }

    /// An order that was answered with a model.
    private func model(_ id: Digest) throws(MarketError) -> OrderState {
        guard let order = orders[id] else { throw .noOrder }
        guard order.stage == .done else { throw .wrongStage(is: order.stage) }
        guard order.order.quote.quote.answers == [.model] else {
            throw .rental("this order was answered with no model")
        }
        return order
    }

    private static let stale =
        "somebody whose rows the model was made from has withdrawn, and the pool stops such models: its owner lets one that was made "
        + "without them (RETRAIN; CREATE MODEL in place of a stream)"

    /// How many of those whose rows a model was made from, in all its trainings, have withdrawn since. Cost: a look at its cohorts.
    package func withdrawn(from order: OrderState) -> Int {
        readFor(order).count { consent.hasWithdrawn(at: $0) }
    }

    /// Whether a model's pool stops it, because somebody withdrew who is in it. Cost: a look at its cohort.
    package func isStopped(_ order: OrderState) -> Bool {
        guard pools[order.order.quote.quote.pool]?.offer.stale.stops == true else { return false }
        return withdrawn(from: order) > 0
    }
}

extension Rental.Terms {
    /// What so many predictions cost; nil beyond every amount.
    package func price(of rows: Int) -> Amount? {
        let (product, overflow) = price.microunits.multipliedReportingOverflow(by: Int64(rows))
        return overflow ? nil : Amount(microunits: product)
    }
}

/// How the price of a call is divided, to the last unit.
struct Division: Hashable {
    let fee: Amount
    let owner: Amount
    let dividend: Amount

    /// The fee comes off first; of what is left the owner's part, rounded down; the rest is the people's.
    init?(of price: Amount, _ terms: Rental.Terms, fee: Amount) {
        guard let rest = price.subtracting(fee) else { return nil }
        let owner = rest.part(terms.ownerBasisPoints)
        guard let dividend = rest.subtracting(owner) else { return nil }
        (self.fee, self.owner, self.dividend) = (fee, owner, dividend)
    }
}

/// As bytes, for snapshots and for leaves. A rental: its word as canonical JSON, u32 and bytes; rows u64; calls u32;
/// income i64. A call: order 32, journal index u64, time i64, raise u128,
/// who was suspended: u32, and 32 of each.
extension RentalState {
    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(prefixed: bytes(of: word.json))
        writer.write(rows)
        writer.write(calls)
        writer.write(income.microunits)
        return writer.bytes
    }

    init(from reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        let json = try reader.readPrefixed()
        do { word = try Rental(json: JSON(parsing: json)) } catch {
            throw FormatError("\(error)", at: start)
        }
        rows = try reader.read()
        calls = try reader.read()
        guard let income = Amount(microunits: try reader.read(Int64.self)) else {
            throw FormatError("an amount wanted", at: reader.offset - 8)
        }
        self.income = income
    }
}

extension CallState {
    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(order)
        writer.write(dividend.index)
        writer.write(dividend.time.milliseconds)
        writer.write(dividend.raise)
        writer.write(UInt32(suspended.count))
        for party in suspended { writer.write(raw: party.publicKey) }
        return writer.bytes
    }

    init(from reader: inout ByteReader) throws(FormatError) {
        order = try reader.readDigest()
        dividend = MarketState.Dividend(
            index: try reader.read(), time: Timestamp(milliseconds: try reader.read(Int64.self)),
            raise: try reader.read())
        var suspended: [PartyID] = []
        for _ in 0..<(try reader.read(UInt32.self)) {
            guard let party = PartyID(publicKey: try reader.read(count: 32)) else {
                throw FormatError("a party wanted", at: reader.offset - 32)
            }
            suspended.append(party)
        }
        self.suspended = suspended
    }
}
