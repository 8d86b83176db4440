// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Identity
internal import Consent

/// Suspensions, appeals and what is decided, and what shares by value are measured by.
extension MarketState {
    mutating func suspend(
        _ party: PartyID, in name: String, _ code: Suspension.Code, reason: String?,
        at time: Timestamp, index: UInt64
    ) throws(MarketError) {
        guard let pool = pools[name] else { throw .noPool(name) }
        // What the rule finds stands beside the shares that were measured with it; all else is the operator's word.
        guard code == .other || (pool.valued?.epoch == pool.epoch && pool.epochBegan == time) else {
            throw .suspension("copied and contradicting follow from a valuation only; say other")
        }
        guard Suspension.isRight(reason, for: code) else {
            throw .suspension(
                code == .other
                    ? "state the reason in one line of 1 to \(Suspension.mostReason) bytes, with a letter or digit and no invisible characters"
                    : "what a rule found has no other reason")
        }
        guard pool.suspensions[party] == nil else { throw .suspension("she is suspended already") }
        guard consent.suspend(party, in: name, true) else {
            throw .suspension("nobody of that name ever granted anything in \(name)")
        }
        pools[name]!.suspensions[party] = Suspension(code: code, reason: reason, since: index)
    }

    mutating func appeal(_ appeal: Appeal, index: UInt64) throws(MarketError) {
        guard pools[appeal.pool] != nil else { throw .noPool(appeal.pool) }
        guard let node, appeal.verify(on: node) else { throw .badSignature(of: "appeal") }
        guard let suspension = pools[appeal.pool]?.suspensions[appeal.party] else {
            throw .suspension("there is no suspension to appeal against")
        }
        guard suspension.appealed == nil else {
            throw .suspension(
                suspension.isUpheld
                    ? "the appeal was looked at, and the suspension stands"
                    : "there is an appeal already; the operator has to decide")
        }
        pools[appeal.pool]!.suspensions[appeal.party]!.appealed = index
    }

    /// Lifts a suspension, at any time, or upholds it when there is an appeal.
    mutating func decide(
        _ party: PartyID, in name: String, lifting: Bool
    ) throws(MarketError) {
        guard let pool = pools[name] else { throw .noPool(name) }
        guard let suspension = pool.suspensions[party] else {
            throw .suspension("she is not suspended")
        }
        guard !lifting else {
            pools[name]!.suspensions[party] = nil
            pools[name]!.cleared.insert(party)
            consent.suspend(party, in: name, false)
            return
        }
        guard suspension.appealed != nil, !suspension.isUpheld else {
            throw .suspension("there is no appeal to decide on")
        }
        pools[name]!.suspensions[party]!.isUpheld = true
    }

    mutating func value(
        _ valuation: Valuation, at time: Timestamp, index: UInt64
    ) throws(MarketError) {
        guard let pool = pools[valuation.pool] else { throw .noPool(valuation.pool) }
        guard pool.offer.split == .value, valuation.rho > 0,
            valuation.epoch == pool.epoch + 1, pool.valued?.epoch != valuation.epoch
        else { throw .wrongSplit }
        if let ends = pool.sharesEnd, time < ends { throw .sharesHold(until: ends) }
        guard bytes(of: valuation.json).count <= Valuation.mostBytes else {
            throw .suspension(
                "question and model are too large to be published; name fewer features")
        }
        // From now on only those are read and paid whose shares are drawn beside it.
        consent.awaitValuation(in: valuation.pool)
        pools[valuation.pool]!.valued = (valuation.epoch, valuation.rho, index)
    }
}

extension MarketState.PoolState {
    /// Until when shares that were drawn hold; nil before the first were.
    package var sharesEnd: Timestamp? {
        epoch == 0 ? nil : epochBegan.adding(milliseconds: PoolOffer.drawnEpoch)
    }
}
